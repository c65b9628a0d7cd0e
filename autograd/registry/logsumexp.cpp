#include "xgrad/autograd/ops/logsumexp.hpp"

#include <cmath>
#include <limits>

#include "xgrad/autograd/operation_info.hpp"
#include "xgrad/autograd/ops/arithmetic.hpp"
#include "xgrad/autograd/ops/elementwise.hpp"
#include "xgrad/autograd/registry/families.hpp"
#include "xgrad/autograd/registry/reduction_samples.hpp"

namespace xgrad {

std::vector<OperationInfo> logsumexp_operations() {
  constexpr double inf = std::numeric_limits<double>::infinity(), nan = std::numeric_limits<double>::quiet_NaN();
  const auto call = [](const auto& x, const Axes& axes, bool keepdims) { return logsumexp(x, axes, keepdims); };
  const auto all = [](const auto& x) { return logsumexp(x); };
  const LaneReference reference = [](const std::vector<double>& x) {
    long double total = 0;
    for (double value : x) total += std::exp(static_cast<long double>(value));
    return static_cast<double>(std::log(total));
  };
  return {{"logsumexp",
           reduction_samples(reduction_cases(), call, reference),
           {{"huge", all, {1e300, 1e300, -1e300}, scalar_array(1e300), {0.5, 0.5, 0}},
            {"far below zero", all, {-1e4, -1e4}, scalar_array(-1e4 + std::log(2.0)), {0.5, 0.5}},
            {"one is impossible", all, {-inf, 2}, scalar_array(2.0), {0, 1}},
            {"all are impossible", all, {-inf, -inf}, scalar_array(-inf), {nan, nan}},
            {"infinite", all, {inf, 0}, scalar_array(inf), {nan, 0}},
            {"not a number", all, {nan, 0}, scalar_array(nan), {nan, nan}},
            {"no elements", all, empty_array<double>({0}), scalar_array(-inf), empty_array<double>({0})}},
           bad_axes("logsumexp", call)}};
}

}  // namespace xgrad
