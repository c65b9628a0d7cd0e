#include "xgrad/autograd/ops/shape.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "xgrad/autograd/operation.hpp"
#include "xgrad/tensor/error.hpp"

namespace xgrad {
namespace {

struct Reshape {
  Shape shape;
  static constexpr const char* name = "reshape";
  static constexpr unsigned saves = saves_nothing;
  template <class T>
  Array<T> forward(const Array<T>& x) const {
    Array<T> result = empty_array<T>(shape);
    std::copy(x.data(), x.data() + x.size(), result.data());
    return result;
  }
  template <class T>
  Tensor<T> backward(const Context<T>& c) const {
    return reshape(c.gradient(), c.input_shape(0));
  }
};

template <class T>
Tensor<T> reshaped(const Tensor<T>& x, const Shape& shape) {
  return x.shape() == shape ? x : apply(Reshape{shape}, x);
}

// The shape meant by a list of extents, one of which may be −1.
Shape resolve_shape(const Shape& from, const Extents& to) {
  const auto fail = [&](const char* why) {
    throw ShapeError(fmt::format("reshape: {} with {} elements cannot become ({}): {}", to_string(from), element_count(from),
                                 fmt::join(to, ", "), why));
  };
  Shape shape(to.size());
  std::size_t open = to.size();
  for (std::size_t i = 0; i < to.size(); ++i) {
    if (to[i] < -1) fail("extents must not be negative, except for one -1 to be worked out");
    if (to[i] == -1 && open != to.size()) fail("only one extent may be -1");
    if (to[i] == -1) open = i;
    shape[i] = to[i] == -1 ? 1 : static_cast<std::size_t>(to[i]);
  }
  const std::size_t count = element_count(from), known = element_count(shape);
  if (open != to.size()) {
    if (known == 0) fail("beside an extent of 0 the -1 could be anything");
    if (count % known != 0) fail("the elements are not a multiple of the other extents' product");
    shape[open] = count / known;
  } else if (known != count) {
    fail("the numbers of elements must be equal");
  }
  return shape;
}

}  // namespace

template <class T>
Tensor<T> reshape(const Tensor<T>& x, const Extents& shape) {
  return reshaped(x, resolve_shape(x.shape(), shape));
}

template <class T>
Tensor<T> flatten(const Tensor<T>& x, int start, int end) {
  const Shape from = x.rank() == 0 ? Shape{1} : x.shape();
  const std::size_t first = normalize_axis(start, from, "flatten"), last = normalize_axis(end, from, "flatten");
  if (first > last)
    throw ShapeError(fmt::format("flatten: start {} lies behind end {} in shape {}", start, end, to_string(x.shape())));
  Shape to(from.begin(), from.begin() + static_cast<std::ptrdiff_t>(first));
  to.push_back(1);
  for (std::size_t i = first; i <= last; ++i) to.back() *= from[i];
  for (std::size_t i = last + 1; i < from.size(); ++i) to.push_back(from[i]);
  return reshaped(x, to);
}

template <class T>
Tensor<T> squeeze(const Tensor<T>& x, const Axes& axes) {
  const NormalAxes given = normalize_axes(axes, x.shape(), "squeeze");
  Shape to;
  for (std::size_t i = 0; i < x.rank(); ++i)
    if (x.shape()[i] != 1 || !std::binary_search(given.begin(), given.end(), i)) to.push_back(x.shape()[i]);
  return reshaped(x, to);
}

template <class T>
Tensor<T> unsqueeze(const Tensor<T>& x, int axis) {
  const int rank = static_cast<int>(x.rank());
  if (axis < -rank - 1 || axis > rank)
    throw ShapeError(fmt::format("unsqueeze: a new axis {} is out of range for shape {}; it must be in [{}, {}]", axis,
                                 to_string(x.shape()), -rank - 1, rank));
  const std::size_t at = static_cast<std::size_t>(axis < 0 ? axis + rank + 1 : axis);
  Shape to;
  for (std::size_t i = 0; i <= x.rank(); ++i) {
    if (i == at) to.push_back(1);
    if (i < x.rank()) to.push_back(x.shape()[i]);
  }
  return reshaped(x, to);
}

#define XGRAD_INSTANTIATE(T)                                    \
  template Tensor<T> reshape(const Tensor<T>&, const Extents&); \
  template Tensor<T> flatten(const Tensor<T>&, int, int);       \
  template Tensor<T> squeeze(const Tensor<T>&, const Axes&);    \
  template Tensor<T> unsqueeze(const Tensor<T>&, int);
XGRAD_INSTANTIATE(float)
XGRAD_INSTANTIATE(double)
#undef XGRAD_INSTANTIATE

}  // namespace xgrad
