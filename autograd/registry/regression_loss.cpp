#include "xgrad/autograd/ops/regression_loss.hpp"

#include <cmath>
#include <limits>

#include "xgrad/autograd/operation_info.hpp"
#include "xgrad/autograd/ops/arithmetic.hpp"
#include "xgrad/autograd/ops/comparison.hpp"
#include "xgrad/autograd/ops/elementwise.hpp"
#include "xgrad/autograd/registry/families.hpp"

namespace xgrad {
namespace {

constexpr double inf = std::numeric_limits<double>::infinity(), nan = std::numeric_limits<double>::quiet_NaN();

// Samples over shapes and reductions. Distances are at least 0.03 away from multiples of a tenth, where the kinks are.
template <class F>
OperationInfo info(const char* name, F call, double (*loss)(double)) {
  OperationInfo operation{name, {}};
  struct Case {
    const char* name;
    Shape shape;
    Reduction reduction;
  };
  std::uint64_t seed = 100;
  for (const auto& [title, shape, reduction] :
       {Case{"mean", {3, 4}, Reduction::Mean}, Case{"sum", {3, 4}, Reduction::Sum}, Case{"none", {3, 4}, Reduction::None},
        Case{"scalar", {}, Reduction::Mean}, Case{"size 1", {1, 1}, Reduction::None},
        Case{"vector of 37", {37}, Reduction::Mean}, Case{"empty, sum", {0, 3}, Reduction::Sum},
        Case{"empty, none", {0, 3}, Reduction::None}})
    operation.samples.push_back(sample(
        title, {distinct_values(shape, ++seed), Array<double>(distinct_values(shape, seed + 50) + 0.03)},
        [call, reduction = reduction](const auto& x) { return call(x[0], x[1], reduction); },
        [loss, reduction = reduction](const Sample::Arrays& in) {
          Array<double> losses = in[0];
          long double sum = 0;
          for (std::size_t i = 0; i < losses.size(); ++i) sum += losses.data()[i] = loss(in[0].data()[i] - in[1].data()[i]);
          if (reduction == Reduction::None) return losses;
          return scalar_array(static_cast<double>(reduction == Reduction::Sum ? sum : sum / losses.size()));
        }));
  const auto from_zero = [call](const auto& x) {
    return call(x, Tensor<double>(filled_array(x.shape(), 0.0)), Reduction::None);
  };
  operation.special_values = {{"no distance", from_zero, {0}, {0}, {0}},
                              {"not a number", from_zero, {nan, 0}, {nan, 0}, {nan, 0}},
                              {"infinity", from_zero, {inf, -inf}, {inf, inf}, {}},
                              {"the mean of nothing", [call](const auto& x) { return call(x, x, Reduction::Mean); },
                               empty_array<double>({0}), scalar_array(nan), empty_array<double>({0})}};
  operation.bad_inputs = {{"shapes that would broadcast",
                           [call] {
                             call(Tensor<double>(filled_array<double>({3, 1}, 1)), Tensor<double>({1, 2, 3}), Reduction::Mean);
                           },
                           {name, "(3, 1)", "(3,)"}}};
  return operation;
}

}  // namespace

std::vector<OperationInfo> regression_loss_operations() {
  const auto huber = [](const auto& x, const auto& y, Reduction r) { return huber_loss(x, y, r, 0.7); };
  const auto smooth = [](const auto& x, const auto& y, Reduction r) { return smooth_l1_loss(x, y, r, 0.7); };
  std::vector<OperationInfo> list = {
      info(
          "mse_loss", [](const auto& x, const auto& y, Reduction r) { return mse_loss(x, y, r); },
          [](double d) { return d * d; }),
      info(
          "l1_loss", [](const auto& x, const auto& y, Reduction r) { return l1_loss(x, y, r); },
          [](double d) { return std::abs(d); }),
      info("huber_loss", huber, [](double d) { return std::abs(d) <= 0.7 ? d * d / 2 : 0.7 * (std::abs(d) - 0.35); }),
      info("smooth_l1_loss", smooth, [](double d) { return std::abs(d) < 0.7 ? d * d / 1.4 : std::abs(d) - 0.35; })};
  const Tensor<double> one({1});
  list[1].kink_at_equal_inputs = true;
  list[2].special_values.push_back({"at delta",
                                    [](const auto& x) { return huber_loss(x, 0 * x.detach(), Reduction::None, 2); },
                                    {2, -2, 3},
                                    {2, 2, 4},
                                    {2, -2, 2}});
  list[2].bad_inputs.push_back({"delta 0", [=] { huber_loss(one, one, Reduction::Mean, 0); }, {"huber_loss", "delta is 0"}});
  list[3].special_values.push_back({"beta 0",
                                    [](const auto& x) { return smooth_l1_loss(x, 0 * x.detach(), Reduction::None, 0); },
                                    {2, -3},
                                    {2, 3},
                                    {1, -1}});
  list[3].bad_inputs.push_back(
      {"beta below 0", [=] { smooth_l1_loss(one, one, Reduction::Mean, -1); }, {"smooth_l1_loss", "beta is -1"}});
  return list;
}

}  // namespace xgrad
