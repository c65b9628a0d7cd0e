#pragma once
// Softmax for losses and derivatives, for one xsimd architecture. Included only by the file of each instruction set.

#include <limits>

#include "xgrad/tensor/kernels/reduction_impl.hpp"
#include "xgrad/tensor/kernels/softmax.hpp"

namespace xgrad::kernels {

// Rows of few columns, as many at once as a vector has lanes: a row in each lane. With ten classes this takes a third of the
// time that incomplete vectors along the rows take.
template <class T, class Arch>
struct NarrowRows {
  using B = xsimd::batch<T, Arch>;
  static constexpr std::size_t most_columns = 32;

  alignas(64) T elements[most_columns * B::size];
  std::size_t cols;

  NarrowRows(const T* x, std::size_t rows, std::size_t columns) : cols(columns) {
    if (rows < B::size) __builtin_memset(elements, 0, cols * B::size * sizeof(T));
    for (std::size_t r = 0; r < rows; ++r)
      for (std::size_t c = 0; c < cols; ++c) elements[c * B::size + r] = x[r * cols + c];
  }
  void store(T* y, std::size_t rows) const {
    for (std::size_t r = 0; r < rows; ++r)
      for (std::size_t c = 0; c < cols; ++c) y[r * cols + c] = elements[c * B::size + r];
  }
  B column(std::size_t c) const { return B::load_aligned(elements + c * B::size); }
  void set_column(std::size_t c, B value) { value.store_aligned(elements + c * B::size); }

