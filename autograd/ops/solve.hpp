#pragma once

#include "xgrad/autograd/tensor.hpp"
#include "xgrad/tensor/matmul.hpp"

namespace xgrad {

/// X with A·X = B, by an LU factorisation with row exchanges. A singular matrix is noticed where a pivot is exactly zero; one
/// that is singular but for rounding gives large values.
/// Shapes: a (…, n, n), b (…, n, k) → (…, n, k), with broadcasting of the batches; a b of rank 1, or of the shape of a without
/// its last axis, holds vectors: (…, n) → (…, n).
/// Gradient: A⁻ᵀ·g for b and −(A⁻ᵀ·g)·Xᵀ for a.
/// Throws: ShapeError; NumericError for a singular matrix and for values that are not finite.
/// Source: Giles 2008, Collected matrix derivative results for forward and reverse mode algorithmic differentiation.
template <class T>
Tensor<T> solve(const Tensor<T>& a, const Tensor<T>& b);

struct TriangularOptions {
  bool upper = false;                   ///< which triangle of a is read; the other counts as zero
  Transpose transpose = Transpose::No;  ///< whether the system is Aᵀ·X = B
};

/// X with A·X = B (or Aᵀ·X = B) for a triangular A, by substitution.
/// Shapes: a (…, n, n), b (…, n, k) → (…, n, k), with broadcasting of the batches.
/// Gradient: A⁻ᵀ·g for b and −(A⁻ᵀ·g)·Xᵀ, its other triangle zero, for a.
/// Throws: ShapeError; NumericError for a zero on the diagonal and for values that are not finite.
/// Source: as solve.
template <class T>
Tensor<T> solve_triangular(const Tensor<T>& a, const Tensor<T>& b, TriangularOptions options = {});

}  // namespace xgrad
