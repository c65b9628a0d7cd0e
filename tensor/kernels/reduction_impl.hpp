#pragma once
// The reductions for one xsimd architecture. Included only by the file of each instruction set.

#include <limits>

#include "xgrad/tensor/kernels/reduction.hpp"
#include "xgrad/tensor/kernels/simd.hpp"

namespace xgrad::kernels {

// Adds term(i) over n elements: four vectors of partial sums within a block, the blocks' sums in double.
template <class T, class Arch, class Term>
inline double blocked_sum(std::size_t n, Term term) {
  using B = xsimd::batch<T, Arch>;
  constexpr std::size_t width = B::size, block = 64 * width;
  double total = 0;
  for (std::size_t start = 0; start < n; start += block) {
    const std::size_t end = start + block < n ? start + block : n;
    B s0(0), s1(0), s2(0), s3(0);
    std::size_t i = start;
    for (; i + 4 * width <= end; i += 4 * width) {
      s0 += term(i, width);
      s1 += term(i + width, width);
      s2 += term(i + 2 * width, width);
      s3 += term(i + 3 * width, width);
    }
    for (; i + width <= end; i += width) s0 += term(i, width);
    if (i < end) s1 += term(i, end - i);
    total += static_cast<double>(lane_sum((s0 + s1) + (s2 + s3)));
  }
  return total;
}

template <class B, class T>
inline B load_up_to(const T* p, std::size_t count) {
  return count == B::size ? B::load_unaligned(p) : load_part<B>(p, count, T(0));
}

template <class T, class Arch>
double sum_loop(const T* x, std::size_t n) {
  using B = xsimd::batch<T, Arch>;
  return blocked_sum<T, Arch>(n, [x](std::size_t i, std::size_t count) { return load_up_to<B>(x + i, count); });
}

template <class T, class Arch>
double dot_loop(const T* x, const T* y, std::size_t n) {
  using B = xsimd::batch<T, Arch>;
  return blocked_sum<T, Arch>(
      n, [x, y](std::size_t i, std::size_t count) { return load_up_to<B>(x + i, count) * load_up_to<B>(y + i, count); });
}

template <class T, class Arch>
double sum_of_squares_loop(const T* x, std::size_t n) {
  return dot_loop<T, Arch>(x, x, n);
}

template <bool largest, class T, class Arch>
T extreme_loop(const T* x, std::size_t n) {
  using B = xsimd::batch<T, Arch>;
  constexpr std::size_t width = B::size;
  const T start = largest ? -std::numeric_limits<T>::infinity() : std::numeric_limits<T>::infinity();
  B best(start), nan_seen(0);
  const auto take = [&](B v) {
    best = largest ? xsimd::select(v > best, v, best) : xsimd::select(v < best, v, best);
    nan_seen = xsimd::select(xsimd::isnan(v), v, nan_seen);
  };
  std::size_t i = 0;
  for (; i + width <= n; i += width) take(B::load_unaligned(x + i));
  if (i < n) take(load_part<B>(x + i, n - i, start));
  alignas(64) T lanes[width], nans[width];
  best.store_aligned(lanes);
  nan_seen.store_aligned(nans);
  T result = start;
  for (std::size_t k = 0; k < width; ++k) {
    if (nans[k] != nans[k]) return nans[k];
    if (largest ? lanes[k] > result : lanes[k] < result) result = lanes[k];
  }
  return result;
}

// Sums of `vectors` vectors of columns from column j on, in registers: over 128 rows at a time, so that errors grow with 128
// and rows/128 rather than with rows. Of an incomplete vector (count < its width) only `count` lanes are stored; the others are
// read too, from the next row, as far as there is one.
template <int vectors, class B, class T, class Term>
inline void column_group(std::size_t rows, std::size_t cols, std::size_t j, std::size_t count, T* out, bool add, Term term) {
  constexpr std::size_t width = B::size, stretch = 128;
  const std::size_t outside = count == width ? 0 : (j + width - 1) / cols;  // rows at the end without enough memory behind them
  const std::size_t whole = rows < outside ? 0 : rows - outside;
  B total[vectors];
  for (int k = 0; k < vectors; ++k) total[k] = add ? load_up_to<B>(out + j + k * width, count) : B(0);
  for (std::size_t start = 0; start < rows; start += stretch) {
    const std::size_t end = start + stretch < rows ? start + stretch : rows;
    B s[vectors];
    for (int k = 0; k < vectors; ++k) s[k] = B(0);
    std::size_t i = start;
    for (; i < end && i < whole; ++i)
      for (int k = 0; k < vectors; ++k) s[k] += term(i * cols + j + k * width, width);
    for (; i < end; ++i) s[0] += term(i * cols + j, count);
    for (int k = 0; k < vectors; ++k) total[k] += s[k];
  }
  for (int k = 0; k < vectors; ++k)
    if (count == width)
      total[k].store_unaligned(out + j + k * width);
    else
      store_part(total[k], out + j, count);
}

template <class T, class Arch, class Term>
inline void column_loop(std::size_t rows, std::size_t cols, T* out, bool add, Term term) {
  using B = xsimd::batch<T, Arch>;
  constexpr std::size_t width = B::size;
  std::size_t j = 0;
  for (; j + 4 * width <= cols; j += 4 * width) column_group<4, B>(rows, cols, j, width, out, add, term);
  for (; j + width <= cols; j += width) column_group<1, B>(rows, cols, j, width, out, add, term);
  if (j < cols) column_group<1, B>(rows, cols, j, cols - j, out, add, term);
}

template <class T, class Arch>
void column_sums_loop(const T* x, std::size_t rows, std::size_t cols, T* out, bool add) {
  using B = xsimd::batch<T, Arch>;
  column_loop<T, Arch>(rows, cols, out, add, [x](std::size_t i, std::size_t count) { return load_up_to<B>(x + i, count); });
}

template <class T, class Arch>
void column_dots_loop(const T* x, const T* y, std::size_t rows, std::size_t cols, T* out, bool add) {
  using B = xsimd::batch<T, Arch>;
  column_loop<T, Arch>(rows, cols, out, add, [x, y](std::size_t i, std::size_t count) {
    return load_up_to<B>(x + i, count) * load_up_to<B>(y + i, count);
  });
}

template <class T, class Arch>
bool all_finite_loop(const T* x, std::size_t n) {
  using B = xsimd::batch<T, Arch>;
  B zeros(0), more[4] = {zeros, zeros, zeros, zeros};  // x·0 is 0 for finite x, NaN otherwise
  std::size_t i = 0;
  for (; i + 4 * B::size <= n; i += 4 * B::size)
    for (std::size_t k = 0; k < 4; ++k) more[k] += B::load_unaligned(x + i + k * B::size) * B(0);
  zeros = more[0] + more[1] + (more[2] + more[3]);
  for (; i + B::size <= n; i += B::size) zeros += B::load_unaligned(x + i) * B(0);
  if (i < n) zeros += load_part<B>(x + i, n - i, T(0)) * B(0);
  return lane_sum(zeros) == T(0);
}

template <class T, class Arch>
struct ReductionFor {
  static constexpr Reduction<T> table = {sum_loop<T, Arch>,           sum_of_squares_loop<T, Arch>, dot_loop<T, Arch>,
                                         extreme_loop<true, T, Arch>, extreme_loop<false, T, Arch>, column_sums_loop<T, Arch>,
                                         column_dots_loop<T, Arch>,   all_finite_loop<T, Arch>};
};

}  // namespace xgrad::kernels
