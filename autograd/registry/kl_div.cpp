#include "xgrad/autograd/ops/kl_div.hpp"

#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "xgrad/autograd/operation_info.hpp"
#include "xgrad/autograd/ops/elementwise.hpp"
#include "xgrad/autograd/registry/families.hpp"

namespace xgrad {
namespace {

Array<double> reference(const Sample::Arrays& in, KlDivReduction reduction, bool log_target) {
  Array<double> losses = in[0];
  long double total = 0;
  for (std::size_t i = 0; i < losses.size(); ++i) {
    const long double x = in[0].data()[i], y = in[1].data()[i];
    const long double loss = log_target ? std::exp(y) * (y - x) : y * (std::log(y) - x);
    losses.data()[i] = static_cast<double>(loss);
    total += loss;
  }
  if (reduction == KlDivReduction::None) return losses;
  if (reduction == KlDivReduction::Mean) total /= losses.size();
  if (reduction == KlDivReduction::BatchMean) total /= losses.shape()[0];
  return scalar_array(static_cast<double>(total));
}

}  // namespace

std::vector<OperationInfo> kl_div_operations() {
  OperationInfo info{"kl_div", {}};
  struct Case {
    const char* name;
    Shape shape;
    KlDivReduction reduction;
  };
  for (bool log_target : {false, true})
    for (const auto& [name, shape, reduction] :
         {Case{"mean", {3, 4}, KlDivReduction::Mean}, Case{"batch mean", {3, 4}, KlDivReduction::BatchMean},
          Case{"sum", {3, 4}, KlDivReduction::Sum}, Case{"none", {3, 4}, KlDivReduction::None},
          Case{"scalar", {}, KlDivReduction::Mean}, Case{"vector of 37", {37}, KlDivReduction::BatchMean},
          Case{"empty", {0, 3}, KlDivReduction::Sum}})
      info.samples.push_back(sample(
          log_target ? fmt::format("{}, logarithmic target", name) : name,
          // Positive, so that the check of the same tensor twice has logarithms to take.
          {sample_values(shape, 0.5, 2, 240 + info.samples.size()), sample_values(shape, 0.5, 2, 270)},
          [=, reduction = reduction](const auto& x) { return kl_div(x[0], x[1], reduction, log_target); },
          [=, reduction = reduction](const Sample::Arrays& x) { return reference(x, reduction, log_target); }));
  constexpr double inf = std::numeric_limits<double>::infinity(), nan = std::numeric_limits<double>::quiet_NaN();
  const auto from = [](Array<double> target, bool log_target) {
    return [=](const auto& x) { return kl_div(x, Tensor<double>(Array<double>(target)), KlDivReduction::None, log_target); };
  };
  info.special_values = {{"targets 0 and 1", from({0, 1}, false), {-1, -2}, {0, 2}, {0, -1}},
                         {"target 0 and an impossible class", from({0}, false), {-inf}, {nan}, {}},
                         {"a negative target", from({-1}, false), {-1}, {nan}, {1}},
                         {"logarithm of 1", from({0}, true), {-2}, {2}, {-1}}};
  const Tensor<double> row({-1, -1, -1}), scalar(-1.0);
  info.bad_inputs = {
      {"shapes that would broadcast",
       [=] {
         kl_div(Tensor<double>(filled_array<double>({2, 3}, -1)), row);
       },
       {"kl_div", "(2, 3)", "(3,)"}},
      {"batch mean of a scalar", [=] { kl_div(scalar, scalar, KlDivReduction::BatchMean); }, {"kl_div", "BatchMean", "()"}}};
  return {info};
}

}  // namespace xgrad
