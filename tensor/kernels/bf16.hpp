#pragma once

#include <cstddef>
#include <cstdint>

namespace xgrad::kernels {

/// Two neighbours along k in bfloat16, the first of them in the lower half.
using Bf16Pair = std::uint32_t;

/// One call of Bf16Loops::multiply.
struct Bf16Block {
  std::size_t m, n, pairs;
  const Bf16Pair* a;  ///< pair p of row i in strip s: a[(s·pairs + p)·strip + i]
  const Bf16Pair* b;  ///< pair p of column j in panel q: b[(q·pairs + p)·panel + j]
  float* c;
  std::size_t ldc;
  const float* start;  ///< what is there before the first product: row i from start[i·start_row]; null: zeros
  std::size_t start_row;
};

/// Copies lines of numbers that belong together along k: to[p·width + i] is the pair (2p, 2p + 1) of line i, for i < count and
/// p < ⌈k/2⌉; beyond an odd k stands zero. Numbers are rounded to the nearest, ties to even; those below 2⁻¹²⁶ become zero.
/// Lanes up to the next multiple of 16 after `count` are overwritten (in the order of p) with zeros.
using Bf16Pack = void (*)(const float* from, std::size_t stride, std::size_t count, std::size_t k, Bf16Pair* to,
                          std::size_t width);

/// The innermost loops of float32 products in bfloat16. An element of C is a float32 sum to which pairs of products are added
/// in the order of k, whatever the block it is computed in: how a product is cut changes no bit of it.
struct Bf16Loops {
  std::size_t strip;  ///< rows of A in a strip
  std::size_t panel;  ///< columns of B in a panel
  void (*multiply)(const Bf16Block& block);
  Bf16Pack pack_rows;     ///< line i is from[i·stride + 0, 1, 2, …]
  Bf16Pack pack_columns;  ///< line i is from[i], from[i + stride], from[i + 2·stride], …
};

/// How many pairs an array needs beyond its end, because packing writes whole vectors.
inline constexpr std::size_t bf16_slack = 16;

/// The loops; null where the processor or the system has no AVX512_BF16, or XGRAD_ISA keeps from using AVX-512.
const Bf16Loops* bf16_loops();

}  // namespace xgrad::kernels
