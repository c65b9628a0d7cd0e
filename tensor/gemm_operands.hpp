#pragma once

#include <cstddef>

namespace xgrad::detail {

/// C (m, n) = op(A) (m, k) · op(B) (k, n) + S, as blocked_gemm() takes it.
template <class T>
struct Operands {
  bool flip_a, flip_b;
  std::size_t m, n, k;
  const T* a;
  std::size_t lda;
  const T* b;
  std::size_t ldb;
  const T* start;
  std::size_t start_row;
  T* c;
  std::size_t ldc;
  bool relu;
  bool positive_zeros = false;  ///< a sum that is −0 is stored as 0

  const T* a_at(std::size_t row, std::size_t p) const { return flip_a ? a + p * lda + row : a + row * lda + p; }
  const T* b_at(std::size_t p, std::size_t column) const { return flip_b ? b + column * ldb + p : b + p * ldb + column; }
};

/// The rows, or the columns, of C from `first` on.
template <class T>
Operands<T> rows_of(Operands<T> x, std::size_t first, std::size_t count) {
  x.m = count, x.a = x.a_at(first, 0), x.c += first * x.ldc;
  if (x.start) x.start += first * x.start_row;
  return x;
}
template <class T>
Operands<T> columns_of(Operands<T> x, std::size_t first, std::size_t count) {
  x.n = count, x.b = x.b_at(0, first), x.c += first;
  if (x.start) x.start += first;
  return x;
}

inline std::size_t round_up(std::size_t n, std::size_t step) { return (n + step - 1) / step * step; }

/// What of `total` makes pieces of at most `most` that differ little, each but the last a multiple of `step`.
inline std::size_t even_piece(std::size_t total, std::size_t most, std::size_t step) {
  const std::size_t pieces = (total + most - 1) / most;
  return round_up((total + pieces - 1) / pieces, step);
}

}  // namespace xgrad::detail
