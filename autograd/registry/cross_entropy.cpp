#include "xgrad/autograd/ops/cross_entropy.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "xgrad/autograd/operation_info.hpp"
#include "xgrad/autograd/ops/arithmetic.hpp"
#include "xgrad/autograd/ops/reduction.hpp"
#include "xgrad/autograd/ops/shape.hpp"
#include "xgrad/autograd/ops/softmax.hpp"
#include "xgrad/autograd/registry/families.hpp"

namespace xgrad {
namespace {

// One call for the checks.
struct Case {
  const char* name;
  Shape logits;
  std::vector<std::int64_t> targets;
  Reduction reduction = Reduction::Mean;
  double smoothing = 0;
  std::vector<double> weight{};
  std::int64_t ignore = -100;

  template <class T>
  CrossEntropyOptions<T> options() const {
    CrossEntropyOptions<T> o{.reduction = reduction, .label_smoothing = smoothing, .weight = {}, .ignore_index = ignore};
    if (weight.empty()) return o;
    Array<T> w = empty_array<T>({weight.size()});
    std::copy(weight.begin(), weight.end(), w.data());
    o.weight = Tensor<T>(std::move(w));
    return o;
  }
  Indices labels() const {
    Indices y = empty_array<std::int64_t>(logits.size() == 2 ? Shape{targets.size()} : Shape{});
    std::copy(targets.begin(), targets.end(), y.data());
    return y;
  }
};

// The definition in long double, row by row; with distributions q if given, else with the case's class indices.
Array<double> reference(const Case& k, const Array<double>& x, const Array<double>* q) {
  const std::size_t classes = k.logits.back(), rows = x.size() / classes;
  Array<double> losses = filled_array(k.logits.size() == 2 ? Shape{rows} : Shape{}, 0.0);
  const auto weight = [&](std::size_t c) { return k.weight.empty() ? 1.0L : static_cast<long double>(k.weight[c]); };
  long double total = 0, count = 0;
  for (std::size_t r = 0; r < rows; ++r) {
    if (!q && k.targets[r] == k.ignore) continue;
    long double sum = 0, loss = 0;
    for (std::size_t c = 0; c < classes; ++c) sum += std::exp(static_cast<long double>(x.data()[r * classes + c]));
    for (std::size_t c = 0; c < classes; ++c) {
      const long double target = q ? q->data()[r * classes + c] : static_cast<std::int64_t>(c) == k.targets[r] ? 1 : 0;
      const long double share = target * (1 - k.smoothing) + k.smoothing / classes;
      loss -= weight(c) * share * (x.data()[r * classes + c] - std::log(sum));
    }
    losses.data()[r] = static_cast<double>(loss);
    total += loss;
    count += q ? 1 : weight(static_cast<std::size_t>(k.targets[r]));
  }
  if (k.reduction == Reduction::None) return losses;
  return scalar_array(static_cast<double>(k.reduction == Reduction::Mean ? total / count : total));
}

Sample class_sample(const Case& k, std::uint64_t seed) {
  return sample(
      k.name, {sample_values(k.logits, -2, 2, seed)},
      [k](const auto& x) {
        using T = typename std::decay_t<decltype(x[0])>::value_type;
        return cross_entropy(x[0], k.labels(), k.options<T>());
      },
      [k](const Sample::Arrays& x) { return reference(k, x[0], nullptr); });
}

// The targets are an input that takes gradients.
Sample distribution_sample(const Case& k, std::uint64_t seed) {
  return sample(
      k.name, {sample_values(k.logits, -2, 2, seed), sample_values(k.logits, 0, 1, seed + 50)},
      [k](const auto& x) {
        using T = typename std::decay_t<decltype(x[0])>::value_type;
        return cross_entropy(x[0], x[1], k.options<T>());
      },
      [k](const Sample::Arrays& x) { return reference(k, x[0], &x[1]); });
}

std::vector<Sample> samples() {
  std::vector<Sample> list;
  const auto mean = Reduction::Mean, sum = Reduction::Sum, none = Reduction::None;
  for (const Case& k : std::vector<Case>{
           {"mean", {4, 5}, {0, 4, 2, 2}},
           {"sum", {4, 5}, {0, 4, 2, 2}, sum},
           {"none", {4, 5}, {0, 4, 2, 2}, none},
           {"one row without batch axis", {5}, {3}},
           {"one row without batch axis, none", {5}, {3}, none},
           {"one class", {3, 1}, {0, 0, 0}},
           {"many classes", {2, 37}, {36, 5}},
           {"label smoothing", {4, 5}, {1, 0, 3, 4}, mean, 0.1},
           {"label smoothing of 1", {2, 3}, {1, 0}, mean, 1},
           {"class weights", {4, 3}, {0, 2, 2, 1}, mean, 0, {0.5, 2, 1.5}},
           {"class weights, none", {4, 3}, {0, 2, 2, 1}, none, 0, {0.5, 2, 1.5}},
           {"class weights with label smoothing", {4, 3}, {0, 2, 2, 1}, mean, 0.2, {0.5, 2, 1.5}},
           {"class weights with label smoothing, sum", {4, 3}, {0, 2, 2, 1}, sum, 0.2, {0.5, 2, 1.5}},
           {"ignored rows", {4, 3}, {0, -100, 2, -100}},
           {"ignored rows, everything given", {4, 3}, {1, 2, 2, 0}, mean, 0.2, {0.5, 2, 1.5}, 2},
           {"ignored rows, none", {4, 3}, {1, 2, 2, 0}, none, 0.2, {0.5, 2, 1.5}, 2},
           {"no rows, sum", {0, 3}, {}, sum},
           {"no rows, none", {0, 3}, {}, none},
       })
    list.push_back(class_sample(k, 60 + list.size()));
  for (const Case& k : std::vector<Case>{{"distributions, mean", {4, 3}, {}},
                                         {"distributions, sum", {4, 3}, {}, sum},
                                         {"distributions, none", {4, 3}, {}, none},
                                         {"a distribution without batch axis", {5}, {}},
                                         {"distributions, everything given", {4, 3}, {}, mean, 0.2, {0.5, 2, 1.5}},
                                         {"distributions, no rows", {0, 3}, {}, sum}})
    list.push_back(distribution_sample(k, 60 + list.size()));
  return list;
}

std::vector<SpecialValue> special_values() {
  constexpr double inf = std::numeric_limits<double>::infinity(), nan = std::numeric_limits<double>::quiet_NaN();
  const auto first = [](const auto& x) { return cross_entropy(x, Indices(Shape{}, 0)); };
  const auto ignored = [](const auto& x) { return cross_entropy(x, Indices{0, -100}, {.reduction = Reduction::Sum}); };
  return {{"huge", first, {1e300, 1e300}, scalar_array(std::log(2.0)), {-0.5, 0.5}},
          {"certain and right", first, {1000, -1000}, scalar_array(0.0), {0, 0}},
          {"certain and wrong", first, {-1000, 1000}, scalar_array(2000.0), {-1, 1}},
          {"another class is impossible", first, {0, -inf}, scalar_array(0.0), {0, 0}},
          {"the class is impossible", first, {-inf, 0}, scalar_array(inf), {-1, 1}},
          {"not a number", first, {0, nan}, scalar_array(nan), {nan, nan}},
          {"not a number in an ignored row", ignored, {{0, 0}, {0, nan}}, scalar_array(std::log(2.0)), {{-0.5, 0.5}, {0, 0}}},
          {"no rows, mean", [](const auto& x) { return cross_entropy(x, empty_array<std::int64_t>({0})); },
           empty_array<double>({0, 3}), scalar_array(nan), empty_array<double>({0, 3})}};
}

std::vector<BadInput> bad_inputs() {
  const auto call = [](Shape logits, Indices targets, CrossEntropyOptions<double> options = {}) {
    return [=] { cross_entropy(Tensor<double>(filled_array(logits, 1.0)), targets, options); };
  };
  return {{"a class that is too large", call({2, 3}, {0, 3}), {"cross_entropy", "row 1", "is 3", "[0, 3)"}},
          {"a negative class", call({2, 3}, {-1, 2}), {"cross_entropy", "row 0", "is -1", "[0, 3)"}},
          {"too few targets", call({3, 3}, {0, 1}), {"cross_entropy", "(3, 3)", "(2,)"}},
          {"targets for a single row", call({3}, {0}), {"cross_entropy", "(3,)", "(1,)"}},
          {"logits of rank 0", call({}, {0}), {"cross_entropy", "()"}},
          {"logits of rank 3", call({1, 2, 3}, {0}), {"cross_entropy", "(1, 2, 3)"}},
          {"weights for other classes", call({2, 3}, {0, 1}, {.weight = {1, 2}}), {"cross_entropy", "(2,)", "(2, 3)"}},
          {"weights that take gradients",
           call({2, 3}, {0, 1}, {.weight = Tensor<double>(filled_array<double>({3}, 1), true)}),
           {"cross_entropy", "weight"}},
          {"distributions of another shape",
           [] {
             cross_entropy(Tensor<double>{{1, 2}, {3, 4}}, Tensor<double>({0.5, 0.5}));
           },
           {"cross_entropy", "(2, 2)", "(2,)"}},
          {"distributions and a class to ignore",
           [] {
             cross_entropy(Tensor<double>({1, 2}), Tensor<double>({0, 1}), {.ignore_index = 1});
           },
           {"cross_entropy", "ignore_index is 1"}},
          {"label smoothing above 1", call({2, 3}, {0, 1}, {.label_smoothing = 1.5}), {"label_smoothing", "1.5", "[0, 1]"}},
          {"label smoothing below 0", call({2, 3}, {0, 1}, {.label_smoothing = -0.1}), {"label_smoothing", "-0.1"}}};
}

}  // namespace

std::vector<OperationInfo> cross_entropy_operations() { return {{"cross_entropy", samples(), special_values(), bad_inputs()}}; }

}  // namespace xgrad
