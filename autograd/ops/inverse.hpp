#pragma once

#include "xgrad/autograd/tensor.hpp"

namespace xgrad {

/// The inverse of a matrix. To solve a system, `solve` is faster and more accurate.
/// Shapes: (…, n, n) → the same.  Gradient: −A⁻ᵀ·g·A⁻ᵀ.
/// Throws: ShapeError; NumericError for a singular matrix (a pivot that is exactly zero) and for values that are not finite.
template <class T>
Tensor<T> inverse(const Tensor<T>& a);

/// The determinant as a sign and a logarithm, which neither overflow nor underflow.
template <class T>
struct Slogdet {
  Tensor<T> sign;       ///< 1, −1, or 0 for a singular matrix
  Tensor<T> logabsdet;  ///< log |det A|; −∞ for a singular matrix
};

/// The sign of the determinant and the logarithm of its magnitude.
/// Shapes: (…, n, n) → (…), (…).  Gradient: g·A⁻ᵀ for logabsdet; none through sign, which is constant almost everywhere.
/// Throws: ShapeError; NumericError for values that are not finite, and in backward for a singular matrix.
template <class T>
Slogdet<T> slogdet(const Tensor<T>& a);

/// The determinant.
/// Shapes: (…, n, n) → (…).  Gradient: g·det(A)·A⁻ᵀ.
/// Throws: ShapeError; NumericError for values that are not finite, and in backward for a singular matrix.
template <class T>
Tensor<T> det(const Tensor<T>& a);

}  // namespace xgrad
