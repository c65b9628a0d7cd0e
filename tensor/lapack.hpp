#pragma once

#include <string_view>
#include <vector>

#include "xgrad/tensor/array.hpp"
#include "xgrad/tensor/matmul.hpp"

/// Factorisations of matrices by LAPACK, on plain arrays without gradients. The last two axes hold the matrices, all others
/// number them. `operation` is who asks: error messages begin with it. Values that are not finite throw NumericError
/// everywhere, because LAPACK may not return from them.
namespace xgrad::lapack {

/// P·L·U of every matrix of a batch, for solving with it many times.
template <class T>
struct Lu {
  Array<T> factors;              ///< as LAPACK leaves them, for the transposed matrix; the shape is the batch's
  std::vector<int> pivots;       ///< n for each matrix: the row exchanges, counted from 1
  std::vector<int> zero_pivots;  ///< for each matrix: which pivot is exactly zero, counted from 1; 0 if none is
};

/// Shapes: a (…, n, n).  Throws: ShapeError for other shapes, NumericError. A singular matrix does not throw here.
template <class T>
Lu<T> lu(const Array<T>& a, std::string_view operation);

/// X with op(A)·X = B.
/// Shapes: A (…, n, n), b (…, n, k) → (…, n, k), with broadcasting of the batches.
/// Throws: ShapeError; NumericError for a singular matrix or values of b that are not finite.
template <class T>
Array<T> solve(const Lu<T>& lu, Transpose transpose, const Array<T>& b, std::string_view operation);

/// A⁻¹.  Shapes: (…, n, n).  Throws: NumericError for a singular matrix.
template <class T>
Array<T> inverse(const Lu<T>& lu, std::string_view operation);

template <class T>
struct SignAndLog {
  Array<T> sign, logarithm;
};

/// The sign of the determinant (1, −1, or 0) and the logarithm of its magnitude (−∞ if it is 0).  Shapes: (…).
template <class T>
SignAndLog<T> slogdet(const Lu<T>& lu);

/// The determinant.  Shapes: (…).
template <class T>
Array<T> determinant(const Lu<T>& lu);

/// The lower triangular L with L·Lᵀ = A. Only the lower triangle of A is read.
/// Shapes: (…, n, n).  Throws: ShapeError; NumericError for a matrix that is not positive definite.
template <class T>
Array<T> cholesky(const Array<T>& a, std::string_view operation);

/// X with op(A)·X = B, where A is upper or lower triangular; its other triangle is not read.
/// Shapes: a (…, n, n), b (…, n, k) → (…, n, k), with broadcasting of the batches.
/// Throws: ShapeError; NumericError for a zero on the diagonal.
template <class T>
Array<T> solve_triangular(const Array<T>& a, bool upper, Transpose transpose, const Array<T>& b, std::string_view operation);

template <class T>
struct Eigh {
  Array<T> values, vectors;
};

/// Eigenvalues, rising, and eigenvectors, as columns, of symmetric matrices. Only the lower triangle is read.
/// Shapes: (…, n, n) → (…, n), (…, n, n).  Throws: ShapeError, NumericError.
template <class T>
Eigh<T> eigh(const Array<T>& a, std::string_view operation);

template <class T>
struct Svd {
  Array<T> u, s, vh;
};

/// A = U·diag(s)·Vᵀ with falling s ≥ 0, reduced.
/// Shapes: (…, m, n) → (…, m, k), (…, k), (…, k, n) with k = min(m, n).  Throws: ShapeError, NumericError.
template <class T>
Svd<T> svd(const Array<T>& a, std::string_view operation);

}  // namespace xgrad::lapack
