#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "xgrad/tensor/batch.hpp"
#include "xgrad/tensor/error.hpp"
#include "xgrad/tensor/lapack.hpp"
#include "xgrad/tensor/lapack_calls.hpp"

namespace xgrad::lapack {
namespace {

void throw_no_convergence(std::string_view operation, std::size_t number, const Shape& shape) {
  throw NumericError(fmt::format("{}: {} of shape {} did not converge; scale it nearer to 1", operation,
                                 describe_matrix(number, shape), to_string(shape)));
}

template <class T>
void transpose_square(T* a, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < i; ++j) std::swap(a[i * n + j], a[j * n + i]);
}

}  // namespace

template <class T>
Eigh<T> eigh(const Array<T>& a, std::string_view operation) {
  check_square(a.shape(), operation);
  check_finite(a, Part::Lower, operation);
  const std::size_t n = a.shape().back(), count = matrix_count(a.shape());
  Shape values = batch_axes(a.shape());
  values.push_back(n);
  Eigh<T> result{empty_array<T>(values), a};
  if (n == 0 || count == 0) return result;

  const int size = static_cast<int>(n), ask = -1;
  const char with_vectors = 'V', triangle = 'U';  // our lower triangle is the upper one for LAPACK
  int info = 0, integers = 0;
  T reals = 0;
  Calls<T>::syevd(&with_vectors, &triangle, &size, result.vectors.data(), &size, result.values.data(), &reals, &ask, &integers,
                  &ask, &info, 1, 1);
  const int length = workspace_length(reals);
  Array<T> work = empty_array<T>({static_cast<std::size_t>(length)});
  std::vector<int> integer_work(static_cast<std::size_t>(integers));
  for (std::size_t i = 0; i < count; ++i) {
    T* vectors = result.vectors.data() + i * n * n;
    Calls<T>::syevd(&with_vectors, &triangle, &size, vectors, &size, result.values.data() + i * n, work.data(), &length,
                    integer_work.data(), &integers, &info, 1, 1);
    if (info > 0) throw_no_convergence(operation, i, a.shape());
    transpose_square(vectors, n);
  }
  return result;
}

// LAPACK sees Aᵀ = V·diag(s)·Uᵀ: its left vectors are our Vᵀ, its right ones our U, both in our memory order.
template <class T>
Svd<T> svd(const Array<T>& a, std::string_view operation) {
  if (a.dimension() < 2)
    throw ShapeError(fmt::format("{}: shape {} given; expected matrices (…, m, n)", operation, to_string(a.shape())));
  check_finite(a, Part::All, operation);
  const std::size_t m = a.shape()[a.dimension() - 2], n = a.shape().back(), k = std::min(m, n);
  const Shape batch = batch_axes(a.shape());
  Shape values = batch;
  values.push_back(k);
  Svd<T> result{empty_array<T>(with_matrix(batch, m, k)), empty_array<T>(values), empty_array<T>(with_matrix(batch, k, n))};
  const std::size_t count = matrix_count(a.shape());
  if (k == 0 || count == 0) return result;

  Array<T> destroyed = a;
  const int rows = static_cast<int>(n), columns = static_cast<int>(m), least = static_cast<int>(k), ask = -1;
  const char reduced = 'S';
  std::vector<int> integer_work(8 * k);
  int info = 0;
  T reals = 0;
  const auto call = [&](std::size_t i, T* work, int length) {
    Calls<T>::gesdd(&reduced, &rows, &columns, destroyed.data() + i * m * n, &rows, result.s.data() + i * k,
                    result.vh.data() + i * k * n, &rows, result.u.data() + i * m * k, &least, work, &length,
                    integer_work.data(), &info, 1);
  };
  call(0, &reals, ask);
  const int length = workspace_length(reals);
  Array<T> work = empty_array<T>({static_cast<std::size_t>(length)});
  for (std::size_t i = 0; i < count; ++i) {
    call(i, work.data(), length);
    if (info > 0) throw_no_convergence(operation, i, a.shape());
  }
  return result;
}

template Eigh<float> eigh(const Array<float>&, std::string_view);
template Eigh<double> eigh(const Array<double>&, std::string_view);
template Svd<float> svd(const Array<float>&, std::string_view);
template Svd<double> svd(const Array<double>&, std::string_view);

}  // namespace xgrad::lapack
