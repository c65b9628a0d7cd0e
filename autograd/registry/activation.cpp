#include "xgrad/autograd/ops/activation.hpp"

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

double sigmoid_reference(double x) { return 1 / (1 + std::exp(-x)); }

BadInput bad_option(std::string name, auto call, std::vector<std::string> mentions) {
  return {std::move(name), [call] { call(Tensor<double>{1.0, 2.0}); }, std::move(mentions)};
}

OperationInfo tanh_info() {
  const auto call = [](const auto& x) { return tanh(x); };
  return {"tanh",
          unary_samples(call, std::tanh),
          {{"saturation and NaN", call, {0, 1000, -1000, inf, -inf, nan}, {0, 1, -1, 1, -1, nan}, {1, 0, 0, 0, 0, nan}}}};
}

OperationInfo sigmoid_info() {
  const auto call = [](const auto& x) { return sigmoid(x); };
  return {"sigmoid",
          unary_samples(call, sigmoid_reference),
          {{"saturation and NaN", call, {0, 1000, -1000, inf, -inf, nan}, {0.5, 1, 0, 1, 0, nan}, {0.25, 0, 0, 0, 0, nan}}}};
}

OperationInfo log_sigmoid_info() {
  const auto call = [](const auto& x) { return log_sigmoid(x); };
  return {"log_sigmoid",
          unary_samples(call, [](double x) { return -std::log1p(std::exp(-x)); }),
          {{"saturation and NaN", call, {1000, -1000, inf, -inf, nan}, {0, -1000, 0, -inf, nan}, {0, 1, 0, 1, nan}}}};
}

OperationInfo relu_info() {
  const auto call = [](const auto& x) { return relu(x); };
  return {"relu",
          unary_samples(
              call, [](double x) { return x > 0 ? x : 0; }, 0, 0),
          {{"kink, infinities and NaN", call, {0, inf, -inf, nan}, {0, inf, 0, nan}, {0, 1, 0, 1}}}};
}

OperationInfo leaky_relu_info() {
  const auto call = [](const auto& x) { return leaky_relu(x); };
  OperationInfo info{"leaky_relu", unary_samples(
                                       call, [](double x) { return x > 0 ? x : 0.01 * x; }, 0, 0)};
  info.samples.push_back(sample(
      "slope", {distinct_values({7})}, [](const auto& x) { return leaky_relu(x[0], -0.5); },
      elementwise_reference([](double x) { return x > 0 ? x : -0.5 * x; })));
  info.special_values = {{"kink, infinities and NaN", call, {0, inf, -inf, nan}, {0, inf, -inf, nan}, {0.01, 1, 0.01, 0.01}}};
  info.bad_inputs = {bad_option("slope NaN", [](const auto& x) { leaky_relu(x, nan); }, {"leaky_relu", "slope", "nan"})};
  return info;
}

OperationInfo elu_info() {
  const auto call = [](const auto& x) { return elu(x); };
  OperationInfo info{"elu", unary_samples(
                                call, [](double x) { return x > 0 ? x : std::expm1(x); }, 0, 0)};
  info.samples.push_back(sample(
      "alpha", {distinct_values({7})}, [](const auto& x) { return elu(x[0], 0.5); },
      elementwise_reference([](double x) { return x > 0 ? x : 0.5 * std::expm1(x); })));
  info.special_values = {
      {"kink, saturation and NaN", call, {0, 1000, -1000, inf, -inf, nan}, {0, 1000, -1, inf, -1, nan}, {1, 1, 0, 1, 0, nan}}};
  info.bad_inputs = {bad_option("alpha negative", [](const auto& x) { elu(x, -0.5); }, {"elu", "alpha", "-0.5"}),
                     bad_option("alpha infinite", [](const auto& x) { elu(x, inf); }, {"elu", "alpha", "inf"})};
  return info;
}

OperationInfo gelu_info() {
  const auto exact = [](const auto& x) { return gelu(x); };
  const auto approximate = [](const auto& x) { return gelu(x, GeluForm::Tanh); };
  OperationInfo info{"gelu", unary_samples(exact, [](double x) { return x / 2 * std::erfc(-x * std::sqrt(0.5)); })};
  for (Sample& s : unary_samples(approximate, [](double x) {
         return x / 2 * (1 + std::tanh(std::sqrt(2 / std::acos(-1.0)) * (x + 0.044715 * x * x * x)));
       })) {
    s.name += ", tanh form";
    info.samples.push_back(std::move(s));
  }
  const Array<double> at{0, 1000, -1000, 1e200, -1e200, inf, nan}, value{0, 1000, 0, 1e200, 0, inf, nan};
  const Array<double> finite{0, 1000, -1000, 1e200, -1e200}, gradient{0.5, 1, 0, 1, 0};
  for (const auto& [name, call] :
       std::vector<std::pair<std::string, decltype(SpecialValue::call)>>{{"exact", exact}, {"tanh form", approximate}}) {
    info.special_values.push_back({name + ", tails", call, at, value, {}});
    info.special_values.push_back({name + ", gradient in the tails", call, finite, {0, 1000, 0, 1e200, 0}, gradient});
  }
  return info;
}

OperationInfo silu_info() {
  const auto call = [](const auto& x) { return silu(x); };
  return {"silu",
          unary_samples(call, [](double x) { return x * sigmoid_reference(x); }),
          {{"saturation", call, {0, 1000, -1000}, {0, 1000, 0}, {0.5, 1, 0}}}};
}

OperationInfo softplus_info() {
  const auto call = [](const auto& x) { return softplus(x); };
  return {"softplus",
          unary_samples(call, [](double x) { return std::log1p(std::exp(x)); }),
          {{"saturation and NaN", call, {1000, -1000, inf, -inf, nan}, {1000, 0, inf, 0, nan}, {1, 0, 1, 0, nan}}}};
}

}  // namespace

std::vector<OperationInfo> activation_operations() {
  return {tanh_info(), sigmoid_info(), log_sigmoid_info(), relu_info(),    leaky_relu_info(),
          elu_info(),  gelu_info(),    silu_info(),        softplus_info()};
}

}  // namespace xgrad
