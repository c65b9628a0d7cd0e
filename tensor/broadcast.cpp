#include "xgrad/tensor/broadcast.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "xgrad/tensor/error.hpp"
#include "xgrad/tensor/fold.hpp"
#include "xgrad/tensor/parallel.hpp"

namespace xgrad {
namespace {

constexpr std::size_t grain = 1 << 14;  // elements that one thread takes at a time

// The axes of a broadcast with neighbours merged where every operand moves through them as through one; the steps are 0 along
// repeated axes. The last axis is the inner one.
template <std::size_t N>
struct Loop {
  std::size_t rank = 0;
  std::array<std::size_t, 16> extent{};
  std::array<std::array<std::size_t, 16>, N> step{};
};

template <std::size_t N>
Loop<N> merged_loop(const Shape& shape, const std::array<const Shape*, N>& operands) {
  Loop<N> loop;
  if (shape.size() > 16) throw ShapeError(fmt::format("arrays of rank {} are not supported; at most 16", shape.size()));
  std::array<std::size_t, N> stride;
  stride.fill(1);
  // From the innermost axis outwards; reversed at the end.
  for (std::size_t back = 1; back <= shape.size(); ++back) {
    const std::size_t extent = shape[shape.size() - back];
    std::array<std::size_t, N> step;
    for (std::size_t k = 0; k < N; ++k) {
      const Shape& s = *operands[k];
      const std::size_t own = back <= s.size() ? s[s.size() - back] : 1;
      step[k] = own == 1 && extent != 1 ? 0 : stride[k];
      stride[k] *= own;
    }
    if (extent == 1) continue;
    const std::size_t last = loop.rank - 1;
    bool merges = loop.rank > 0;
    for (std::size_t k = 0; merges && k < N; ++k) merges = step[k] == loop.step[k][last] * loop.extent[last];
    if (merges) {
      loop.extent[last] *= extent;
      continue;
    }
    loop.extent[loop.rank] = extent;
    for (std::size_t k = 0; k < N; ++k) loop.step[k][loop.rank] = step[k];
    ++loop.rank;
  }
  if (loop.rank == 0) {
    loop.rank = 1;
    loop.extent[0] = 1;
    for (std::size_t k = 0; k < N; ++k) loop.step[k][0] = 1;
  }
  return loop;
}

// Calls row(offsets, position, n) for every run of the innermost axis.
template <std::size_t N, class Row>
void for_each_row(const Loop<N>& loop, Row&& row) {
  std::size_t rows = 1;
  for (std::size_t axis = 1; axis < loop.rank; ++axis) rows *= loop.extent[axis];
  if (rows == 0 || loop.extent[0] == 0) return;
  std::array<std::size_t, 16> index{};
  std::array<std::size_t, N> offset{};
  for (std::size_t r = 0; r < rows; ++r) {
    row(offset, r * loop.extent[0], loop.extent[0]);
    for (std::size_t axis = 1; axis < loop.rank; ++axis) {
      for (std::size_t k = 0; k < N; ++k) offset[k] += loop.step[k][axis];
      if (++index[axis] < loop.extent[axis]) break;
      for (std::size_t k = 0; k < N; ++k) offset[k] -= loop.step[k][axis] * loop.extent[axis];
      index[axis] = 0;
    }
  }
}

// `out` may be u or v.
template <class T>
void map_pairs(kernels::Binary f, const T* u, const T* v, T* out, std::size_t n, T a) {
  const auto loop = kernels::elementwise<T>().binary[static_cast<int>(f)];
  parallel_for(n, grain,
               [=](std::size_t begin, std::size_t end) { loop(u + begin, 1, v + begin, 1, out + begin, end - begin, a); });
}

}  // namespace

template <class T>
Array<T> map(kernels::Unary f, const Array<T>& x, T a, T b) {
  Array<T> result = empty_array<T>(x.shape());
  const auto loop = kernels::elementwise<T>().unary[static_cast<int>(f)];
  const T* in = x.data();
  T* out = result.data();
  parallel_for(x.size(), grain, [=](std::size_t begin, std::size_t end) { loop(in + begin, out + begin, end - begin, a, b); });
  return result;
}

template <class T>
Array<T> map(kernels::Binary f, const Array<T>& u, const Array<T>& v, std::string_view operation, T a) {
  if (same_shape(u.shape(), v.shape())) {
    Array<T> result = empty_array<T>(u.shape());
    map_pairs(f, u.data(), v.data(), result.data(), u.size(), a);
    return result;
  }
  const auto loop = kernels::elementwise<T>().binary[static_cast<int>(f)];
  const T *pu = u.data(), *pv = v.data();
  Array<T> result = empty_array<T>(broadcast_shape(u.shape(), v.shape(), operation));
  T* out = result.data();
  const Loop<2> axes = merged_loop<2>(result.shape(), {&u.shape(), &v.shape()});
  for_each_row(axes, [&](const auto& offset, std::size_t at, std::size_t n) {
    loop(pu + offset[0], axes.step[0][0], pv + offset[1], axes.step[1][0], out + at, n, a);
  });
  return result;
}

template <class T>
void map_in_place(kernels::Binary f, Array<T>& u, const Array<T>& v, T a) {
  map_pairs(f, u.data(), v.data(), u.data(), u.size(), a);
}

template <class T>
void add_product(Array<T>& sum, const Array<T>& u, const Array<T>& v) {
  const auto loop = kernels::elementwise<T>().add_product;
  const T *pu = u.data(), *pv = v.data();
  T* out = sum.data();
  parallel_for(sum.size(), grain,
               [=](std::size_t begin, std::size_t end) { loop(pu + begin, pv + begin, out + begin, end - begin); });
}

template <class T>
Array<T> select(const Array<T>& mask, const Array<T>& u, const Array<T>& v, std::string_view operation) {
  const Shape shape = broadcast_shape(broadcast_shape(mask.shape(), u.shape(), operation), v.shape(), operation);
  Array<T> result = empty_array<T>(shape);
  T* out = result.data();
  const Loop<3> axes = merged_loop<3>(shape, {&mask.shape(), &u.shape(), &v.shape()});
  for_each_row(axes, [&](const auto& offset, std::size_t at, std::size_t n) {
    kernels::elementwise<T>().where(mask.data() + offset[0], axes.step[0][0], u.data() + offset[1], axes.step[1][0],
                                    v.data() + offset[2], axes.step[2][0], out + at, n);
  });
  return result;
}

template <class T>
Array<T> broadcast(const Array<T>& x, const Shape& shape) {
  if (!broadcasts_to(x.shape(), shape))
    throw ShapeError(fmt::format("broadcast_to: shape {} does not broadcast to {}; extents must be equal or 1",
                                 to_string(x.shape()), to_string(shape)));
  Array<T> result = empty_array<T>(shape);
  T* out = result.data();
  const Loop<1> axes = merged_loop<1>(shape, {&x.shape()});
  for_each_row(axes, [&](const auto& offset, std::size_t at, std::size_t n) {
    const T* from = x.data() + offset[0];
    if (axes.step[0][0] == 0)
      std::fill(out + at, out + at + n, *from);
    else
      std::copy(from, from + n, out + at);
  });
  return result;
}

template <class T>
Array<T> sum_to_shape(const Array<T>& x, const Shape& shape) {
  if (!broadcasts_to(shape, x.shape()))
    throw ShapeError(fmt::format("sum_to: shape {} cannot be summed to {}, which does not broadcast to it",
                                 to_string(x.shape()), to_string(shape)));
  Shape kept(x.dimension(), 1);
  std::copy(shape.begin(), shape.end(), kept.end() - static_cast<std::ptrdiff_t>(shape.size()));
  Array<T> result = fold(Fold::Sum, x, kept);
  result.reshape(shape);
  return result;
}

#define XGRAD_INSTANTIATE(T)                                                                     \
  template Array<T> map(kernels::Unary, const Array<T>&, T, T);                                  \
  template Array<T> map(kernels::Binary, const Array<T>&, const Array<T>&, std::string_view, T); \
  template void map_in_place(kernels::Binary, Array<T>&, const Array<T>&, T);                    \
  template void add_product(Array<T>&, const Array<T>&, const Array<T>&);                        \
  template Array<T> select(const Array<T>&, const Array<T>&, const Array<T>&, std::string_view); \
  template Array<T> broadcast(const Array<T>&, const Shape&);                                    \
  template Array<T> sum_to_shape(const Array<T>&, const Shape&);
XGRAD_INSTANTIATE(float)
XGRAD_INSTANTIATE(double)
#undef XGRAD_INSTANTIATE

}  // namespace xgrad
