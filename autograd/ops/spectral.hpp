#pragma once

#include "xgrad/autograd/tensor.hpp"

namespace xgrad {

template <class T>
struct Eigh {
  Tensor<T> values;   ///< (…, n), rising
  Tensor<T> vectors;  ///< (…, n, n), one in each column, orthonormal
};

/// Eigenvalues and eigenvectors of a symmetric matrix, of which the lower triangle is read: A = V·diag(λ)·Vᵀ.
/// The sign of an eigenvector is arbitrary: gradients mean something only through functions that do not depend on it.
/// Shapes: (…, n, n) → (…, n), (…, n, n).
/// Gradient: V·(diag(g_λ) + sym(Vᵀ·g_V ∘ F))·Vᵀ with F_ij = 1/(λ_j − λ_i), F_ii = 0, sym(x) = (x + xᵀ)/2: along symmetric
/// changes of A.
/// Throws: ShapeError; NumericError for values that are not finite, and in backward through the vectors if two eigenvalues are
/// equal within rounding.
/// Source: Giles 2008, Collected matrix derivative results for forward and reverse mode algorithmic differentiation.
template <class T>
Eigh<T> eigh(const Tensor<T>& a);

template <class T>
struct Svd {
  Tensor<T> u;   ///< (…, m, k), orthonormal columns
  Tensor<T> s;   ///< (…, k), falling, not negative
  Tensor<T> vh;  ///< (…, k, n), orthonormal rows
};

/// The reduced singular value decomposition: A = U·diag(s)·Vᵀ, k = min(m, n).
/// The sign of a pair of singular vectors is arbitrary: gradients mean something only through functions that do not depend on
/// it.
/// Shapes: (…, m, n) → (…, m, k), (…, k), (…, k, n).
/// Gradient: U·(K_U·S + diag(g_s) + S·K_V)·Vᵀ + (I − U·Uᵀ)·g_U·S⁻¹·Vᵀ + U·S⁻¹·g_Vᵀ·(I − V·Vᵀ),
/// with K_X = F ∘ (Xᵀ·g_X − g_Xᵀ·X), F_ij = 1/(s_j² − s_i²), F_ii = 0.
/// Throws: ShapeError; NumericError for values that are not finite, and in backward through U or V if two singular values are
/// equal within rounding, or if one is zero and the matrix is not square.
/// Source: Townsend 2016, Differentiating the singular value decomposition.
template <class T>
Svd<T> svd(const Tensor<T>& a);

}  // namespace xgrad
