#pragma once

#include <cstddef>

#include "xgrad/tensor/kernels/isa.hpp"

namespace xgrad::kernels {

/// Softmax of the rows of a matrix, and its derivatives.
template <class T>
struct SoftmaxRows {
  /// For every row: p = softmax(x), shift = max x, log_sum = log Σ exp(x − shift), so that log p = (x − shift) − log_sum keeps
  /// its digits. Either p or both shift and log_sum may be null, where they are not wanted. p and x may be the same.
  void (*softmax)(const T* x, std::size_t rows, std::size_t cols, T* p, T* shift, T* log_sum);
  /// y = (x − max x) − log Σ exp(x − max x); x and y may be the same.
  void (*log_softmax)(const T* x, std::size_t rows, std::size_t cols, T* y);
  /// d = y (g − Σ g y) for every row, y = softmax.
  void (*gradient)(const T* g, const T* y, std::size_t rows, std::size_t cols, T* d);
  /// d = g − exp(y) Σ g for every row, y = log_softmax.
  void (*log_gradient)(const T* g, const T* y, std::size_t rows, std::size_t cols, T* d);
};

/// The loops for `isa`, or for the instruction set in use. T is float or double.
template <class T>
const SoftmaxRows<T>& softmax_rows(Isa isa);
template <class T>
const SoftmaxRows<T>& softmax_rows();

}  // namespace xgrad::kernels
