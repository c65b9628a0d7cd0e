#pragma once

#include <cstddef>

#include "xgrad/tensor/kernels/isa.hpp"

namespace xgrad::kernels {

/// Sums and extremes over contiguous memory. Sums of a row run in blocks whose partial sums are added in double, sums of
/// columns in stretches of 128 rows; the order depends on the lengths alone.
template <class T>
struct Reduction {
  double (*sum)(const T* x, std::size_t n);
  double (*sum_of_squares)(const T* x, std::size_t n);
  double (*dot)(const T* x, const T* y, std::size_t n);
  T (*max)(const T* x, std::size_t n);  ///< NaN if there is one; −∞ for n = 0
  T (*min)(const T* x, std::size_t n);  ///< NaN if there is one; +∞ for n = 0
  /// out[j] (+)= Σᵢ x[i·cols + j]; `add` keeps what is in out.
  void (*column_sums)(const T* x, std::size_t rows, std::size_t cols, T* out, bool add);
  /// out[j] (+)= Σᵢ x[i·cols + j]·y[i·cols + j]
  void (*column_dots)(const T* x, const T* y, std::size_t rows, std::size_t cols, T* out, bool add);
  /// Whether every element is finite.
  bool (*all_finite)(const T* x, std::size_t n);
};

/// The loops for `isa`, or for the instruction set in use. T is float or double.
template <class T>
const Reduction<T>& reduction(Isa isa);
template <class T>
const Reduction<T>& reduction();

}  // namespace xgrad::kernels
