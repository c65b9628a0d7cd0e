#include "xgrad/autograd/ops/permute.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

#include <fmt/format.h>

#include "xgrad/autograd/operation.hpp"
#include "xgrad/autograd/operation_info.hpp"
#include "xgrad/autograd/picked_samples.hpp"
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

namespace {

OperationInfo permute_info() {
  const auto by = [](Axes order) { return [order](const auto& x) { return permute(x[0], order); }; };
  return {"permute",
          {picked_sample("cube", {2, 3, 4}, {4, 2, 3}, by({2, 0, 1}),
                         [](const auto& i) {
                           return std::vector{i[1], i[2], i[0]};
                         }),
           picked_sample("the first two", {2, 3, 4}, {3, 2, 4}, by({1, 0, 2}),
                         [](const auto& i) {
                           return std::vector{i[1], i[0], i[2]};
                         }),
           picked_sample("rank 4, two pairs", {2, 3, 1, 4}, {1, 4, 2, 3}, by({-2, -1, 0, 1}),
                         [](const auto& i) {
                           return std::vector{i[2], i[3], i[0], i[1]};
                         }),
           picked_sample("rank 5", {2, 3, 2, 2, 3}, {3, 2, 2, 3, 2}, by({4, 3, 0, 1, 2}),
                         [](const auto& i) {
                           return std::vector{i[2], i[3], i[4], i[1], i[0]};
                         }),
           picked_sample("nothing moves", {2, 3}, {2, 3}, by({0, 1}), [](const auto& i) { return i; }),
           picked_sample("scalar", {}, {}, by({}), [](const auto& i) { return i; }),
           picked_sample("empty", {0, 2, 3}, {3, 0, 2}, by({2, 0, 1}), [](const auto& i) { return i; })},
          {},
          {bad_input("too few axes", {2, 3}, [](const auto& x) { permute(x, {0}); }, {"permute", "(0)"}),
           bad_input("an axis twice", {2, 3},
                     [](const auto& x) {
                       permute(x, {1, -1});
                     },
                     {"permute", "(1, -1)"}),
           bad_input("axis", {2, 3},
                     [](const auto& x) {
                       permute(x, {0, 2});
                     },
                     {"permute", "axis 2"})}};
}

OperationInfo transpose_info() {
  return {"transpose",
          {picked_sample(
               "matrix", {3, 4}, {4, 3}, [](const auto& x) { return transpose(x[0]); },
               [](const auto& i) {
                 return std::vector{i[1], i[0]};
               }),
           picked_sample(
               "larger than a tile", {37, 41}, {41, 37}, [](const auto& x) { return transpose(x[0]); },
               [](const auto& i) {
                 return std::vector{i[1], i[0]};
               }),
           picked_sample(
               "the last two of three", {2, 3, 4}, {2, 4, 3}, [](const auto& x) { return transpose(x[0]); },
               [](const auto& i) {
                 return std::vector{i[0], i[2], i[1]};
               }),
           picked_sample(
               "first and last", {2, 3, 4}, {4, 3, 2}, [](const auto& x) { return transpose(x[0], 0, -1); },
               [](const auto& i) {
                 return std::vector{i[2], i[1], i[0]};
               }),
           picked_sample(
               "column", {3, 1}, {1, 3}, [](const auto& x) { return transpose(x[0]); },
               [](const auto& i) {
                 return std::vector{i[1], i[0]};
               }),
           picked_sample(
               "an axis with itself", {3}, {3}, [](const auto& x) { return transpose(x[0], 0, 0); },
               [](const auto& i) { return i; }),
           picked_sample(
               "empty", {0, 3}, {3, 0}, [](const auto& x) { return transpose(x[0]); }, [](const auto& i) { return i; })},
          {},
          {bad_input("axis", {2, 3}, [](const auto& x) { transpose(x, 0, 2); }, {"transpose", "axis 2"})}};
}

OperationInfo flip_info() {
  return {"flip",
          {picked_sample(
               "all", {2, 3}, {2, 3}, [](const auto& x) { return flip(x[0]); },
               [](const auto& i) {
                 return std::vector{1 - i[0], 2 - i[1]};
               }),
           picked_sample(
               "first of three", {2, 3, 2}, {2, 3, 2}, [](const auto& x) { return flip(x[0], {0}); },
               [](const auto& i) {
                 return std::vector{1 - i[0], i[1], i[2]};
               }),
           picked_sample(
               "first and last", {2, 3, 2}, {2, 3, 2},
               [](const auto& x) {
                 return flip(x[0], {-1, 0});
               },
               [](const auto& i) {
                 return std::vector{1 - i[0], i[1], 1 - i[2]};
               }),
           picked_sample(
               "scalar", {}, {}, [](const auto& x) { return flip(x[0]); }, [](const auto& i) { return i; }),
           picked_sample(
               "empty", {0, 3}, {0, 3}, [](const auto& x) { return flip(x[0]); }, [](const auto& i) { return i; })},
          {},
          {bad_input("axis", {2, 3}, [](const auto& x) { flip(x, {-3}); }, {"flip", "axis -3"}),
           bad_input("an axis twice", {2, 3},
                     [](const auto& x) {
                       flip(x, {0, 0});
                     },
                     {"flip", "(0, 0)", "twice"})}};
}

}  // namespace

std::vector<OperationInfo> permute_operations() { return {permute_info(), transpose_info(), flip_info()}; }

#define XGRAD_INSTANTIATE(T)                                 \
  template Tensor<T> permute(const Tensor<T>&, const Axes&); \
  template Tensor<T> transpose(const Tensor<T>&, int, int);  \
  template Tensor<T> flip(const Tensor<T>&, const Axes&);
XGRAD_INSTANTIATE(float)
XGRAD_INSTANTIATE(double)
#undef XGRAD_INSTANTIATE

}  // namespace xgrad
