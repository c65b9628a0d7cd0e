#pragma once

#include "xgrad/autograd/tensor.hpp"

namespace xgrad {

/// The lower triangular L with A = L·Lᵀ, for a symmetric positive definite A, of which the lower triangle is read.
/// Shapes: (…, n, n) → the same.
/// Gradient: ½·L⁻ᵀ·(P + Pᵀ)·L⁻¹ with P = Φ(Lᵀ·g), where Φ keeps the lower triangle and halves the diagonal: symmetric, as the
/// matrix is. It is the gradient along symmetric changes of A.
/// Throws: ShapeError; NumericError for a matrix that is not positive definite and for values that are not finite.
/// Source: Murray 2016, Differentiation of the Cholesky decomposition, arXiv:1602.07527.
template <class T>
Tensor<T> cholesky(const Tensor<T>& a);

}  // namespace xgrad
