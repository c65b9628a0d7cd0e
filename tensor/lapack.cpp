#include "xgrad/tensor/lapack.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <xtensor-blas/xblas.hpp>

#include "xgrad/tensor/batch.hpp"
#include "xgrad/tensor/error.hpp"
#include "xgrad/tensor/lapack_calls.hpp"

namespace xgrad::lapack {
namespace {

template <class T>
void transpose_into(const T* from, std::size_t rows, std::size_t columns, T* to) {
  for (std::size_t i = 0; i < rows; ++i)
    for (std::size_t j = 0; j < columns; ++j) to[j * rows + i] = from[i * columns + j];
}

// The shape of the solution of op(A)·X = B.
Shape solution_shape(const Shape& a, const Shape& b, std::string_view operation) {
  if (b.size() < 2 || b[b.size() - 2] != a.back())
    throw ShapeError(fmt::format("{}: a has shape {} but b has shape {}; b must have as many rows as a ({})", operation,
                                 to_string(a), to_string(b), a.back()));
  Shape batch;
  try {
    batch = broadcast_shape(batch_axes(a), batch_axes(b), operation);
  } catch (const ShapeError& error) {
    throw ShapeError(fmt::format("{}: a has shape {} but b has shape {}, whose batch axes do not fit each other ({})",
                                 operation, to_string(a), to_string(b), error.what()));
  }
  return with_matrix(std::move(batch), a.back(), b.back());
}

template <class T>
void throw_if_singular(const Lu<T>& lu, std::string_view operation) {
  for (std::size_t i = 0; i < lu.zero_pivots.size(); ++i)
    if (lu.zero_pivots[i] != 0)
      throw NumericError(fmt::format("{}: {} of shape {} is singular: pivot {} of its LU factorisation is exactly zero",
                                     operation, describe_matrix(i, lu.factors.shape()), to_string(lu.factors.shape()),
                                     lu.zero_pivots[i]));
}

// Calls f(product of pivots' signs, diagonal of the matrix in steps of n + 1, number) for every matrix.
template <class T, class F>
void for_each_diagonal(const Lu<T>& lu, F&& f) {
  const std::size_t n = lu.factors.shape().back();
  for (std::size_t matrix = 0; matrix < lu.zero_pivots.size(); ++matrix) {
    T sign = 1;
    for (std::size_t i = 0; i < n; ++i)
      if (lu.pivots[matrix * n + i] != static_cast<int>(i + 1)) sign = -sign;
    f(sign, lu.factors.data() + matrix * n * n, matrix);
  }
}

}  // namespace

template <class T>
Lu<T> lu(const Array<T>& a, std::string_view operation) {
  check_square(a.shape(), operation);
  check_finite(a, Part::All, operation);
  const std::size_t n = a.shape().back(), count = matrix_count(a.shape());
  Lu<T> result{a, std::vector<int>(count * n), std::vector<int>(count)};
  if (n == 0) return result;
  const int size = static_cast<int>(n);
  for (std::size_t i = 0; i < count; ++i)
    Calls<T>::getrf(&size, &size, result.factors.data() + i * n * n, &size, result.pivots.data() + i * n,
                    &result.zero_pivots[i]);
  return result;
}

template <class T>
Array<T> solve(const Lu<T>& lu, Transpose transpose, const Array<T>& b, std::string_view operation) {
  const Shape shape = solution_shape(lu.factors.shape(), b.shape(), operation);
  throw_if_singular(lu, operation);
  check_finite(b, Part::All, operation);
  Array<T> x = empty_array<T>(shape);
  if (x.size() == 0) return x;
  const std::size_t n = shape[shape.size() - 2], k = shape.back(), count = x.size() / (n * k);
  const int rows = static_cast<int>(n), columns = static_cast<int>(k);
  const char flag = transpose == Transpose::No ? 'T' : 'N';
  const BatchOffsets offset_a(lu.factors.shape(), shape), offset_b(b.shape(), shape);
  Array<T> scratch = empty_array<T>({k, n});
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t matrix = offset_a.matrix(i);
    int info = 0;
    transpose_into(b.data() + offset_b(i), n, k, scratch.data());
    Calls<T>::getrs(&flag, &rows, &columns, lu.factors.data() + matrix * n * n, &rows, lu.pivots.data() + matrix * n,
                    scratch.data(), &rows, &info, 1);
    transpose_into(scratch.data(), k, n, x.data() + i * n * k);
  }
  return x;
}

template <class T>
Array<T> inverse(const Lu<T>& lu, std::string_view operation) {
  throw_if_singular(lu, operation);
  Array<T> result = lu.factors;
  const std::size_t n = result.shape().back();
  if (result.size() == 0) return result;
  const int size = static_cast<int>(n), ask = -1;
  int info = 0;
  T best = 0;
  Calls<T>::getri(&size, result.data(), &size, lu.pivots.data(), &best, &ask, &info);
  const int length = workspace_length(best);
  Array<T> work = empty_array<T>({static_cast<std::size_t>(length)});
  for (std::size_t i = 0; i < lu.zero_pivots.size(); ++i)
    Calls<T>::getri(&size, result.data() + i * n * n, &size, lu.pivots.data() + i * n, work.data(), &length, &info);
  return result;
}

