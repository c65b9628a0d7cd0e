#include "xgrad/autograd/ops/norm.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "xgrad/autograd/operation.hpp"
#include "xgrad/autograd/ops/arithmetic.hpp"
#include "xgrad/autograd/ops/comparison.hpp"
#include "xgrad/autograd/ops/elementwise.hpp"
#include "xgrad/autograd/ops/power.hpp"
#include "xgrad/autograd/ops/reduction_shapes.hpp"
#include "xgrad/tensor/broadcast.hpp"
#include "xgrad/tensor/error.hpp"
#include "xgrad/tensor/fold.hpp"

namespace xgrad {
namespace {

using kernels::Binary;
using kernels::Unary;

template <class T>
Tensor<T> sign_of(const Tensor<T>& x) {
  return Tensor<T>(map(Unary::Sign, x.value()));
}

struct Norm {
  detail::ReductionShapes shapes;
  double p;
  static constexpr const char* name = "norm";
  static constexpr unsigned saves = saves_input(0) | saves_output;

  template <class T>
  Array<T> forward(const Array<T>& x) const {
    if (p == 2) return shapes.finish(euclidean(x));
    const Array<T> size = map(Unary::Abs, x);
    if (p == 1) return shapes.finish(fold(Fold::Sum, size, shapes.kept));
    const Array<T> largest = fold(Fold::Max, size, shapes.kept);
    return shapes.finish(std::isinf(p) ? largest : scaled(size, largest));
  }

  template <class T>
  Tensor<T> backward(const Context<T>& c) const {
    const Tensor<T> g = shapes.keep(c.gradient()), x = c.input(0);
    if (p == 1) return g * sign_of(x);
    const Tensor<T> y = shapes.keep(c.output()), null = equal(y, T(0));
    if (std::isinf(p)) return g * (sign_of(x) * share_of_largest(x.value(), y.value()));
    const Tensor<T> divisor = where(null, T(1), y);
    if (p == 2) return where(null, T(0), g / divisor) * x;
    // Where x = 0 the sign makes the gradient 0, and the power only has to be finite.
    const Tensor<T> ratio = where(equal(x, T(0)), T(1), abs(x)) / divisor;
    return g * (sign_of(x) * pow(ratio, static_cast<T>(p - 1)));
  }

 private:
  // The plain sum of squares, unless it may have overflowed or lost digits to underflow.
  template <class T>
  Array<T> euclidean(const Array<T>& x) const {
    constexpr T smallest = std::numeric_limits<T>::min() / std::numeric_limits<T>::epsilon();
    Array<T> squares = fold(Fold::SumOfSquares, x, shapes.kept);
    const bool in_range =
        std::all_of(squares.data(), squares.data() + squares.size(), [](T s) { return s >= smallest && std::isfinite(s); });
    if (in_range) return map(Unary::Sqrt, squares);
    const Array<T> size = map(Unary::Abs, x);
    return scaled(size, fold(Fold::Max, size, shapes.kept));
  }

  // m·(Σ (|x|/m)ᵖ)^(1/p) with m = max |x|, or 1 where that is no number to divide by.
  template <class T>
  Array<T> scaled(const Array<T>& size, Array<T> largest) const {
    for (std::size_t i = 0; i < largest.size(); ++i)
      if (T& m = largest.data()[i]; !(m > 0) || std::isinf(m)) m = 1;
    const Array<T> powers = map(Unary::PowScalar, map(Binary::Div, size, largest, name), static_cast<T>(p));
    const Array<T> sums = fold(Fold::Sum, powers, shapes.kept);
    return map(Binary::Mul, map(Unary::PowScalar, sums, static_cast<T>(1 / p)), largest, name);
  }

  template <class T>
  Tensor<T> share_of_largest(const Array<T>& x, const Array<T>& y) const {
    const Array<T> wins = map(Binary::Equal, map(Unary::Abs, x), y, name);
    return Tensor<T>(map(Binary::Div, wins, fold(Fold::Sum, wins, shapes.kept), name));
  }
};

}  // namespace

template <class T>
Tensor<T> norm(const Tensor<T>& x, double p, const Axes& axes, bool keepdims) {
  if (!(p > 0)) throw ConfigError(fmt::format("norm: p is {}; it must be greater than 0", p));
  const detail::ReductionShapes shapes(x.shape(), axes, keepdims, Norm::name);
  if (std::isinf(p) && shapes.elements_each(x.shape()) == 0)
    throw ShapeError(fmt::format("norm: shape {} has no elements along the reduced axes, of which p = inf takes the largest",
                                 to_string(x.shape())));
  return apply(Norm{shapes, p}, x);
}

template Tensor<float> norm(const Tensor<float>&, double, const Axes&, bool);
template Tensor<double> norm(const Tensor<double>&, double, const Axes&, bool);

}  // namespace xgrad
