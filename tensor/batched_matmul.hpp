#pragma once

#include "xgrad/tensor/matmul.hpp"

namespace xgrad {

/// Many products of matrices at once: c = op(a)·op(b) for the matrices that the last two axes hold. The shapes say how the
/// memory is to be read (they need not be the arrays' own): batch axes, then rows and columns. Batch axes of `a_shape` and
/// `b_shape` broadcast to those of `c_shape`. What c held is not read.
/// Shapes: op(a) (…, m, k), op(b) (…, k, n) → c (…, m, n); they must fit, which is not checked again here.
template <class T>
void batched_gemm(Transpose transpose_a, const T* a, const Shape& a_shape, Transpose transpose_b, const T* b,
                  const Shape& b_shape, T* c, const Shape& c_shape);

extern template void batched_gemm(Transpose, const float*, const Shape&, Transpose, const float*, const Shape&, float*,
                                  const Shape&);
extern template void batched_gemm(Transpose, const double*, const Shape&, Transpose, const double*, const Shape&, double*,
                                  const Shape&);

}  // namespace xgrad
