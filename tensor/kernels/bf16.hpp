#pragma once

#include <cstddef>
#include <cstdint>

namespace xgrad::kernels {

/// Two neighbours along k in bfloat16, the first of them in the lower half.
using Bf16Pair = std::uint32_t;

/// One call of Bf16Loops::multiply.
struct Bf16Block {
  std::size_t m, n, pairs;
  const Bf16Pair* a;  ///< pair p of row i in strip s: a[s·a_strip + i·a_row + p·a_step]
  std::size_t a_strip, a_row, a_step;
  const Bf16Pair* b;  ///< pair p of column j in panel q: b[(q·pairs + p)·panel + j]
  float* c;
  std::size_t ldc;
  const float* start;  ///< what is there before the first product: row i from start[i·start_row]; null: zeros
  std::size_t start_row;
};

/// Copies `count` lines of k numbers that belong together along k, `from_stride` apart, as pairs into lines `to_stride` apart.
/// Numbers are rounded to the nearest, ties to even; those below 2⁻¹²⁶ become zero. Beyond an odd k stands zero. Vectors of 16
/// pairs are written whole, in rising order; what a line has not is filled with zeros.
using Bf16Pack = void (*)(const float* from, std::size_t from_stride, std::size_t count, std::size_t k, Bf16Pair* to,
                          std::size_t to_stride);

/// The innermost loops of float32 products in bfloat16. An element of C is a float32 sum to which pairs of products are added
/// in the order of k, whatever the block it is computed in: how a product is cut changes no bit of it.
struct Bf16Loops {
  std::size_t strip;  ///< rows of A in a strip
  std::size_t panel;  ///< columns of B in a panel
  void (*multiply)(const Bf16Block& block);
  Bf16Pack round_rows;    ///< to[i·to_stride + p] from the rows from[i·from_stride + 2p], from[i·from_stride + 2p + 1]
  Bf16Pack pack_rows;     ///< to[p·to_stride + i] from the same
  Bf16Pack pack_columns;  ///< to[p·to_stride + i] from the columns from[2p·from_stride + i], from[(2p + 1)·from_stride + i]
};

/// How many pairs an array needs beyond its end, because packing writes whole vectors.
inline constexpr std::size_t bf16_slack = 16;

/// The loops; null where the processor or the system has no AVX512_BF16, or XGRAD_ISA keeps from using AVX-512.
const Bf16Loops* bf16_loops();

}  // namespace xgrad::kernels
