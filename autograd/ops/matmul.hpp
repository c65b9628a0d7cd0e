#pragma once

#include "xgrad/autograd/tensor.hpp"
#include "xgrad/tensor/matmul.hpp"

namespace xgrad {

/// The product of matrices, of vectors and matrices, or of batches of matrices with broadcasting over the batch axes.
/// c[…, i, j] = Σ_l a[…, i, l]·b[…, l, j]
/// Shapes: (k), (k) → (); (k), (…, k, n) → (…, n); (…, m, k), (k) → (…, m); (…, m, k), (…, k, n) → (…, m, n).
/// Gradient: g·bᵀ and aᵀ·g.  Throws: ShapeError.
template <class T>
Tensor<T> matmul(const Tensor<T>& a, const Tensor<T>& b);

/// The same with the last two axes of a factor exchanged first where its flag says so, without a copy.
/// Shapes: as above for the exchanged ones; both of rank 2 or more.  Throws: ShapeError.
template <class T>
Tensor<T> matmul(const Tensor<T>& a, Transpose transpose_a, const Tensor<T>& b, Transpose transpose_b);

}  // namespace xgrad
