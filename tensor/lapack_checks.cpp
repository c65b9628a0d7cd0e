#include <fmt/format.h>

#include "xgrad/tensor/batch.hpp"
#include "xgrad/tensor/error.hpp"
#include "xgrad/tensor/kernels/reduction.hpp"
#include "xgrad/tensor/lapack_calls.hpp"

namespace xgrad::lapack {

template <class T>
void check_finite(const Array<T>& a, Part part, std::string_view operation) {
  const auto all_finite = kernels::reduction<T>().all_finite;
  const Shape& shape = a.shape();
  const std::size_t rows = shape[shape.size() - 2], columns = shape.back(), total = matrix_count(shape) * rows;
  if (part == Part::All && all_finite(a.data(), a.size())) return;
  for (std::size_t r = 0; r < total; ++r) {
    const std::size_t i = r % rows, begin = part == Part::Upper ? i : 0, end = part == Part::Lower ? i + 1 : columns;
    const T* row = a.data() + r * columns;
    if (all_finite(row + begin, end - begin)) continue;
    std::size_t j = begin;
    while (all_finite(row + j, 1)) ++j;
    throw NumericError(fmt::format("{}: element ({}, {}) of {} of shape {} is {}; all must be finite", operation, i, j,
                                   describe_matrix(r / rows, shape), to_string(shape), row[j]));
  }
}

void check_square(const Shape& shape, std::string_view operation) {
  if (shape.size() < 2 || shape[shape.size() - 1] != shape[shape.size() - 2])
    throw ShapeError(fmt::format("{}: shape {} given; expected square matrices (…, n, n)", operation, to_string(shape)));
}

std::size_t matrix_count(const Shape& shape) { return element_count(batch_axes(shape)); }

std::string describe_matrix(std::size_t number, const Shape& shape) {
  return matrix_count(shape) == 1 ? "the matrix" : fmt::format("matrix {} of the batch", number);
}

template void check_finite(const Array<float>&, Part, std::string_view);
template void check_finite(const Array<double>&, Part, std::string_view);

}  // namespace xgrad::lapack
