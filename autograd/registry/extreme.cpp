#include "xgrad/autograd/ops/extreme.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "xgrad/autograd/operation_info.hpp"
#include "xgrad/autograd/ops/arithmetic.hpp"
#include "xgrad/autograd/registry/families.hpp"
#include "xgrad/autograd/registry/reduction_samples.hpp"

namespace xgrad {

std::vector<OperationInfo> extreme_operations() {
  constexpr double inf = std::numeric_limits<double>::infinity(), nan = std::numeric_limits<double>::quiet_NaN();
  const auto info = [=](const char* name, auto call, LaneReference reference, double sign) {
    const auto all = [call](const auto& x) { return call(x, {}, false); };
    const auto rows = [call](const auto& x) { return call(x, {1}, false); };
    std::vector<BadInput> bad = bad_axes(name, call);
    for (const Axes& axes : {Axes{0}, Axes{}})
      bad.push_back({axes.empty() ? "nothing at all" : "lanes without elements",
                     [=] {
                       call(Tensor<double>(empty_array<double>({0, 3})), axes, false);
                     },
                     {name, "(0, 3)"}});
    return OperationInfo{name,
                         reduction_samples(reduction_cases(), call, reference, 0, 0),
                         {{"ties share", all, sign * Array<double>{1, 3, 3, 2}, scalar_array(sign * 3), {0, 0.5, 0.5, 0}},
                          {"all equal", rows, {{0, -0.0, 0, 0}}, {0}, {{0.25, 0.25, 0.25, 0.25}}},
                          {"infinite",
                           rows,
                           sign * Array<double>{{inf, -inf}, {-inf, -inf}},
                           sign * Array<double>{inf, -inf},
                           {{1, 0}, {0.5, 0.5}}},
                          {"not a number", all, {-inf, nan, inf}, scalar_array(nan), {nan, nan, nan}}},
                         std::move(bad)};
  };
  return {info(
              "max", [](const auto& x, const Axes& axes, bool keepdims) { return max(x, axes, keepdims); },
              [](const std::vector<double>& x) { return *std::max_element(x.begin(), x.end()); }, 1),
          info(
              "min", [](const auto& x, const Axes& axes, bool keepdims) { return min(x, axes, keepdims); },
              [](const std::vector<double>& x) { return *std::min_element(x.begin(), x.end()); }, -1)};
}

}  // namespace xgrad
