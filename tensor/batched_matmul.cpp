#include "xgrad/tensor/batched_matmul.hpp"

#include <algorithm>

#include "xgrad/tensor/batch.hpp"
#include "xgrad/tensor/parallel.hpp"

namespace xgrad {
namespace {

constexpr double smallest_chunk = 2e6;  // multiplications that one thread takes at a time

}  // namespace

template <class T>
void batched_gemm(Transpose ta, const T* a, const Shape& a_shape, Transpose tb, const T* b, const Shape& b_shape, T* c,
                  const Shape& c_shape) {
  const std::size_t rank = c_shape.size(), m = c_shape[rank - 2], n = c_shape[rank - 1];
  const std::size_t a_columns = a_shape.back(), b_columns = b_shape.back();
  const std::size_t k = ta == Transpose::Yes ? a_shape[a_shape.size() - 2] : a_columns;
  const auto product = [&](const T* pa, const T* pb, T* pc) {
    gemm(ta, tb, m, n, k, T(1), pa, a_columns, pb, b_columns, T(0), pc, n);
  };
  if (rank == 2) return product(a, b, c);
  std::size_t count = 1;
  for (std::size_t axis = 0; axis + 2 < rank; ++axis) count *= c_shape[axis];
  const BatchOffsets offset_a(a_shape, c_shape), offset_b(b_shape, c_shape);
  const double work = std::max(1.0, static_cast<double>(m) * static_cast<double>(n) * static_cast<double>(k));
  const std::size_t grain = static_cast<std::size_t>(std::max(1.0, smallest_chunk / work));
  parallel_for(count, grain, [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) product(a + offset_a(i), b + offset_b(i), c + i * m * n);
  });
}

template void batched_gemm(Transpose, const float*, const Shape&, Transpose, const float*, const Shape&, float*, const Shape&);
template void batched_gemm(Transpose, const double*, const Shape&, Transpose, const double*, const Shape&, double*,
                           const Shape&);

}  // namespace xgrad
