#pragma once

#include <cstddef>

#include "xgrad/tensor/kernels/isa.hpp"

namespace xgrad::kernels {

/// A gradient g; or, with y, what ReLU and dropout let through of it: y ≤ 0 ? 0 : factor·g, y their result.
template <class T>
struct Gradient {
  const T* g;
  const T* y = nullptr;
  T factor = 1;
};

/// The loops of batch and layer normalisation. Sums are kept in T over short stretches and in double beyond, in an order that
/// depends on the lengths alone; variances are sums of squared distances from the mean, in a second pass.
template <class T>
struct Normalization {
  // Statistics by column. x, g, y, d are `count` columns of a row-major matrix whose rows begin `stride` elements apart; the
  // parameters have one element for each column.

  /// The mean of every column and its variance Σ (x − mean)² / rows.
  void (*column_moments)(const T* x, std::size_t rows, std::size_t stride, std::size_t count, T* mean, T* variance);
  /// y = (x − mean)·scale + shift; y is another array than x.
  void (*column_normalize)(const T* x, std::size_t rows, std::size_t stride, std::size_t count, const T* mean, const T* scale,
                           const T* shift, T* y);
  /// sum = Σ g, dot = Σ g (x − mean) of every column.
  void (*column_gradient_sums)(Gradient<T> g, const T* x, std::size_t rows, std::size_t stride, std::size_t count,
                               const T* mean, T* sum, T* dot);
  /// d = k·(g − a − (x − mean)·b); d is another array than g and x.
  void (*column_input_gradient)(Gradient<T> g, const T* x, std::size_t rows, std::size_t stride, std::size_t count,
                                const T* mean, const T* k, const T* a, const T* b, T* d);

  /// y = u ≤ 0 ? 0 : u·v with u = (x − mean)·scale + shift, for n elements of one row with parameters of their own. Null for v:
  /// 1.
  void (*rectify)(const T* x, std::size_t n, const T* mean, const T* scale, const T* shift, const T* v, T* y);

  // Statistics of one row of n elements; w and b have n elements (step 1) or one (step 0).

  /// Σ (x − mean)²
  double (*centered_squares)(const T* x, std::size_t n, T mean);
  /// y = (x − mean)·scale·w + b
  void (*row_normalize)(const T* x, std::size_t n, T mean, T scale, const T* w, std::size_t w_step, const T* b,
                        std::size_t b_step, T* y);
  /// sum = Σ g w, dot = Σ g w (x − mean)
  void (*row_gradient_sums)(const T* g, const T* w, std::size_t w_step, const T* x, std::size_t n, T mean, double* sum,
                            double* dot);
  /// d = k·(g w − a − (x − mean)·b)
  void (*row_input_gradient)(const T* g, const T* w, std::size_t w_step, const T* x, std::size_t n, T mean, T k, T a, T b,
                             T* d);
  /// dw += g·(x − mean)·scale, db += g, for n elements.
  void (*row_parameter_gradients)(const T* g, const T* x, std::size_t n, T mean, T scale, T* dw, T* db);
};

/// The loops for `isa`, or for the instruction set in use. T is float or double.
template <class T>
const Normalization<T>& normalization(Isa isa);
template <class T>
const Normalization<T>& normalization();

}  // namespace xgrad::kernels
