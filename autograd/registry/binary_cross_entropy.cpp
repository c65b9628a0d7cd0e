#include "xgrad/autograd/ops/binary_cross_entropy.hpp"

#include <cmath>
#include <limits>

#include "xgrad/autograd/operation_info.hpp"
#include "xgrad/autograd/ops/activation.hpp"
#include "xgrad/autograd/ops/reduction.hpp"
#include "xgrad/autograd/registry/families.hpp"

namespace xgrad {
namespace {

// Inputs: logits, targets, then weight, then pos_weight where they are used.
struct Case {
  const char* name;
  std::vector<Shape> shapes;
  Reduction reduction = Reduction::Mean;
  bool weight = false, pos_weight = false;

  template <class X>
  auto call(const X& x, bool short_name) const {
    using T = typename X::value_type::value_type;
    BceWithLogitsOptions<T> options{.reduction = reduction, .weight = {}, .pos_weight = {}};
    if (weight) options.weight = x[2];
    if (pos_weight) options.pos_weight = x.back();
    return short_name ? bce_with_logits(x[0], x[1], options) : binary_cross_entropy_with_logits(x[0], x[1], options);
  }
};

// −w·(pos_weight·y·log σ(x) + (1 − y)·log(1 − σ(x))) in long double; weights are rows.
Array<double> reference(const Case& k, const Sample::Arrays& in) {
  Array<double> losses = in[0];
  long double total = 0;
  for (std::size_t i = 0; i < losses.size(); ++i) {
    const long double x = in[0].data()[i], y = in[1].data()[i], p = 1 / (1 + std::exp(-x)), q = 1 / (1 + std::exp(x));
    const long double w = k.weight ? in[2].data()[i % in[2].size()] : 1;
    const long double positive = k.pos_weight ? in.back().data()[i % in.back().size()] : 1;
    const long double loss = -w * (positive * y * std::log(p) + (1 - y) * std::log(q));
    losses.data()[i] = static_cast<double>(loss);
    total += loss;
  }
  if (k.reduction == Reduction::None) return losses;
  return scalar_array(static_cast<double>(k.reduction == Reduction::Mean ? total / losses.size() : total));
}

OperationInfo info(const char* name, bool short_name) {
  OperationInfo operation{name, {}};
  const Shape matrix{3, 4}, row{4};
  for (const Case& k : std::vector<Case>{
           {"mean", {matrix, matrix}},
           {"sum", {matrix, matrix}, Reduction::Sum},
           {"none", {matrix, matrix}, Reduction::None},
           {"scalar", {{}, {}}},
           {"empty", {{0, 3}, {0, 3}}, Reduction::Sum},
           {"vector of 37", {{37}, {37}}},
           {"weight", {matrix, matrix, row}, Reduction::Mean, true},
           {"positive weight", {matrix, matrix, row}, Reduction::Mean, false, true},
           {"both weights, sum", {matrix, matrix, matrix, row}, Reduction::Sum, true, true},
           {"both weights, none", {matrix, matrix, row, {1}}, Reduction::None, true, true},
       }) {
    Sample::Arrays inputs;
    for (const Shape& shape : k.shapes) {
      const bool logits = inputs.empty(), targets = inputs.size() == 1;
      inputs.push_back(sample_values(shape, logits ? -3 : targets ? 0 : 0.5, targets ? 1 : 3, 220 + operation.samples.size()));
    }
    operation.samples.push_back(sample(
        k.name, inputs, [k, short_name](const auto& x) { return k.call(x, short_name); },
        [k](const Sample::Arrays& x) { return reference(k, x); }));
  }
  return operation;
}

}  // namespace

std::vector<OperationInfo> binary_cross_entropy_operations() {
  using Double = Tensor<double>;
  OperationInfo full = info("binary_cross_entropy_with_logits", false);
  constexpr double inf = std::numeric_limits<double>::infinity(), nan = std::numeric_limits<double>::quiet_NaN();
  const auto with = [](double target, bool weighted) {
    return [=](const auto& x) {
      const Double y(filled_array(x.shape(), target));
      return binary_cross_entropy_with_logits(x, y,
                                              {.reduction = Reduction::None, .pos_weight = weighted ? Double(2.0) : Double()});
    };
  };
  full.special_values = {{"far out, negative class", with(0, false), {1e4, -1e4, 0}, {1e4, 0, std::log(2.0)}, {1, 0, 0.5}},
                         {"far out, positive class", with(1, false), {1e4, -1e4, 0}, {0, 1e4, std::log(2.0)}, {0, -1, -0.5}},
                         {"far out, weighted", with(1, true), {1e4, -1e4}, {0, 2e4}, {0, -2}},
                         {"infinity", with(0, false), {-inf, inf}, {nan, inf}, {}},
                         {"not a number", with(0, false), {nan}, {nan}, {nan}}};
  const Double matrix(filled_array<double>({2, 3}, 1)), row({1, 1, 1}), pair({1, 1});
  const auto call = [](Double x, Double y, BceWithLogitsOptions<double> options = {}) {
    return [=] { binary_cross_entropy_with_logits(x, y, options); };
  };
  full.bad_inputs = {{"shapes that would broadcast", call(matrix, row), {"binary_cross_entropy_with_logits", "(2, 3)", "(3,)"}},
                     {"a weight that does not fit", call(matrix, matrix, {.weight = pair}), {"weight", "(2, 3)", "(2,)"}},
                     {"a positive weight that would enlarge the loss",
                      call(row, row, {.pos_weight = matrix}),
                      {"pos_weight", "(2, 3)", "(3,)"}}};
  return {std::move(full), info("bce_with_logits", true)};
}

}  // namespace xgrad
