#include "xgrad/autograd/ops/reduction.hpp"

#include <numeric>

#include "xgrad/autograd/operation_info.hpp"
#include "xgrad/autograd/ops/arithmetic.hpp"
#include "xgrad/autograd/registry/families.hpp"
#include "xgrad/autograd/registry/reduction_samples.hpp"

namespace xgrad {

std::vector<OperationInfo> reduction_operations() {
  const auto call_sum = [](const auto& x, const Axes& axes, bool keepdims) { return sum(x, axes, keepdims); };
  const auto call_mean = [](const auto& x, const Axes& axes, bool keepdims) { return mean(x, axes, keepdims); };
  const LaneReference sum_of = [](const std::vector<double>& x) { return std::accumulate(x.begin(), x.end(), 0.0); };
  const LaneReference mean_of = [](const std::vector<double>& x) {
    return std::accumulate(x.begin(), x.end(), 0.0) / static_cast<double>(x.size());
  };
  return {
      {"sum", reduction_samples(reduction_cases_with_empty_lanes(), call_sum, sum_of), {}, bad_axes("sum", call_sum)},
      {"mean",
       reduction_samples(reduction_cases(), call_mean, mean_of),
       {{"lanes without elements", [](const auto& x) { return mean(x, {0}); }, empty_array<double>({0, 2}),
         filled_array({2}, std::nan("")), empty_array<double>({0, 2})}},
       bad_axes("mean", call_mean)},
  };
}

}  // namespace xgrad
