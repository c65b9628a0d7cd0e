#include "xgrad/autograd/ops/nll_loss.hpp"

#include <algorithm>
#include <limits>

#include "xgrad/autograd/operation_info.hpp"
#include "xgrad/autograd/ops/arithmetic.hpp"
#include "xgrad/autograd/ops/shape.hpp"
#include "xgrad/autograd/registry/families.hpp"

namespace xgrad {
namespace {

struct Case {
  const char* name;
  Shape shape;
  std::vector<std::int64_t> targets;
  Reduction reduction = Reduction::Mean;
  std::vector<double> weight{};
  std::int64_t ignore = -100;

  template <class T>
  Tensor<T> call(const Tensor<T>& x) const {
    Indices y = empty_array<std::int64_t>(shape.size() == 2 ? Shape{targets.size()} : Shape{});
    std::copy(targets.begin(), targets.end(), y.data());
    NllLossOptions<T> options{.reduction = reduction, .weight = {}, .ignore_index = ignore};
    if (!weight.empty()) {
      Array<T> w = empty_array<T>({weight.size()});
      std::copy(weight.begin(), weight.end(), w.data());
      options.weight = Tensor<T>(std::move(w));
    }
    return nll_loss(x, y, options);
  }
};

Array<double> reference(const Case& k, const Array<double>& x) {
  Array<double> losses = filled_array(k.shape.size() == 2 ? Shape{k.targets.size()} : Shape{}, 0.0);
  double total = 0, count = 0;
  for (std::size_t r = 0; r < k.targets.size(); ++r) {
    if (k.targets[r] == k.ignore) continue;
    const std::size_t t = static_cast<std::size_t>(k.targets[r]);
    const double weight = k.weight.empty() ? 1 : k.weight[t];
    total += losses.data()[r] = -weight * x.data()[r * k.shape.back() + t];
    count += weight;
  }
  if (k.reduction == Reduction::None) return losses;
  return scalar_array(k.reduction == Reduction::Mean ? total / count : total);
}

}  // namespace

std::vector<OperationInfo> nll_loss_operations() {
  OperationInfo info{"nll_loss", {}};
  for (const Case& k : std::vector<Case>{
           {"mean", {3, 4}, {3, 0, 1}},
           {"sum", {3, 4}, {3, 0, 1}, Reduction::Sum},
           {"none", {3, 4}, {3, 0, 1}, Reduction::None},
           {"one row without batch axis", {4}, {2}},
           {"one row without batch axis, none", {4}, {2}, Reduction::None},
           {"one class", {2, 1}, {0, 0}},
           {"class weights", {4, 3}, {0, 2, 2, 1}, Reduction::Mean, {0.5, 2, 1.5}},
           {"class weights and ignored rows", {4, 3}, {0, 2, 2, 1}, Reduction::Mean, {0.5, 2, 1.5}, 2},
           {"class weights and ignored rows, none", {4, 3}, {0, 2, 2, 1}, Reduction::None, {0.5, 2, 1.5}, 2},
           {"no rows, sum", {0, 3}, {}, Reduction::Sum},
           {"no rows, none", {0, 3}, {}, Reduction::None},
       })
    info.samples.push_back(sample(
        k.name, {sample_values(k.shape, -3, 0, 200 + info.samples.size())}, [k](const auto& x) { return k.call(x[0]); },
        [k](const Sample::Arrays& x) { return reference(k, x[0]); }));
  constexpr double inf = std::numeric_limits<double>::infinity(), nan = std::numeric_limits<double>::quiet_NaN();
  const auto first = [](const auto& x) { return nll_loss(x, Indices(Shape{}, 0)); };
  info.special_values = {{"the class is impossible", first, {-inf, 0}, scalar_array(inf), {-1, 0}},
                         {"not a number elsewhere", first, {-1, nan}, scalar_array(1.0), {-1, 0}},
                         {"every row ignored",
                          [](const auto& x) {
                            return nll_loss(x, Indices{-100, -100});
                          },
                          {{1, 2}, {3, 4}},
                          scalar_array(nan),
                          {{0, 0}, {0, 0}}}};
  const auto bad = [](Shape x, Indices targets, NllLossOptions<double> options = {}) {
    return [=] { nll_loss(Tensor<double>(filled_array(x, -1.0)), targets, options); };
  };
  info.bad_inputs = {{"a class that is too large", bad({2, 3}, {0, 3}), {"nll_loss", "row 1", "is 3", "[0, 3)"}},
                     {"too few targets", bad({3, 3}, {0, 1}), {"nll_loss", "(3, 3)", "(2,)"}},
                     {"rank 3", bad({1, 2, 3}, {0}), {"nll_loss", "(1, 2, 3)"}},
                     {"weights for other classes", bad({2, 3}, {0, 1}, {.weight = {1, 2}}), {"nll_loss", "(2,)", "(2, 3)"}}};
  return {info};
}

}  // namespace xgrad