  // The largest element of every row; what it is for a row with a NaN does not matter, as sums of exponentials become NaN.
  B maxima() const {
    B most(-std::numeric_limits<T>::infinity());
    for (std::size_t c = 0; c < cols; ++c) most = xsimd::select(column(c) > most, column(c), most);
    return most;
  }
};

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
void softmax_of_narrow_rows(const T* x, std::size_t rows, std::size_t cols, T* p, T* shift, T* log_sum) {
  using B = xsimd::batch<T, Arch>;
  for (std::size_t r = 0; r < rows; r += B::size) {
    const std::size_t count = rows - r < B::size ? rows - r : B::size;
    NarrowRows<T, Arch> block(x + r * cols, count, cols);
    const B maxima = block.maxima();
    B sum(0);
    for (std::size_t c = 0; c < cols; ++c) {
      const B e = xsimd::exp(block.column(c) - maxima);
      block.set_column(c, e);
      sum += e;
    }
    if (shift) {
      store_part(maxima, shift + r, count);
      store_part(xsimd::log(sum), log_sum + r, count);
    }
    if (!p) continue;
    const B scale = B(1) / sum;
    for (std::size_t c = 0; c < cols; ++c) block.set_column(c, block.column(c) * scale);
    block.store(p + r * cols, count);
  }
}

template <class T, class Arch>
void softmax_loop(const T* x, std::size_t rows, std::size_t cols, T* p, T* shift, T* log_sum) {
  if (cols <= NarrowRows<T, Arch>::most_columns) return softmax_of_narrow_rows<T, Arch>(x, rows, cols, p, shift, log_sum);
  for (std::size_t r = 0; r < rows; ++r) {
    const T* row = x + r * cols;
    T* out = p ? p + r * cols : nullptr;
    const T maximum = extreme_loop<true, T, Arch>(row, cols), sum = shifted_exp_sum<T, Arch>(row, cols, maximum, out);
    if (shift) {
      shift[r] = maximum;
      log_sum[r] = sum;
    }
    if (!p) continue;
    const T scale = T(1) / sum;
    for (std::size_t i = 0; i < cols; ++i) out[i] *= scale;
  }
  if (shift) unary_loop<Unary::Log, T, Arch>(log_sum, log_sum, rows, T(0), T(0));
}

template <class T, class Arch>
void log_softmax_of_narrow_rows(const T* x, std::size_t rows, std::size_t cols, T* y) {
  using B = xsimd::batch<T, Arch>;
  for (std::size_t r = 0; r < rows; r += B::size) {
    const std::size_t count = rows - r < B::size ? rows - r : B::size;
    NarrowRows<T, Arch> block(x + r * cols, count, cols);
    const B maxima = block.maxima();
    B sum(0);
    for (std::size_t c = 0; c < cols; ++c) sum += xsimd::exp(block.column(c) - maxima);
    const B log_sum = xsimd::log(sum);
    for (std::size_t c = 0; c < cols; ++c) block.set_column(c, (block.column(c) - maxima) - log_sum);
    block.store(y + r * cols, count);
  }
}

template <class T, class Arch>
void log_softmax_loop(const T* x, std::size_t rows, std::size_t cols, T* y) {
  if (cols <= NarrowRows<T, Arch>::most_columns) return log_softmax_of_narrow_rows<T, Arch>(x, rows, cols, y);
  for (std::size_t r = 0; r < rows; ++r) {
    const T *row = x + r * cols, shift = extreme_loop<true, T, Arch>(row, cols);
    T log_sum = shifted_exp_sum<T, Arch>(row, cols, shift, static_cast<T*>(nullptr));
    unary_loop<Unary::Log, T, Arch>(&log_sum, &log_sum, 1, T(0), T(0));
    T* out = y + r * cols;
    // The logarithm is subtracted after the shift, which may be large and would swallow it.
    for (std::size_t i = 0; i < cols; ++i) out[i] = (row[i] - shift) - log_sum;
  }
}

// d = derivative(g, y, Σ term(g, y)) for rows of few columns.
template <class T, class Arch, class Term, class Derivative>
inline void gradient_of_narrow_rows(const T* g, const T* y, std::size_t rows, std::size_t cols, T* d, Term term,
                                    Derivative derivative) {
  using B = xsimd::batch<T, Arch>;
  for (std::size_t r = 0; r < rows; r += B::size) {
    const std::size_t count = rows - r < B::size ? rows - r : B::size;
    NarrowRows<T, Arch> gradients(g + r * cols, count, cols), outputs(y + r * cols, count, cols);
    B sum(0);
    for (std::size_t c = 0; c < cols; ++c) sum += term(gradients.column(c), outputs.column(c));
    for (std::size_t c = 0; c < cols; ++c) gradients.set_column(c, derivative(gradients.column(c), outputs.column(c), sum));
    gradients.store(d + r * cols, count);
  }
}

template <class T, class Arch>
void softmax_gradient_loop(const T* g, const T* y, std::size_t rows, std::size_t cols, T* d) {
  using B = xsimd::batch<T, Arch>;
  if (cols <= NarrowRows<T, Arch>::most_columns)
    return gradient_of_narrow_rows<T, Arch>(
        g, y, rows, cols, d, [](B u, B v) { return u * v; }, [](B u, B v, B dot) { return v * (u - dot); });
  for (std::size_t r = 0; r < rows; ++r, g += cols, y += cols, d += cols) {
    const T dot = static_cast<T>(dot_loop<T, Arch>(g, y, cols));
    for (std::size_t i = 0; i < cols; ++i) d[i] = y[i] * (g[i] - dot);
  }
}

template <class T, class Arch>
void log_softmax_gradient_loop(const T* g, const T* y, std::size_t rows, std::size_t cols, T* d) {
  using B = xsimd::batch<T, Arch>;
  constexpr std::size_t width = B::size;
  if (cols <= NarrowRows<T, Arch>::most_columns)
    return gradient_of_narrow_rows<T, Arch>(
        g, y, rows, cols, d, [](B u, B) { return u; }, [](B u, B v, B sum) { return u - xsimd::exp(v) * sum; });
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
  static constexpr SoftmaxRows<T> table = {softmax_loop<T, Arch>, log_softmax_loop<T, Arch>, softmax_gradient_loop<T, Arch>,
                                           log_softmax_gradient_loop<T, Arch>};
};

}  // namespace xgrad::kernels
