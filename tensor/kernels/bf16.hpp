#pragma once

#include <cstddef>
#include <cstdint>

#include "xgrad/tensor/kernels/gemm.hpp"

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
  bool relu = false;            ///< what is stored is 0 where the sum is 0 or less; NaN stays NaN
  bool positive_zeros = false;  ///< what is stored is 0 where the sum is −0
};

/// The parts of processors that multiply in bfloat16.
enum class Bf16Unit {
  Avx512,  ///< AVX512_BF16: vectors of 16 pairs
  Amx      ///< AMX_BF16: tiles of 16 rows of 16 pairs
};

/// Copies `count` lines of k numbers that belong together along k, `from_stride` apart, as pairs into lines `to_stride` apart.
/// Numbers are rounded to the nearest, ties to even; those below 2⁻¹²⁶ become zero. Beyond an odd k stands zero. Vectors of 16
/// pairs are written whole, in rising order; what a line has not is filled with zeros.
using Bf16Pack = void (*)(const float* from, std::size_t from_stride, std::size_t count, std::size_t k, Bf16Pair* to,
                          std::size_t to_stride);

/// The innermost loops of float32 products in bfloat16. An element of C is a float32 sum to which `step` pairs of products are
/// added at a time, in the order of k, whatever the block it is computed in: how a product is cut changes no bit of it.
struct Bf16Loops {
  std::size_t strip;    ///< rows of A in a strip
  std::size_t panel;    ///< columns of B in a panel
  std::size_t step;     ///< pairs that multiply() takes at a time: a block has a multiple of them, zeros beyond k
  std::size_t deepest;  ///< pairs: with so many a strip of A, or with Amx a panel of B, stays in the first cache
  void (*multiply)(const Bf16Block& block);
  Bf16Pack round_rows;     ///< to[i·to_stride + p] from the rows from[i·from_stride + 2p], from[i·from_stride + 2p + 1]
  Bf16Pack round_columns;  ///< to[i·to_stride + p] from the columns from[2p·from_stride + i], from[(2p + 1)·from_stride + i];
                           ///< null where multiply() takes A's columns as pack_columns leaves them (a_step is the strip)
  Bf16Pack pack_rows;                              ///< to[p·to_stride + i] from the rows
  Bf16Pack pack_columns;                           ///< to[p·to_stride + i] from the columns
  const SkippingLoops<float, Bf16Pair>* skipping;  ///< null where they would be slower
};

/// How many pairs an array needs beyond its end, because packing writes whole vectors.
inline constexpr std::size_t bf16_slack = 16;

/// The loops for `unit`; null where the processor or the system has it not, or XGRAD_ISA keeps from using it: avx512 from AMX,
/// any other from both.
const Bf16Loops* bf16_loops(Bf16Unit unit);

/// The loops of the fastest unit there is; null where there is none.
const Bf16Loops* bf16_loops();

}  // namespace xgrad::kernels
