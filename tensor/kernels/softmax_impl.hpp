#pragma once
// Softmax for losses and derivatives, for one xsimd architecture. Included only by the file of each instruction set.

#include <limits>

#include "xgrad/tensor/kernels/reduction_impl.hpp"
#include "xgrad/tensor/kernels/softmax.hpp"

namespace xgrad::kernels {

// y = exp(x − shift) for a row; returns the sum. y may be null.
template <class T, class Arch>
inline T shifted_exp_sum(const T* x, std::size_t cols, T shift, T* y) {
  using B = xsimd::batch<T, Arch>;
  constexpr std::size_t width = B::size;
  const B shifts(shift);
  B sum(0);
  std::size_t i = 0;
  for (; i + width <= cols; i += width) {
    const B e = xsimd::exp(B::load_unaligned(x + i) - shifts);
    sum += e;
    if (y) e.store_unaligned(y + i);
  }
  if (i < cols) {
    alignas(64) T tail[width];
    xsimd::exp(load_part<B>(x + i, cols - i, shift) - shifts).store_aligned(tail);
    sum += load_part<B>(tail, cols - i, T(0));
    if (y)
      for (std::size_t k = 0; i + k < cols; ++k) y[i + k] = tail[k];
  }
  return lane_sum(sum);
}

template <class T, class Arch>
void softmax_with_log_sum_loop(const T* x, std::size_t rows, std::size_t cols, T* p, T* shift, T* log_sum) {
  for (std::size_t r = 0; r < rows; ++r, x += cols) {
    shift[r] = extreme_loop<true, T, Arch>(x, cols);
    const T sum = shifted_exp_sum<T, Arch>(x, cols, shift[r], p);
    log_sum[r] = sum;
    if (!p) continue;
    const T scale = T(1) / sum;
    for (std::size_t i = 0; i < cols; ++i) p[i] *= scale;
    p += cols;
  }
  unary_loop<Unary::Log, T, Arch>(log_sum, log_sum, rows, T(0), T(0));
}

template <class T, class Arch>
void softmax_gradient_loop(const T* g, const T* y, std::size_t rows, std::size_t cols, T* d) {
  for (std::size_t r = 0; r < rows; ++r, g += cols, y += cols, d += cols) {
    const T dot = static_cast<T>(dot_loop<T, Arch>(g, y, cols));
    for (std::size_t i = 0; i < cols; ++i) d[i] = y[i] * (g[i] - dot);
  }
}

template <class T, class Arch>
void log_softmax_gradient_loop(const T* g, const T* y, std::size_t rows, std::size_t cols, T* d) {
  using B = xsimd::batch<T, Arch>;
  constexpr std::size_t width = B::size;
  for (std::size_t r = 0; r < rows; ++r, g += cols, y += cols, d += cols) {
    const B sum(static_cast<T>(sum_loop<T, Arch>(g, cols)));
    std::size_t i = 0;
    for (; i + width <= cols; i += width)
      (B::load_unaligned(g + i) - xsimd::exp(B::load_unaligned(y + i)) * sum).store_unaligned(d + i);
    if (i < cols) store_part(load_part<B>(g + i, cols - i) - xsimd::exp(load_part<B>(y + i, cols - i)) * sum, d + i, cols - i);
  }
}

template <class T, class Arch>
struct SoftmaxRowsFor {
  static constexpr SoftmaxRows<T> table = {softmax_with_log_sum_loop<T, Arch>, softmax_gradient_loop<T, Arch>,
                                           log_softmax_gradient_loop<T, Arch>};
};

}  // namespace xgrad::kernels
