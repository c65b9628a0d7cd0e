#pragma once

#include <cstddef>
#include <cstdint>

#include "xgrad/tensor/kernels/isa.hpp"

namespace xgrad::kernels {

/// One call of GemmLoops::multiply. A comes in strips of as many rows as GemmLoops::strip says, B in panels of columns.
template <class T>
struct GemmBlock {
  std::size_t m, n, k;
  const T* a;  ///< A(i, p) of strip s, row i in it: a[s·a_strip + i·a_row + p·a_step]; a_row or a_step is 1
  std::ptrdiff_t a_strip, a_row, a_step;
  const T* b;  ///< B(p, j) of panel q, column j in it: b[q·b_panel + p·b_step + j]
  std::ptrdiff_t b_panel, b_step;
  T* c;
  std::size_t ldc;
  const T* start;  ///< what is there before the first product: row i from start[i·start_row]; null: zeros
  std::ptrdiff_t start_row;
  bool relu = false;            ///< what is stored is 0 where the sum is 0 or less; NaN stays NaN
  bool positive_zeros = false;  ///< what is stored is 0 where the sum is −0
};

/// One call of SkippingLoops::multiply: pairs of rows of A, as lists of the values that are not zero in both, times a panel of
/// B. A value is a number, or two neighbours along k in bfloat16.
template <class Number, class Value>
struct SkippingBlock {
  std::size_t rows, columns;     ///< of C; the last row may be alone
  const std::uint32_t* order;    ///< row i is row order[i] of c and of start
  const Value* values;           ///< row i: counts[i / 2] values from values[i·list]
  const std::uint32_t* offsets;  ///< pair q: from offsets[q·list], where in b the values of B begin
  const std::size_t* counts;
  std::size_t list;
  const Value* b;  ///< aligned as a vector; of each row, whole vectors that hold `columns` values are read
  Number* c;
  std::size_t ldc;
  const Number* start;  ///< as for GemmBlock
  std::ptrdiff_t start_row;
  bool relu = false, positive_zeros = false;
};

/// The innermost loops of products that leave out zeros.
template <class Number, class Value>
struct SkippingLoops {
  std::size_t numbers;       ///< along k in a value
  std::size_t vector;        ///< values of a vector
  std::size_t most_columns;  ///< of a panel of B
  void (*multiply)(const SkippingBlock<Number, Value>& block);
  /// The values of two rows of n numbers where one is not zero, in order, with i·step for value i. Returns how many; may write
  /// `vector` values beyond them. NaN is not zero; beyond an odd n stands zero.
  std::size_t (*list_nonzeros)(const Number* x, const Number* y, std::size_t n, std::uint32_t step, Value* x_values,
                               Value* y_values, std::uint32_t* offsets);
  /// Copies `count` lines of k numbers as values side by side: value p of line i is to[p·to_stride + i]. Lines are rows,
  /// from[i·from_stride + p], or columns, from[p·from_stride + i]. Whole vectors may be written.
  void (*pack_rows)(const Number* from, std::size_t from_stride, std::size_t count, std::size_t k, Value* to,
                    std::size_t to_stride);
  void (*pack_columns)(const Number* from, std::size_t from_stride, std::size_t count, std::size_t k, Value* to,
                       std::size_t to_stride);
  /// As GemmLoops::transpose.
  void (*transpose)(const Number* from, std::size_t from_stride, std::size_t rows, std::size_t cols, Number* to,
                    std::size_t to_stride);
  /// Whether none of n values is, or has, an infinity or NaN.
  bool (*all_finite)(const Value* values, std::size_t n);
  /// Which of n > 0 patterns has the most bits in common with `pattern`: the first of them.
  std::size_t (*most_in_common)(std::uint64_t pattern, const std::uint64_t* others, std::size_t n);
};

/// The innermost loops of matrix products. An element of C is a chain of multiply-adds in the order of k, whatever the block it
/// is computed in: how a product is cut changes no bit of it.
template <class T>
struct GemmLoops {
  std::size_t strip;  ///< rows of A in a strip
  std::size_t panel;  ///< columns of B in a panel
  void (*multiply)(const GemmBlock<T>& block);
  /// to[j·to_stride + i] = from[i·from_stride + j] for i < rows, j < cols.
  void (*transpose)(const T* from, std::size_t from_stride, std::size_t rows, std::size_t cols, T* to, std::size_t to_stride);
  /// to[i·to_stride + j] = from[i·from_stride + j] for i < rows, j < cols.
  void (*copy)(const T* from, std::size_t from_stride, std::size_t rows, std::size_t cols, T* to, std::size_t to_stride);
  SkippingLoops<T, T> skipping;
};

/// The loops for `isa`, or for the instruction set in use. T is float or double.
template <class T>
const GemmLoops<T>& gemm_loops(Isa isa);
template <class T>
const GemmLoops<T>& gemm_loops();

}  // namespace xgrad::kernels
