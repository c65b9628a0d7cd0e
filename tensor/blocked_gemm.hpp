#pragma once

#include <cstddef>

#include "xgrad/tensor/kernels/gemm.hpp"
#include "xgrad/tensor/matmul.hpp"

namespace xgrad::detail {

/// C = op(A)·op(B), or C += op(A)·op(B), by xgrad's own loops: operands as for gemm(). An element of C is one chain of
/// multiply-adds in the order of k, so that neither blocks nor threads change a bit.
/// Source of the blocking: Goto and van de Geijn, "Anatomy of High-Performance Matrix Multiplication" (2008).
template <class T>
void blocked_gemm(const kernels::GemmLoops<T>& loops, Transpose transpose_a, Transpose transpose_b, std::size_t m,
                  std::size_t n, std::size_t k, const T* a, std::size_t lda, const T* b, std::size_t ldb, bool add, T* c,
                  std::size_t ldc);

}  // namespace xgrad::detail
