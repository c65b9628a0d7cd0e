#pragma once

#include <cstddef>

#include "xgrad/tensor/kernels/gemm.hpp"
#include "xgrad/tensor/matmul.hpp"

namespace xgrad::detail {

/// C = op(A)·op(B) + S by xgrad's own loops: operands as for gemm(). S has its rows at `start`, `start_row` apart (0: the same
/// row everywhere) and may be C; null stands for zeros. With `relu` what is stored at the end is 0 where it is not positive. An
/// element of C is one chain of multiply-adds in the order of k, so that neither blocks nor threads change a bit; the terms of
/// zeros may be left out (skipping_gemm.hpp); where they may, and the sum is −0, it is stored as 0. Source of the blocking:
/// Goto and van de Geijn, "Anatomy of High-Performance Matrix Multiplication" (2008).
template <class T>
void blocked_gemm(const kernels::GemmLoops<T>& loops, Transpose transpose_a, Transpose transpose_b, std::size_t m,
                  std::size_t n, std::size_t k, const T* a, std::size_t lda, const T* b, std::size_t ldb, const T* start,
                  std::size_t start_row, T* c, std::size_t ldc, bool relu = false);

}  // namespace xgrad::detail
