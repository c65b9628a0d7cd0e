#include "xgrad/autograd/ops/pad.hpp"

#include <algorithm>
#include <limits>

#include <fmt/format.h>

#include "xgrad/autograd/operation.hpp"
#include "xgrad/autograd/ops/slice.hpp"
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
  constexpr std::ptrdiff_t widest = std::numeric_limits<std::ptrdiff_t>::max() / 4;  // so that sums fit
  const bool outside =
      std::any_of(widths.begin(), widths.end(), [](std::ptrdiff_t width) { return width < 0 || width > widest; });
  if (outside || widths.size() % 2 != 0 || widths.size() > 2 * x.rank())
    throw ShapeError(fmt::format(
        "pad: the widths ({}) do not fit shape {}; give two, none negative or endless, for each of at most {} axes, the last "
        "axis first",
        fmt::join(widths, ", "), to_string(x.shape()), x.rank()));
  Pad<T> op{Shape(x.rank(), 0), x.shape(), value};
  for (std::size_t k = 0; k < widths.size() / 2; ++k) {
    const std::size_t axis = x.rank() - 1 - k;
    op.before[axis] = static_cast<std::size_t>(widths[2 * k]);
    op.shape[axis] += static_cast<std::size_t>(widths[2 * k]) + static_cast<std::size_t>(widths[2 * k + 1]);
  }
  element_count(op.shape);  // throws for more than can be
  return op.shape == x.shape() ? x : apply(std::move(op), x);
}

template Tensor<float> pad(const Tensor<float>&, const std::vector<std::ptrdiff_t>&, float);
template Tensor<double> pad(const Tensor<double>&, const std::vector<std::ptrdiff_t>&, double);

}  // namespace xgrad