template <class T>
SignAndLog<T> slogdet(const Lu<T>& lu) {
  const std::size_t n = lu.factors.shape().back();
  const Shape batch = batch_axes(lu.factors.shape());
  SignAndLog<T> result{empty_array<T>(batch), empty_array<T>(batch)};
  for_each_diagonal(lu, [&](T sign, const T* diagonal, std::size_t matrix) {
    double logarithm = 0;
    for (std::size_t i = 0; i < n; ++i) {
      const T pivot = diagonal[i * (n + 1)];
      logarithm += std::log(std::abs(static_cast<double>(pivot)));
      if (pivot < T(0)) sign = -sign;
      if (pivot == T(0)) sign = 0;
    }
    result.sign.data()[matrix] = sign;
    result.logarithm.data()[matrix] = static_cast<T>(logarithm);
  });
  return result;
}

template <class T>
Array<T> determinant(const Lu<T>& lu) {
  const std::size_t n = lu.factors.shape().back();
  Array<T> result = empty_array<T>(batch_axes(lu.factors.shape()));
  for_each_diagonal(lu, [&](T product, const T* diagonal, std::size_t matrix) {
    for (std::size_t i = 0; i < n; ++i) product *= diagonal[i * (n + 1)];
    result.data()[matrix] = product;
  });
  return result;
}

template <class T>
Array<T> cholesky(const Array<T>& a, std::string_view operation) {
  check_square(a.shape(), operation);
  check_finite(a, Part::Lower, operation);
  Array<T> factor = a;
  const std::size_t n = a.shape().back(), count = matrix_count(a.shape());
  const int size = static_cast<int>(n);
  const char flag = 'U';  // our lower triangle is the upper one for LAPACK
  for (std::size_t i = 0; n > 0 && i < count; ++i) {
    T* matrix = factor.data() + i * n * n;
    int info = 0;
    Calls<T>::potrf(&flag, &size, matrix, &size, &info, 1);
    if (info > 0)
      throw NumericError(fmt::format(
          "{}: {} of shape {} is not positive definite: its leading {} rows and columns are not; a small multiple of the "
          "identity added to it may help",
          operation, describe_matrix(i, a.shape()), to_string(a.shape()), info));
    for (std::size_t row = 0; row < n; ++row) std::fill(matrix + row * n + row + 1, matrix + (row + 1) * n, T(0));
  }
  return factor;
}

template <class T>
Array<T> solve_triangular(const Array<T>& a, bool upper, Transpose transpose, const Array<T>& b, std::string_view operation) {
  check_square(a.shape(), operation);
  const Shape shape = solution_shape(a.shape(), b.shape(), operation);
  check_finite(a, upper ? Part::Upper : Part::Lower, operation);
  check_finite(b, Part::All, operation);
  const std::size_t n = shape[shape.size() - 2], k = shape.back();
  for (std::size_t i = 0; i < matrix_count(a.shape()) * n; ++i)
    if (a.data()[i * n + i % n] == T(0))
      throw NumericError(fmt::format("{}: {} of shape {} is singular: element {} of its diagonal is zero", operation,
                                     describe_matrix(i / n, a.shape()), to_string(a.shape()), i % n));
  Array<T> x = empty_array<T>(shape);
  if (x.size() == 0) return x;
  const BatchOffsets offset_a(a.shape(), shape), offset_b(b.shape(), shape);
  for (std::size_t i = 0; i < x.size() / (n * k); ++i) {
    T* solution = x.data() + i * n * k;
    std::copy_n(b.data() + offset_b(i), n * k, solution);
    cxxblas::trsm<int>(cxxblas::RowMajor, cxxblas::Left, upper ? cxxblas::Upper : cxxblas::Lower,
                       transpose == Transpose::Yes ? cxxblas::Trans : cxxblas::NoTrans, cxxblas::NonUnit, static_cast<int>(n),
                       static_cast<int>(k), T(1), a.data() + offset_a(i), static_cast<int>(n), solution, static_cast<int>(k));
  }
  return x;
}

#define XGRAD_INSTANTIATE(T)                                                           \
  template Lu<T> lu(const Array<T>&, std::string_view);                                \
  template Array<T> solve(const Lu<T>&, Transpose, const Array<T>&, std::string_view); \
  template Array<T> inverse(const Lu<T>&, std::string_view);                           \
  template SignAndLog<T> slogdet(const Lu<T>&);                                        \
  template Array<T> determinant(const Lu<T>&);                                         \
  template Array<T> cholesky(const Array<T>&, std::string_view);                       \
  template Array<T> solve_triangular(const Array<T>&, bool, Transpose, const Array<T>&, std::string_view);
XGRAD_INSTANTIATE(float)
XGRAD_INSTANTIATE(double)
#undef XGRAD_INSTANTIATE

}  // namespace xgrad::lapack
