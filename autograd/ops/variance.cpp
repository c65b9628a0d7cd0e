#include "xgrad/autograd/ops/variance.hpp"

#include <algorithm>
#include <cmath>

#include "xgrad/autograd/operation.hpp"
#include "xgrad/autograd/ops/arithmetic.hpp"
#include "xgrad/autograd/ops/comparison.hpp"
#include "xgrad/autograd/ops/reduction_shapes.hpp"
#include "xgrad/tensor/broadcast.hpp"
#include "xgrad/tensor/fold.hpp"

namespace xgrad {
namespace {

using detail::ReductionShapes;
using kernels::Binary;
using kernels::Unary;

struct Spread {
  ReductionShapes shapes;
  double correction;

  template <class T>
  T divisor(const Shape& shape) const {
    return static_cast<T>(std::max(0.0, static_cast<double>(shapes.elements_each(shape)) - correction));
  }

  // In two passes, so that a large mean takes no digits from the variance.
  template <class T>
  Array<T> variance(const Array<T>& x) const {
    const T n = static_cast<T>(shapes.elements_each(x.shape()));
    const Array<T> mean = map(Unary::MulScalar, fold(Fold::Sum, x, shapes.kept), 1 / n);
    Array<T> result = fold(Fold::SumOfSquares, map(Binary::Sub, x, mean, "var"), shapes.kept);
    const T count = divisor<T>(x.shape());
    for (std::size_t i = 0; i < result.size(); ++i) result.data()[i] /= count;
    return result;
  }

  // (x − x̄)/(n − correction)
  template <class T>
  Tensor<T> deviation(const Tensor<T>& x) const {
    const Tensor<T> mean = sum_to(x, shapes.kept) / static_cast<T>(shapes.elements_each(x.shape()));
    return (x - mean) / divisor<T>(x.shape());
  }
};

struct Var : Spread {
  static constexpr const char* name = "var";
  static constexpr unsigned saves = saves_input(0);
  template <class T>
  Array<T> forward(const Array<T>& x) const {
    return shapes.finish(variance(x));
  }
  template <class T>
  Tensor<T> backward(const Context<T>& c) const {
    return 2 * shapes.keep(c.gradient()) * deviation(c.input(0));
  }
};

struct Std : Spread {
  static constexpr const char* name = "std";
  static constexpr unsigned saves = saves_input(0) | saves_output;
  template <class T>
  Array<T> forward(const Array<T>& x) const {
    return shapes.finish(map(Unary::Sqrt, variance(x)));
  }
  template <class T>
  Tensor<T> backward(const Context<T>& c) const {
    const Tensor<T> y = c.output();
    const Tensor<T> flat = equal(y, T(0));  // where all elements are the same
    const Tensor<T> g = where(flat, T(0), c.gradient() / where(flat, T(1), y));
    return shapes.keep(g) * deviation(c.input(0));
  }
};

}  // namespace

template <class T>
Tensor<T> var(const Tensor<T>& x, const Axes& axes, bool keepdims, double correction) {
  return apply(Var{{{x.shape(), axes, keepdims, Var::name}, correction}}, x);
}

template <class T>
Tensor<T> std(const Tensor<T>& x, const Axes& axes, bool keepdims, double correction) {
  return apply(Std{{{x.shape(), axes, keepdims, Std::name}, correction}}, x);
}

#define XGRAD_INSTANTIATE(T)                                           \
  template Tensor<T> var(const Tensor<T>&, const Axes&, bool, double); \
  template Tensor<T> std(const Tensor<T>&, const Axes&, bool, double);
XGRAD_INSTANTIATE(float)
XGRAD_INSTANTIATE(double)
#undef XGRAD_INSTANTIATE

}  // namespace xgrad
