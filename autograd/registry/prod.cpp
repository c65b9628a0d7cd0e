#include "xgrad/autograd/ops/prod.hpp"

#include <functional>
#include <limits>
#include <numeric>

#include "xgrad/autograd/operation_info.hpp"
#include "xgrad/autograd/ops/arithmetic.hpp"
#include "xgrad/autograd/ops/join.hpp"
#include "xgrad/autograd/ops/pad.hpp"
#include "xgrad/autograd/ops/permute.hpp"
#include "xgrad/autograd/ops/slice.hpp"
#include "xgrad/autograd/registry/families.hpp"
#include "xgrad/autograd/registry/reduction_samples.hpp"

namespace xgrad {

std::vector<OperationInfo> prod_operations() {
  constexpr double inf = std::numeric_limits<double>::infinity(), nan = std::numeric_limits<double>::quiet_NaN();
  const auto call = [](const auto& x, const Axes& axes, bool keepdims) { return prod(x, axes, keepdims); };
  const LaneReference product = [](const std::vector<double>& x) {
    return std::accumulate(x.begin(), x.end(), 1.0, std::multiplies<>());
  };
  const auto rows = [](const auto& x) { return prod(x, {1}); };
  std::vector<Sample> samples = reduction_samples(reduction_cases_with_empty_lanes(), call, product, 0.5, 1.5);
  const Array<double> zeros{{2, 0, 3, -1}, {0, 2, 0, 1.5}, {0, 0, 0, 2}};
  samples.push_back(sample(
      "one, two and three zeros in a row", {zeros}, [](const auto& x) { return prod(x[0], {1}); },
      reduction_reference({1}, false, product)));
  return {{"prod",
           std::move(samples),
           {{"zeros", rows, {{2, 0, 3}, {0, 5, 0}}, {0, 0}, {{0, 6, 0}, {0, 0, 0}}},
            {"a product below all numbers", rows, {{1e-200, 1e-200, 2}}, {0}, {{2e-200, 2e-200, 0}}},
            {"infinite and zero", rows, {{inf, 0}}, {nan}, {{0, inf}}},
            {"not a number", rows, {{nan, 2}}, {nan}, {{2, nan}}}},
           bad_axes("prod", call)}};
}

}  // namespace xgrad
