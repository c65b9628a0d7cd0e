#pragma once

#include <cstddef>

#include "xgrad/tensor/kernels/isa.hpp"

namespace xgrad::kernels {

/// Beyond `Reduction::softmax`: what losses and derivatives need of the softmax of rows.
template <class T>
struct SoftmaxRows {
  /// For every row: p = softmax(x), shift = max x, log_sum = log Σ exp(x − shift), so that log p = (x − shift) − log_sum keeps
  /// its digits. p may be null where only the other two are wanted.
  void (*with_log_sum)(const T* x, std::size_t rows, std::size_t cols, T* p, T* shift, T* log_sum);
  /// d = y (g − Σ g y) for every row, y = softmax.
  void (*gradient)(const T* g, const T* y, std::size_t rows, std::size_t cols, T* d);
  /// d = g − exp(y) Σ g for every row, y = log_softmax.
  void (*log_gradient)(const T* g, const T* y, std::size_t rows, std::size_t cols, T* d);
};

template <class T>
const SoftmaxRows<T>& softmax_rows(Isa isa);
template <class T>
const SoftmaxRows<T>& softmax_rows();

}  // namespace xgrad::kernels
