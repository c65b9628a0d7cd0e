#include <limits>

#include <fmt/format.h>

#include "autograd/torch_calls.hpp"
#include "xgrad/autograd/ops/activation.hpp"
#include "xgrad/autograd/ops/arithmetic.hpp"
#include "xgrad/autograd/ops/comparison.hpp"
#include "xgrad/autograd/ops/elementwise.hpp"
#include "xgrad/autograd/ops/power.hpp"

using namespace xgrad;

namespace torch_reference {
namespace {

void add_arithmetic(std::vector<NamedCall>& calls) {
  calls.insert(calls.end(), {
                                named("add", [](const auto& x) { return x[0] + x[1]; }),
                                named("sub", [](const auto& x) { return x[0] - x[1]; }),
                                named("mul", [](const auto& x) { return x[0] * x[1]; }),
                                named("div", [](const auto& x) { return x[0] / x[1]; }),
                                named("add_scalar", [](const auto& x) { return x[0] + 1.5; }),
                                named("mul_scalar", [](const auto& x) { return -2.5 * x[0]; }),
                                named("div_scalar", [](const auto& x) { return x[0] / 3; }),
                                named("neg", [](const auto& x) { return -x[0]; }),
                                named("reciprocal", [](const auto& x) { return reciprocal(x[0]); }),
                            });
}

void add_functions(std::vector<NamedCall>& calls) {
  calls.insert(calls.end(), {
                                named("exp", [](const auto& x) { return exp(x[0]); }),
                                named("expm1", [](const auto& x) { return expm1(x[0]); }),
                                named("log", [](const auto& x) { return log(x[0]); }),
                                named("log1p", [](const auto& x) { return log1p(x[0]); }),
                                named("sqrt", [](const auto& x) { return sqrt(x[0]); }),
                                named("square", [](const auto& x) { return square(x[0]); }),
                                named("abs", [](const auto& x) { return abs(x[0]); }),
                                named("sin", [](const auto& x) { return sin(x[0]); }),
                                named("cos", [](const auto& x) { return cos(x[0]); }),
                                named("erf", [](const auto& x) { return erf(x[0]); }),
                                named("clamp", [](const auto& x) { return clamp(x[0], -1.03125, 0.78125); }),
                                named("clamp from above",
                                      [](const auto& x) { return clamp(x[0], -std::numeric_limits<float>::infinity(), 0.5); }),
                            });
}

void add_activations(std::vector<NamedCall>& calls) {
  calls.insert(calls.end(), {
                                named("tanh", [](const auto& x) { return tanh(x[0]); }),
                                named("sigmoid", [](const auto& x) { return sigmoid(x[0]); }),
                                named("log_sigmoid", [](const auto& x) { return log_sigmoid(x[0]); }),
                                named("relu", [](const auto& x) { return relu(x[0]); }),
                                named("leaky_relu", [](const auto& x) { return leaky_relu(x[0]); }),
                                named("leaky_relu with slope", [](const auto& x) { return leaky_relu(x[0], -0.5); }),
                                named("elu", [](const auto& x) { return elu(x[0]); }),
                                named("elu with alpha", [](const auto& x) { return elu(x[0], 0.75); }),
                                named("gelu", [](const auto& x) { return gelu(x[0]); }),
                                named("gelu tanh", [](const auto& x) { return gelu(x[0], GeluForm::Tanh); }),
                                named("silu", [](const auto& x) { return silu(x[0]); }),
                                named("softplus", [](const auto& x) { return softplus(x[0]); }),
                            });
}

void add_powers(std::vector<NamedCall>& calls) {
  const auto to = [](const char* exponent) {
    return named(fmt::format("pow to {}", exponent), [value = std::stod(exponent)](const auto& x) { return pow(x[0], value); });
  };
  for (const char* exponent : {"0", "1", "2", "3", "-1", "-2", "0.5", "-0.5", "1.75"}) calls.push_back(to(exponent));
  calls.push_back(named("pow", [](const auto& x) { return pow(x[0], x[1]); }));
  calls.push_back(named("pow of a number", [](const auto& x) { return pow(2, x[0]); }));
}

void add_comparisons(std::vector<NamedCall>& calls) {
  calls.insert(calls.end(),
               {
                   named("maximum", [](const auto& x) { return maximum(x[0], x[1]); }),
                   named("minimum", [](const auto& x) { return minimum(x[0], x[1]); }),
                   named("greater", [](const auto& x) { return greater(x[0], x[1]); }),
                   named("greater_equal", [](const auto& x) { return greater_equal(x[0], x[1]); }),
                   named("less", [](const auto& x) { return less(x[0], x[1]); }),
                   named("less_equal", [](const auto& x) { return less_equal(x[0], x[1]); }),
                   named("equal", [](const auto& x) { return equal(x[0], x[1]); }),
                   named("not_equal", [](const auto& x) { return not_equal(x[0], x[1]); }),
                   named("where", [](const auto& x, const Constants& c) { return where(tensor(x, c[0]), x[0], x[1]); }),
               });
}

}  // namespace

std::vector<NamedCall> elementwise_calls() {
  std::vector<NamedCall> calls;
  add_arithmetic(calls);
  add_functions(calls);
  add_activations(calls);
  add_powers(calls);
  add_comparisons(calls);
  return calls;
}

}  // namespace torch_reference
