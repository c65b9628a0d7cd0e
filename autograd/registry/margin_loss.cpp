#include "xgrad/autograd/ops/margin_loss.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "xgrad/autograd/operation_info.hpp"
#include "xgrad/autograd/ops/broadcast.hpp"
#include "xgrad/autograd/ops/comparison.hpp"
#include "xgrad/autograd/ops/shape.hpp"
#include "xgrad/autograd/registry/families.hpp"

namespace xgrad {
namespace {

OperationInfo hinge_info() {
  OperationInfo info{"hinge_loss", {}};
  struct Case {
    const char* name;
    Shape shape;
    Reduction reduction;
    double margin = 1;
  };
  const auto labels = [](const Shape& shape) {  // +1, −1, +1, …
    Array<double> y = empty_array<double>(shape);
    for (std::size_t i = 0; i < y.size(); ++i) y.data()[i] = i % 2 ? -1 : 1;
    return y;
  };
  for (const Case& k : {Case{"mean", {3, 4}, Reduction::Mean}, Case{"sum", {3, 4}, Reduction::Sum},
                        Case{"none", {3, 4}, Reduction::None}, Case{"scalar", {}, Reduction::Mean},
                        Case{"vector of 37", {37}, Reduction::Mean, 0.5}, Case{"empty", {0, 3}, Reduction::Sum}})
    info.samples.push_back(sample(
        k.name, {Array<double>(distinct_values(k.shape, 300 + info.samples.size()) + 0.03)},
        [=](const auto& x) {
          using T = typename std::decay_t<decltype(x[0])>::value_type;
          return hinge_loss(x[0], Tensor<T>(Array<T>(xt::cast<T>(labels(k.shape)))), k.margin, k.reduction);
        },
        [=](const Sample::Arrays& x) {
          const Array<double> y = labels(k.shape);
          Array<double> losses = x[0];
          double total = 0;
          for (std::size_t i = 0; i < y.size(); ++i)
            total += losses.data()[i] = std::max(0.0, k.margin - y.data()[i] * x[0].data()[i]);
          if (k.reduction == Reduction::None) return losses;
          return scalar_array(k.reduction == Reduction::Mean ? total / static_cast<double>(y.size()) : total);
        }));
  constexpr double inf = std::numeric_limits<double>::infinity(), nan = std::numeric_limits<double>::quiet_NaN();
  info.special_values = {{"on the margin",
                          [](const auto& x) {
                            return hinge_loss(x, Tensor<double>({1, -1, 1, 1, 1}), 1, Reduction::None);
                          },
                          {1, -1, inf, -inf, nan},
                          {0, 0, 0, inf, nan},
                          {0, 0, 0, -1, -1}}};
  const Tensor<double> row({1, -1, 1});
  info.bad_inputs = {{"labels 0 and 1",
                      [=] {
                        hinge_loss(row, Tensor<double>({1, 0, 1}));
                      },
                      {"hinge_loss", "label 1 is 0"}},
                     {"labels that take gradients", [=] { hinge_loss(row, row.clone_leaf(true)); }, {"hinge_loss", "labels"}},
                     {"shapes that would broadcast",
                      [=] {
                        hinge_loss(Tensor<double>(filled_array<double>({2, 3}, 1)), row);
                      },
                      {"hinge_loss", "(2, 3)", "(3,)"}}};
  return info;
}

struct Case {
  const char* name;
  Shape shape;
  std::vector<std::int64_t> targets;
  int p = 1;
  Reduction reduction = Reduction::Mean;
  double margin = 1;
  std::vector<double> weight{};

