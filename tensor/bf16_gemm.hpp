#pragma once

#include <cstddef>

#include "xgrad/tensor/kernels/bf16.hpp"
#include "xgrad/tensor/matmul.hpp"

namespace xgrad::detail {

/// C = op(A)·op(B) + S with A and B rounded to bfloat16 (to nearest, ties to even) and float32 sums: operands as for gemm(). S
/// has its rows at `start`, `start_row` apart (0: the same row everywhere) and may be C; null stands for zeros. An element of C
/// is one chain of sums in the order of k, two products at a time, so that neither blocks nor threads change a bit. With `relu`
/// what is stored at the end is 0 where it is not positive.
void bf16_gemm(const kernels::Bf16Loops& loops, Transpose transpose_a, Transpose transpose_b, std::size_t m, std::size_t n,
               std::size_t k, const float* a, std::size_t lda, const float* b, std::size_t ldb, const float* start,
               std::size_t start_row, float* c, std::size_t ldc, bool relu = false);

}  // namespace xgrad::detail
