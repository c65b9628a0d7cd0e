#include "xgrad/autograd/ops/variance.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "xgrad/autograd/operation.hpp"
#include "xgrad/autograd/operation_info.hpp"
#include "xgrad/autograd/ops/arithmetic.hpp"
#include "xgrad/autograd/ops/comparison.hpp"
#include "xgrad/autograd/ops/reduction_shapes.hpp"
#include "xgrad/autograd/reduction_samples.hpp"
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

namespace {

double variance_of(const std::vector<double>& x, double correction) {
  long double mean = 0, squares = 0;
  for (double value : x) mean += static_cast<long double>(value) / x.size();
  for (double value : x) squares += (value - mean) * (value - mean);
  return static_cast<double>(squares / (x.size() - correction));
}

// Lanes of at least two elements have an unbiased estimate.
std::vector<ReductionCase> lanes_of_several() {
  std::vector<ReductionCase> cases;
  for (const ReductionCase& c : reduction_cases()) {
    const ReductionShapes shapes(c.shape, c.axes, c.keepdims, "samples");
    if (shapes.elements_each(c.shape) > 1) cases.push_back(c);
  }
  return cases;
}

template <class F>
OperationInfo spread_info(const char* name, F call, LaneReference unbiased, LaneReference biased, double root_of_2) {
  constexpr double inf = std::numeric_limits<double>::infinity(), nan = std::numeric_limits<double>::quiet_NaN();
  const auto corrected = [call](double correction) {
    return [=](const auto& x, const Axes& axes, bool keepdims) { return call(x, axes, keepdims, correction); };
  };
  const auto all = [call](const auto& x) { return call(x, {}, false, 1); };
  std::vector<Sample> samples = reduction_samples(lanes_of_several(), corrected(1), unbiased);
  for (Sample& s : reduction_samples(lanes_of_several(), corrected(0), biased)) {
    s.name += ", correction 0";
    samples.push_back(std::move(s));
  }
  const Array<double> nowhere = empty_array<double>({0});
  return {name,
          std::move(samples),
          {{"a large mean",
            all,
            {1e9 + 1, 1e9 + 3},
            scalar_array(root_of_2),
            root_of_2 == 2 ? Array<double>{-2, 2} : Array<double>{-1 / root_of_2, 1 / root_of_2}},
           {"all equal", all, {3, 3, 3}, scalar_array(0.0), {0, 0, 0}},
           {"one element", all, {3}, scalar_array(nan), {nan}},
           {"no elements", all, nowhere, scalar_array(nan), nowhere},
           {"infinite", all, {1, inf}, scalar_array(nan), scalar_array(nan)}},
          bad_axes(name, corrected(1))};
}

}  // namespace

std::vector<OperationInfo> variance_operations() {
  return {spread_info(
              "var", [](const auto& x, const Axes& axes, bool keepdims, double c) { return var(x, axes, keepdims, c); },
              [](const std::vector<double>& x) { return variance_of(x, 1); },
              [](const std::vector<double>& x) { return variance_of(x, 0); }, 2),
          spread_info(
              "std", [](const auto& x, const Axes& axes, bool keepdims, double c) { return std(x, axes, keepdims, c); },
              [](const std::vector<double>& x) { return std::sqrt(variance_of(x, 1)); },
              [](const std::vector<double>& x) { return std::sqrt(variance_of(x, 0)); }, std::sqrt(2.0))};
}

#define XGRAD_INSTANTIATE(T)                                           \
  template Tensor<T> var(const Tensor<T>&, const Axes&, bool, double); \
  template Tensor<T> std(const Tensor<T>&, const Axes&, bool, double);
XGRAD_INSTANTIATE(float)
XGRAD_INSTANTIATE(double)
#undef XGRAD_INSTANTIATE

}  // namespace xgrad
