#include "xgrad/autograd/ops/norm.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "xgrad/autograd/operation_info.hpp"
#include "xgrad/autograd/ops/arithmetic.hpp"
#include "xgrad/autograd/ops/comparison.hpp"
#include "xgrad/autograd/ops/elementwise.hpp"
#include "xgrad/autograd/ops/power.hpp"
#include "xgrad/autograd/registry/families.hpp"
#include "xgrad/autograd/registry/reduction_samples.hpp"

namespace xgrad {
namespace {

double norm_of(const std::vector<double>& x, double p) {
  long double total = 0;
  for (const long double value : x)
    total = std::isinf(p) ? std::max(total, std::abs(value)) : total + std::pow(std::abs(value), static_cast<long double>(p));
  return static_cast<double>(std::isinf(p) ? total : std::pow(total, 1 / static_cast<long double>(p)));
}

std::vector<Sample> samples_of(double p) {
  std::vector<Sample> samples = reduction_samples(
      reduction_cases(), [p](const auto& x, const Axes& axes, bool keepdims) { return norm(x, p, axes, keepdims); },
      [p](const std::vector<double>& x) { return norm_of(x, p); }, 0, 0);
  for (Sample& s : samples) {
    s.name += fmt::format(", p = {}", p);
    // Magnitudes that are all different, for p = ∞, and far from the kink at 0.
    for (double& value : s.inputs[0]) value += value > 0 ? 0.53 : -0.5;
  }
  return samples;
}

std::vector<SpecialValue> special_values() {
  constexpr double inf = std::numeric_limits<double>::infinity(), nan = std::numeric_limits<double>::quiet_NaN();
  const auto with = [](double p) { return [p](const auto& x) { return norm(x, p); }; };
  std::vector<SpecialValue> values;
  for (const double order : {0.5, 1.0, 1.5, 2.0, 3.0, inf}) {
    values.push_back({fmt::format("zeros, p = {}", order), with(order), {0, 0}, scalar_array(0.0), {0, 0}});
    values.push_back({fmt::format("a zero, p = {}", order), with(order), {0, -2}, scalar_array(2.0), {0, -1}});
    values.push_back({fmt::format("not a number, p = {}", order), with(order), {nan, 1}, scalar_array(nan), scalar_array(nan)});
    values.push_back({fmt::format("infinite, p = {}", order), with(order), {1, -inf}, scalar_array(inf), scalar_array(nan)});
  }
  values.push_back({"squares beyond the range", with(2), {3e200, -4e200}, scalar_array(5e200), {0.6, -0.8}});
  values.push_back({"squares below the range", with(2), {3e-200, -4e-200}, scalar_array(5e-200), {0.6, -0.8}});
  values.push_back({"cubes beyond the range", with(3), {0, -1e200}, scalar_array(1e200), {0, -1}});
  values.push_back({"ties of the largest share", with(inf), {2, -2, 1, 0}, scalar_array(2.0), {0.5, -0.5, 0, 0}});
  const Array<double> nothing = empty_array<double>({0});
  values.push_back({"no elements", with(2), nothing, scalar_array(0.0), nothing});
  values.push_back({"no elements, p = 3", with(3), nothing, scalar_array(0.0), nothing});
  return values;
}

}  // namespace

std::vector<OperationInfo> norm_operations() {
  constexpr double inf = std::numeric_limits<double>::infinity();
  OperationInfo info{"norm", {}, special_values(), {}};
  for (const double p : {2.0, 1.0, inf, 3.0, 1.5, 0.5})
    for (Sample& s : samples_of(p)) info.samples.push_back(std::move(s));
  info.bad_inputs = bad_axes("norm", [](const auto& x, const Axes& axes, bool keepdims) { norm(x, 2, axes, keepdims); });
  for (const double p : {0.0, -1.0, std::nan("")})
    info.bad_inputs.push_back(
        {fmt::format("p = {}", p), [p] { norm(Tensor<double>(1.0), p); }, {"norm", fmt::format("{}", p)}});
  info.bad_inputs.push_back({"the largest of nothing",
                             [] {
                               norm(Tensor<double>(empty_array<double>({0, 2})), inf, {0});
                             },
                             {"norm", "(0, 2)", "inf"}});
  return {std::move(info)};
}

}  // namespace xgrad
