#include "xgrad/autograd/ops/variance.hpp"

#include <cmath>
#include <limits>

#include "xgrad/autograd/operation_info.hpp"
#include "xgrad/autograd/ops/arithmetic.hpp"
#include "xgrad/autograd/ops/comparison.hpp"
#include "xgrad/autograd/ops/reduction_shapes.hpp"
#include "xgrad/autograd/registry/families.hpp"
#include "xgrad/autograd/registry/reduction_samples.hpp"

namespace xgrad {
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
    const detail::ReductionShapes shapes(c.shape, c.axes, c.keepdims, "samples");
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

}  // namespace xgrad