  template <class T>
  Tensor<T> call(const Tensor<T>& x) const {
    Indices y = empty_array<std::int64_t>(shape.size() == 2 ? Shape{targets.size()} : Shape{});
    std::copy(targets.begin(), targets.end(), y.data());
    MultiMarginOptions<T> options{.p = p, .margin = margin, .weight = {}, .reduction = reduction};
    if (!weight.empty()) {
      Array<T> w = empty_array<T>({weight.size()});
      std::copy(weight.begin(), weight.end(), w.data());
      options.weight = Tensor<T>(std::move(w));
    }
    return multi_margin_loss(x, y, options);
  }
};

Array<double> reference(const Case& k, const Array<double>& x) {
  const std::size_t classes = k.shape.back();
  Array<double> losses = filled_array(k.shape.size() == 2 ? Shape{k.targets.size()} : Shape{}, 0.0);
  double total = 0;
  for (std::size_t r = 0; r < k.targets.size(); ++r) {
    const std::size_t t = static_cast<std::size_t>(k.targets[r]);
    for (std::size_t i = 0; i < classes; ++i)
      if (i != t)
        losses.data()[r] += (k.weight.empty() ? 1 : k.weight[t]) / static_cast<double>(classes) *
                            std::pow(std::max(0.0, k.margin - x.data()[r * classes + t] + x.data()[r * classes + i]), k.p);
    total += losses.data()[r];
  }
  if (k.reduction == Reduction::None) return losses;
  return scalar_array(k.reduction == Reduction::Mean ? total / static_cast<double>(k.targets.size()) : total);
}

OperationInfo multi_margin_info() {
  OperationInfo info{"multi_margin_loss", {}};
  for (int p : {1, 2})
    for (Case k : std::vector<Case>{
             {"mean", {3, 4}, {3, 0, 1}},
             {"sum", {3, 4}, {3, 0, 1}, p, Reduction::Sum},
             {"none", {3, 4}, {3, 0, 1}, p, Reduction::None},
             {"one row without batch axis", {4}, {2}},
             {"one class", {2, 1}, {0, 0}},
             {"class weights and a wide margin", {4, 3}, {0, 2, 2, 1}, p, Reduction::Mean, 2.5, {0.5, 2, 1.5}},
             {"class weights, none", {4, 3}, {0, 2, 2, 1}, p, Reduction::None, 0.5, {0.5, 2, 1.5}},
             {"no rows", {0, 3}, {}, p, Reduction::Sum},
         }) {
      k.p = p;
      info.samples.push_back(sample(
          fmt::format("{}, p = {}", k.name, p), {sample_values(k.shape, -2, 2, 320 + info.samples.size())},
          [k](const auto& x) { return k.call(x[0]); }, [k](const Sample::Arrays& x) { return reference(k, x[0]); }));
    }
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  const auto first = [](const auto& x) { return multi_margin_loss(x, Indices(Shape{}, 0)); };
  info.special_values = {
      {"on the margin", first, {1, 0}, scalar_array(0.0), {0, 0}},
      {"not a number", first, {1, nan}, scalar_array(nan), {}},
      {"the mean of no rows", [](const auto& x) { return multi_margin_loss(x, empty_array<std::int64_t>({0})); },
       empty_array<double>({0, 3}), scalar_array(nan), empty_array<double>({0, 3})}};
  const auto bad = [](Shape x, Indices targets, MultiMarginOptions<double> options = {}) {
    return [=] { multi_margin_loss(Tensor<double>(filled_array(x, 1.0)), targets, options); };
  };
  info.bad_inputs = {
      {"p = 3", bad({2, 3}, {0, 1}, {.p = 3}), {"multi_margin_loss", "p is 3"}},
      {"a class that is too large", bad({2, 3}, {0, 3}), {"multi_margin_loss", "row 1", "is 3", "[0, 3)"}},
      {"too few targets", bad({3, 3}, {0, 1}), {"multi_margin_loss", "(3, 3)", "(2,)"}},
      {"weights for other classes", bad({2, 3}, {0, 1}, {.weight = {1, 2}}), {"multi_margin_loss", "(2,)", "(2, 3)"}}};
  return info;
}

}  // namespace

std::vector<OperationInfo> margin_loss_operations() { return {hinge_info(), multi_margin_info()}; }

}  // namespace xgrad
