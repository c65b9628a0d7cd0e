#include "xgrad/autograd/ops/permute.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

#include <fmt/format.h>

#include "xgrad/autograd/operation.hpp"
#include "xgrad/tensor/copy_runs.hpp"
#include "xgrad/tensor/error.hpp"
#include "xgrad/tensor/permute.hpp"

namespace xgrad {
namespace {

using Order = NormalAxes;

struct Permute {
  Order order;
  static constexpr const char* name = "permute";
  static constexpr unsigned saves = saves_nothing;
  template <class T>
  Array<T> forward(const Array<T>& x) const {
    return permute(x, order);
  }
  template <class T>
  Tensor<T> backward(const Context<T>& c) const {
    Order inverse(order.size());
    for (std::size_t i = 0; i < order.size(); ++i) inverse[order[i]] = i;
    return apply(Permute{std::move(inverse)}, c.gradient());
  }
};

// The same as Permute for two axes, without the list of axes.
struct Transpose {
  std::size_t axis0, axis1;
  static constexpr const char* name = "transpose";
  static constexpr unsigned saves = saves_nothing;
  template <class T>
  Array<T> forward(const Array<T>& x) const {
    Order order(x.dimension());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::swap(order[axis0], order[axis1]);
    return permute(x, order);
  }
  template <class T>
  Tensor<T> backward(const Context<T>& c) const {
    return apply(*this, c.gradient());
  }
};

template <class T>
Array<T> flipped(const Array<T>& x, std::size_t axis) {
  Array<T> result = empty_array<T>(x.shape());
  const AroundAxis a(x.shape(), axis);
  const T* in = x.data();
  T* out = result.data();
  for (std::size_t o = 0; o < a.outer; ++o)
    if (a.inner == 1)
      std::reverse_copy(in + o * a.extent, in + (o + 1) * a.extent, out + o * a.extent);
    else
      for (std::size_t i = 0; i < a.extent; ++i)
        std::copy_n(in + ((o + 1) * a.extent - 1 - i) * a.inner, a.inner, out + (o * a.extent + i) * a.inner);
  return result;
}

struct Flip {
  Order axes;
  static constexpr const char* name = "flip";
  static constexpr unsigned saves = saves_nothing;
  template <class T>
  Array<T> forward(const Array<T>& x) const {
    if (axes.empty()) return x;
    Array<T> result = flipped(x, axes[0]);
    for (std::size_t k = 1; k < axes.size(); ++k) result = flipped(result, axes[k]);
    return result;
  }
  template <class T>
  Tensor<T> backward(const Context<T>& c) const {
    return apply(*this, c.gradient());
  }
};

}  // namespace

template <class T>
Tensor<T> permute(const Tensor<T>& x, const Axes& order) {
  Order axes;
  for (int axis : order) axes.push_back(normalize_axis(axis, x.shape(), "permute"));
  Order sorted = axes;
  std::sort(sorted.begin(), sorted.end());
  if (axes.size() != x.rank() || std::adjacent_find(sorted.begin(), sorted.end()) != sorted.end())
    throw ShapeError(fmt::format("permute: the order ({}) must name each of the {} axes of shape {} once",
                                 fmt::join(order, ", "), x.rank(), to_string(x.shape())));
  return axes == sorted ? x : apply(Permute{std::move(axes)}, x);
}

template <class T>
Tensor<T> transpose(const Tensor<T>& x, int axis0, int axis1) {
  const std::size_t a = normalize_axis(axis0, x.shape(), "transpose"), b = normalize_axis(axis1, x.shape(), "transpose");
  return a == b ? x : apply(Transpose{a, b}, x);
}

template <class T>
Tensor<T> flip(const Tensor<T>& x, const Axes& axes) {
  return apply(Flip{normalize_axes(axes, x.shape(), "flip")}, x);
}

#define XGRAD_INSTANTIATE(T)                                 \
  template Tensor<T> permute(const Tensor<T>&, const Axes&); \
  template Tensor<T> transpose(const Tensor<T>&, int, int);  \
  template Tensor<T> flip(const Tensor<T>&, const Axes&);
XGRAD_INSTANTIATE(float)
XGRAD_INSTANTIATE(double)
#undef XGRAD_INSTANTIATE

}  // namespace xgrad
