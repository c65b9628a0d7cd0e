#include "xgrad/autograd/ops/slice.hpp"

#include <algorithm>
#include <numeric>

#include <fmt/format.h>

#include "xgrad/autograd/operation.hpp"
#include "xgrad/autograd/operation_info.hpp"
#include "xgrad/autograd/ops/arithmetic.hpp"
#include "xgrad/autograd/picked_samples.hpp"
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

namespace {

OperationInfo slice_info() {
  const auto part = [](int axis, std::ptrdiff_t start, std::ptrdiff_t stop, std::ptrdiff_t step) {
    return [=](const auto& x) { return slice(x[0], axis, start, stop, step); };
  };
  const auto fails = [](const char* name, int axis, std::ptrdiff_t step, std::vector<std::string> mentions) {
    return BadInput{name,
                    [=] {
                      slice(Tensor<double>(filled_array<double>({2, 3}, 1)), axis, 0, 2, step);
                    },
                    std::move(mentions)};
  };
  return {"slice",
          {picked_sample("rows", {5, 3}, {2, 3}, part(0, 1, 3, 1), [](auto i) { return ++i[0], i; }),
           picked_sample("columns", {3, 5}, {3, 2}, part(1, 2, 4, 1), [](auto i) { return i[1] += 2, i; }),
           picked_sample("the middle axis", {2, 4, 3}, {2, 2, 3}, part(-2, 1, 3, 1), [](auto i) { return ++i[1], i; }),
           picked_sample("every second column", {3, 5}, {3, 3}, part(1, 0, to_end, 2), [](auto i) { return i[1] *= 2, i; }),
           picked_sample("every third of four, middle axis", {2, 5, 3}, {2, 2, 3}, part(1, 1, 5, 3),
                         [](auto i) { return i[1] = 1 + 3 * i[1], i; }),
           picked_sample("from behind", {6}, {2}, part(0, -3, -1, 1), [](auto i) { return i[0] += 3, i; }),
           picked_sample("beyond the ends", {3}, {3}, part(0, -7, 9, 1), [](auto i) { return i; }),
           picked_sample("a step beyond the end", {3, 2}, {1, 2}, part(0, 1, 3, to_end), [](auto i) { return ++i[0], i; }),
           picked_sample("nothing of something", {3, 2}, {0, 2}, part(0, 2, 1, 1), [](auto i) { return i; }),
           picked_sample("of nothing", {0, 2}, {0, 1}, part(1, 0, 1, 1), [](auto i) { return i; })},
          {},
          {fails("axis", 2, 1, {"slice", "axis 2", "(2, 3)"}), fails("step 0", 0, 0, {"slice", "step is 0"}),
           fails("negative step", 0, -1, {"slice", "step is -1", "flip"})}};
}

OperationInfo split_info() {
  // The result must be one tensor: the parts, each with a weight of its own.
  const auto weighted = [](const auto& parts, auto first) {
    auto total = first * parts[0];
    for (std::size_t k = 1; k < parts.size(); ++k) total = total + (first + k) * parts[k];
    return total;
  };
  const auto reference = [](const Sample::Arrays& x) {
    Array<double> result = empty_array<double>({2, 2});
    for (std::size_t i = 0; i < 2; ++i)
      for (std::size_t j = 0; j < 2; ++j) result(i, j) = x[0](i, j) + 2 * x[0](i, 2 + j) + 3 * x[0](i, 4 + j);
    return result;
  };
  const auto fails = [](const char* name, auto size, int axis, std::vector<std::string> mentions) {
    return BadInput{name, [=] { split(Tensor<double>(filled_array<double>({2, 3}, 1)), size, axis); }, std::move(mentions)};
  };
  using Sizes = std::vector<std::ptrdiff_t>;
  return {
      "split",
      {sample(
           "equal parts", {sample_values({2, 6})}, [=](const auto& x) { return weighted(split(x[0], 2, 1), 1); }, reference),
       sample(
           "given sizes", {sample_values({2, 6})},
           [=](const auto& x) {
             return weighted(split(x[0], Sizes{2, 2, 2}, -1), 1);
           },
           reference),
       picked_sample(
           "a smaller last part", {5, 2}, {1, 2}, [](const auto& x) { return split(x[0], 2).at(2); },
           [](auto i) { return i[0] += 4, i; }),
       picked_sample(
           "different sizes", {5, 2}, {3, 2},
           [](const auto& x) {
             return split(x[0], Sizes{1, 3, 0, 1}).at(1);
           },
           [](auto i) { return ++i[0], i; }),
       picked_sample(
           "an empty part", {5, 2}, {0, 2},
           [](const auto& x) {
             return split(x[0], Sizes{1, 3, 0, 1}).at(2);
           },
           [](auto i) { return i; }),
       picked_sample(
           "an empty axis", {0, 2}, {0, 2}, [](const auto& x) { return split(x[0], 3).at(0); }, [](auto i) { return i; })},
      {},
      {fails("axis", 2, 2, {"split", "axis 2", "(2, 3)"}), fails("size 0", 0, 0, {"split", "size is 0"}),
       fails("sizes that leave something", Sizes{1, 1}, 1, {"split", "(1, 1)", "(2, 3)", "3"}),
       fails("a negative size", Sizes{4, -1}, 1, {"split", "(4, -1)", "(2, 3)"})}};
}

}  // namespace

std::vector<OperationInfo> slice_operations() { return {slice_info(), split_info()}; }

#define XGRAD_INSTANTIATE(T)                                                                       \
  template Tensor<T> slice(const Tensor<T>&, int, std::ptrdiff_t, std::ptrdiff_t, std::ptrdiff_t); \
  template std::vector<Tensor<T>> split(const Tensor<T>&, std::ptrdiff_t, int);                    \
  template std::vector<Tensor<T>> split(const Tensor<T>&, const std::vector<std::ptrdiff_t>&, int);
XGRAD_INSTANTIATE(float)
XGRAD_INSTANTIATE(double)
#undef XGRAD_INSTANTIATE

}  // namespace xgrad
