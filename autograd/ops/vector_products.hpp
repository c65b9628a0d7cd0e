#pragma once

#include "xgrad/autograd/tensor.hpp"

namespace xgrad {

/// The sum of the products of two vectors' elements: Σ_i a[i]·b[i].
/// Shapes: (n), (n) → ().  Gradient: g·b and g·a.  Throws: ShapeError.
template <class T>
Tensor<T> dot(const Tensor<T>& a, const Tensor<T>& b);

/// All products of an element of a and one of b: c[i, j] = a[i]·b[j].
/// Shapes: (m), (n) → (m, n).  Gradient: g·b and gᵀ·a.  Throws: ShapeError.
template <class T>
Tensor<T> outer(const Tensor<T>& a, const Tensor<T>& b);

}  // namespace xgrad
