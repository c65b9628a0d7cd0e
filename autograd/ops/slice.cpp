#include "xgrad/autograd/ops/slice.hpp"

#include <algorithm>
#include <numeric>

#include <fmt/format.h>

#include "xgrad/autograd/operation.hpp"
#include "xgrad/autograd/ops/arithmetic.hpp"
#include "xgrad/tensor/copy_runs.hpp"
#include "xgrad/tensor/error.hpp"

namespace xgrad {
namespace {

// Positions start, start + step, … along an axis: `count` of them.
struct Positions {
  std::size_t axis, start, step, count;
};

// Calls copy(at, step in the whole array; at, step in the part that has the positions only; how many runs of which length).
template <class Copy>
void for_each_run(const Positions& p, const Shape& whole_shape, Copy&& copy) {
  const AroundAxis whole(whole_shape, p.axis);
  const std::size_t run = whole.inner, part = p.count * run;
  if (whole.outer == 0 || part == 0) return;
  if (p.step == 1) return copy(p.start * run, whole.extent * run, 0, part, whole.outer, part);
  for (std::size_t o = 0; o < whole.outer; ++o)
    copy((o * whole.extent + p.start) * run, p.step * run, o * part, run, p.count, run);
}

struct Slice {
  Positions positions;
  static constexpr const char* name = "slice";
  static constexpr unsigned saves = saves_nothing;
  template <class T>
  Array<T> forward(const Array<T>& x) const {
    Shape shape = x.shape();
    shape[positions.axis] = positions.count;
    Array<T> result = empty_array<T>(shape);
    for_each_run(positions, x.shape(), [&](auto from, auto from_step, auto to, auto to_step, auto count, auto length) {
      copy_runs(x.data() + from, from_step, result.data() + to, to_step, count, length);
    });
    return result;
  }
  template <class T>
  Tensor<T> backward(const Context<T>& c) const;
};

// The inverse: a part goes to its positions in an array of zeros.
struct SliceBackward {
  Positions positions;
  Shape shape;
  static constexpr const char* name = "slice_backward";
  static constexpr unsigned saves = saves_nothing;
  template <class T>
  Array<T> forward(const Array<T>& part) const {
    Array<T> result = filled_array<T>(shape, 0);
    for_each_run(positions, shape, [&](auto to, auto to_step, auto from, auto from_step, auto count, auto length) {
      copy_runs(part.data() + from, from_step, result.data() + to, to_step, count, length);
    });
    return result;
  }
  template <class T>
  Tensor<T> backward(const Context<T>& c) const {
    return apply(Slice{positions}, c.gradient());
  }
};

template <class T>
Tensor<T> Slice::backward(const Context<T>& c) const {
  return apply(SliceBackward{positions, c.input_shape(0)}, c.gradient());
}

}  // namespace

template <class T>
Tensor<T> slice(const Tensor<T>& x, int axis, std::ptrdiff_t start, std::ptrdiff_t stop, std::ptrdiff_t step) {
  const std::size_t at = normalize_axis(axis, x.shape(), "slice");
  if (step < 1) throw ConfigError(fmt::format("slice: step is {}; it must be at least 1 (flip reverses an axis)", step));
  const auto extent = static_cast<std::ptrdiff_t>(x.shape()[at]);
  const auto inside = [extent](std::ptrdiff_t i) { return std::clamp<std::ptrdiff_t>(i < 0 ? i + extent : i, 0, extent); };
  const std::ptrdiff_t first = inside(start), length = std::max<std::ptrdiff_t>(0, inside(stop) - first);
  if (step == 1 && length == extent) return x;
  const std::ptrdiff_t count = length / step + (length % step != 0);
  return apply(Slice{{at, static_cast<std::size_t>(first), static_cast<std::size_t>(step), static_cast<std::size_t>(count)}},
               x);
}

template <class T>
std::vector<Tensor<T>> split(const Tensor<T>& x, const std::vector<std::ptrdiff_t>& sizes, int axis) {
  const std::size_t extent = x.shape()[normalize_axis(axis, x.shape(), "split")];
  const bool negative = std::any_of(sizes.begin(), sizes.end(), [](std::ptrdiff_t size) { return size < 0; });
  if (negative || std::accumulate(sizes.begin(), sizes.end(), std::ptrdiff_t{0}) != static_cast<std::ptrdiff_t>(extent))
    throw ShapeError(fmt::format("split: the sizes ({}) must be at least 0 and add up to {}, the extent of axis {} of shape {}",
                                 fmt::join(sizes, ", "), extent, axis, to_string(x.shape())));
  std::vector<Tensor<T>> parts;
  std::ptrdiff_t start = 0;
  for (std::ptrdiff_t size : sizes) {
    parts.push_back(slice(x, axis, start, start + size));
    start += size;
  }
  return parts;
}

template <class T>
std::vector<Tensor<T>> split(const Tensor<T>& x, std::ptrdiff_t size, int axis) {
  const auto extent = static_cast<std::ptrdiff_t>(x.shape()[normalize_axis(axis, x.shape(), "split")]);
  if (size < 1) throw ConfigError(fmt::format("split: size is {}; it must be at least 1", size));
  std::vector<std::ptrdiff_t> sizes;
  for (std::ptrdiff_t rest = extent; rest > 0; rest -= size) sizes.push_back(std::min(size, rest));
  if (sizes.empty()) sizes.push_back(0);  // one empty part of an empty axis
  return split(x, sizes, axis);
}

#define XGRAD_INSTANTIATE(T)                                                                       \
  template Tensor<T> slice(const Tensor<T>&, int, std::ptrdiff_t, std::ptrdiff_t, std::ptrdiff_t); \
  template std::vector<Tensor<T>> split(const Tensor<T>&, std::ptrdiff_t, int);                    \
  template std::vector<Tensor<T>> split(const Tensor<T>&, const std::vector<std::ptrdiff_t>&, int);
XGRAD_INSTANTIATE(float)
XGRAD_INSTANTIATE(double)
#undef XGRAD_INSTANTIATE

}  // namespace xgrad
