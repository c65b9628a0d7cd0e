#include "xgrad/autograd/ops/pad.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "xgrad/autograd/operation.hpp"
#include "xgrad/autograd/operation_info.hpp"
#include "xgrad/autograd/ops/slice.hpp"
#include "xgrad/autograd/picked_samples.hpp"
#include "xgrad/tensor/error.hpp"

namespace xgrad {
namespace {

template <class T>
struct Pad {
  Shape before, shape;  // how much comes before each axis; the result's shape
  T value;
  static constexpr const char* name = "pad";
  static constexpr unsigned saves = saves_nothing;
  Array<T> forward(const Array<T>& x) const {
    Array<T> result = filled_array<T>(shape, value);
    if (x.size() == 0) return result;
    const std::size_t run = x.shape().back();
    for (std::size_t k = 0; k < x.size() / run; ++k) {
      std::size_t to = before.back(), step = shape.back(), rest = k;
      for (std::size_t i = x.dimension() - 1; i-- > 0; step *= shape[i], rest /= x.shape()[i])
        to += (rest % x.shape()[i] + before[i]) * step;
      std::copy_n(x.data() + k * run, run, result.data() + to);
    }
    return result;
  }
  Tensor<T> backward(const Context<T>& c) const {
    Tensor<T> g = c.gradient();
    for (std::size_t i = 0; i < shape.size(); ++i) {
      const auto start = static_cast<std::ptrdiff_t>(before[i]);
      g = slice(g, static_cast<int>(i), start, start + static_cast<std::ptrdiff_t>(c.input_shape(0)[i]));
    }
    return g;
  }
};

}  // namespace

template <class T>
Tensor<T> pad(const Tensor<T>& x, const std::vector<std::ptrdiff_t>& widths, std::type_identity_t<T> value) {
  const bool negative = std::any_of(widths.begin(), widths.end(), [](std::ptrdiff_t width) { return width < 0; });
  if (negative || widths.size() % 2 != 0 || widths.size() > 2 * x.rank())
    throw ShapeError(
        fmt::format("pad: the widths ({}) do not fit shape {}; give two, none negative, for each of at most {} axes, the last "
                    "axis first",
                    fmt::join(widths, ", "), to_string(x.shape()), x.rank()));
  Pad<T> op{Shape(x.rank(), 0), x.shape(), value};
  for (std::size_t k = 0; k < widths.size() / 2; ++k) {
    const std::size_t axis = x.rank() - 1 - k;
    op.before[axis] = static_cast<std::size_t>(widths[2 * k]);
    op.shape[axis] += static_cast<std::size_t>(widths[2 * k] + widths[2 * k + 1]);
  }
  return op.shape == x.shape() ? x : apply(std::move(op), x);
}

std::vector<OperationInfo> pad_operations() {
  const auto around = [](std::vector<std::ptrdiff_t> widths, double value) {
    return [=](const auto& x) {
      using T = typename std::decay_t<decltype(x[0])>::value_type;
      return pad(x[0], widths, static_cast<T>(value));
    };
  };
  const auto reference = [](Shape shape, Shape before, double value) {
    return [=](const Sample::Arrays& x) {
      Array<double> result = filled_array<double>(shape, value);
      for (std::size_t i = 0; i < x[0].shape()[0]; ++i)
        for (std::size_t j = 0; j < x[0].shape()[1]; ++j)
          for (std::size_t k = 0; k < x[0].shape()[2]; ++k) result(before[0] + i, before[1] + j, before[2] + k) = x[0](i, j, k);
      return result;
    };
  };
  const auto fails = [](const char* name, std::vector<std::ptrdiff_t> widths, std::string given) {
    return bad_input(name, {2, 3}, [=](const auto& x) { pad(x, widths, 0.0); }, {"pad", given});
  };
  return {{"pad",
           {sample("the last axis", {sample_values({2, 3, 2})}, around({1, 2}, 0.5), reference({2, 3, 5}, {0, 0, 1}, 0.5)),
            sample("two axes", {sample_values({2, 3, 2})}, around({0, 1, 2, 1}, -1), reference({2, 6, 3}, {0, 2, 0}, -1)),
            sample("all axes", {sample_values({2, 3, 2})}, around({1, 0, 0, 2, 3, 1}, 0), reference({6, 5, 3}, {3, 0, 1}, 0)),
            sample("nothing to add", {sample_values({2, 3, 2})}, around({0, 0}, 1), reference({2, 3, 2}, {0, 0, 0}, 1)),
            sample("empty", {sample_values({2, 0, 1})}, around({0, 0, 1, 1}, 2), reference({2, 2, 1}, {0, 0, 0}, 2)),
            sample("scalar", {sample_values({})}, around({}, 0), [](const Sample::Arrays& x) { return x[0]; })},
           {},
           {fails("an odd number of widths", {1, 2, 3}, "(1, 2, 3)"), fails("a negative width", {1, -1}, "(1, -1)"),
            fails("too many widths", {1, 1, 1, 1, 1, 1}, "(1, 1, 1, 1, 1, 1)")}}};
}

template Tensor<float> pad(const Tensor<float>&, const std::vector<std::ptrdiff_t>&, float);
template Tensor<double> pad(const Tensor<double>&, const std::vector<std::ptrdiff_t>&, double);

}  // namespace xgrad
