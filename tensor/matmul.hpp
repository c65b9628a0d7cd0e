#pragma once

#include <cstddef>

#include "xgrad/tensor/array.hpp"

namespace xgrad {

/// Whether a factor of a product is taken as it is or transposed.
enum class Transpose { No, Yes };

/// C = alpha·op(A)·op(B) + beta·C on row-major memory: op(A) is m×k, op(B) is k×n, C is m×n; `lda`, `ldb`, `ldc` are the
/// distances between rows. With beta = 0 what C held is not read. Runs on thread_count() threads where the product is large;
/// the result does not depend on how many.  Throws: ShapeError if an extent is 2³¹ or more.
template <class T>
void gemm(Transpose transpose_a, Transpose transpose_b, std::size_t m, std::size_t n, std::size_t k, T alpha, const T* a,
          std::size_t lda, const T* b, std::size_t ldb, T beta, T* c, std::size_t ldc);

/// What becomes of a sum before it is stored.
enum class Then { Nothing, Relu };

/// C = A·op(B) + row: the n numbers of `row` in every row of C, whose old elements are not read; or ReLU of that. Operands as
/// for gemm(); the result does not depend on the number of threads.  Throws: ShapeError if an extent is 2³¹ or more.
template <class T>
void affine(Transpose transpose_b, std::size_t m, std::size_t n, std::size_t k, const T* a, std::size_t lda, const T* b,
            std::size_t ldb, const T* row, T* c, std::size_t ldc, Then then = Then::Nothing);

/// out = op(a)·op(b) + beta·out for matrices. With beta = 0 `out` is given the right shape, otherwise it must have it.
/// Shapes: op(a) (m, k), op(b) (k, n) → (m, n).  Throws: ShapeError; Error if out is a or b.
template <class T>
void matmul(const Array<T>& a, Transpose transpose_a, const Array<T>& b, Transpose transpose_b, Array<T>& out, T beta = 0);

/// The BLAS in use, for example "OpenBLAS 0.3.21 (SkylakeX)".
const char* blas_name();

extern template void gemm(Transpose, Transpose, std::size_t, std::size_t, std::size_t, float, const float*, std::size_t,
                          const float*, std::size_t, float, float*, std::size_t);
extern template void gemm(Transpose, Transpose, std::size_t, std::size_t, std::size_t, double, const double*, std::size_t,
                          const double*, std::size_t, double, double*, std::size_t);
extern template void affine(Transpose, std::size_t, std::size_t, std::size_t, const float*, std::size_t, const float*,
                            std::size_t, const float*, float*, std::size_t, Then);
extern template void affine(Transpose, std::size_t, std::size_t, std::size_t, const double*, std::size_t, const double*,
                            std::size_t, const double*, double*, std::size_t, Then);
extern template void matmul(const Array<float>&, Transpose, const Array<float>&, Transpose, Array<float>&, float);
extern template void matmul(const Array<double>&, Transpose, const Array<double>&, Transpose, Array<double>&, double);

}  // namespace xgrad
