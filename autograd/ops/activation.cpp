#include "xgrad/autograd/ops/activation.hpp"

#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "xgrad/autograd/operation.hpp"
#include "xgrad/autograd/operation_info.hpp"
#include "xgrad/autograd/ops/arithmetic.hpp"
#include "xgrad/autograd/ops/comparison.hpp"
#include "xgrad/autograd/ops/elementwise.hpp"
#include "xgrad/tensor/broadcast.hpp"
#include "xgrad/tensor/error.hpp"

namespace xgrad {
namespace {

using kernels::Binary;
using kernels::Unary;

// An activation whose value is one loop over x, and whose gradient is one loop over g and the saved input or output.
template <Unary function, Binary gradient, unsigned saved>
struct Activation {
  static constexpr unsigned saves = saved;

  template <class T>
  Array<T> forward(const Array<T>& x) const {
    return map(function, x);
  }
  template <class T>
  Tensor<T> fused_backward(const Context<T>& c) const {
    const Tensor<T> v = saved == saves_output ? c.output() : c.input(0);
    return Tensor<T>(map(gradient, c.gradient().value(), v.value(), "activation"));
  }
};

struct Tanh : Activation<Unary::Tanh, Binary::TanhGrad, saves_output> {
  static constexpr const char* name = "tanh";
  template <class T>
  Tensor<T> backward(const Context<T>& c) const {
    return c.gradient() * (1 - square(c.output()));
  }
};

struct Sigmoid : Activation<Unary::Sigmoid, Binary::SigmoidGrad, saves_output> {
  static constexpr const char* name = "sigmoid";
  template <class T>
  Tensor<T> backward(const Context<T>& c) const {
    const Tensor<T> y = c.output();
    return c.gradient() * y * (1 - y);
  }
};

struct LogSigmoid : Activation<Unary::LogSigmoid, Binary::LogSigmoidGrad, saves_input(0)> {
  static constexpr const char* name = "log_sigmoid";
  template <class T>
  Tensor<T> backward(const Context<T>& c) const {
    return c.gradient() * sigmoid(-c.input(0));
  }
};

struct Relu : Activation<Unary::Relu, Binary::ReluGrad, saves_output> {
  static constexpr const char* name = "relu";
  // The output is a mask of itself: 0 where the gradient is.
  template <class T>
  Tensor<T> backward(const Context<T>& c) const {
    return where(c.output(), c.gradient(), 0);
  }
};

template <class T>
struct LeakyRelu {
  T slope;
  static constexpr const char* name = "leaky_relu";
  static constexpr unsigned saves = saves_input(0);
  Array<T> forward(const Array<T>& x) const { return map(Unary::LeakyRelu, x, slope); }
  Tensor<T> backward(const Context<T>& c) const { return where(greater(c.input(0), 0), c.gradient(), c.gradient() * slope); }
  Tensor<T> fused_backward(const Context<T>& c) const {
    return Tensor<T>(map(Binary::LeakyReluGrad, c.gradient().value(), c.input(0).value(), name, slope));
  }
};

template <class T>
struct Elu {
  T alpha;
  static constexpr const char* name = "elu";
  static constexpr unsigned saves = saves_output;
  Array<T> forward(const Array<T>& x) const { return map(Unary::Elu, x, alpha); }
  // At 0 the slope is alpha and counts as constant, as in PyTorch.
  Tensor<T> backward(const Context<T>& c) const {
    const Tensor<T> y = c.output();
    return where(greater(y, 0), c.gradient(), c.gradient() * (where(equal(y, 0), 0, y) + alpha));
  }
  Tensor<T> fused_backward(const Context<T>& c) const {
    return Tensor<T>(map(Binary::EluGrad, c.gradient().value(), c.output().value(), name, alpha));
  }
};

struct Gelu : Activation<Unary::Gelu, Binary::GeluGrad, saves_input(0)> {
  static constexpr const char* name = "gelu";
  template <class T>
  Tensor<T> backward(const Context<T>& c) const {
    constexpr double sqrt_half = 0.70710678118654752440, density_at_0 = 0.39894228040143267794;  // √½, 1/√(2π)
    const Tensor<T> x = c.input(0);
    const Tensor<T> distribution = 0.5 + 0.5 * erf(sqrt_half * x);
    return c.gradient() * (distribution + x * (density_at_0 * exp(-0.5 * square(x))));
  }
};

struct GeluTanh : Activation<Unary::GeluTanh, Binary::GeluTanhGrad, saves_input(0)> {
  static constexpr const char* name = "gelu";
  // x σ(2z) with z = √(2/π) (x + 0.044715 x³), which equals x (1 + tanh z)/2.
  template <class T>
  Tensor<T> backward(const Context<T>& c) const {
    constexpr double k = 2 * 0.79788456080286535588, cubic = 0.044715;
    const Tensor<T> x = c.input(0), x2 = square(x);
    const Tensor<T> s = sigmoid(k * x * (1 + cubic * x2));
    return c.gradient() * s * (1 + x * (1 - s) * (k + 3 * k * cubic * x2));
  }
};

struct Silu : Activation<Unary::Silu, Binary::SiluGrad, saves_input(0)> {
  static constexpr const char* name = "silu";
  template <class T>
  Tensor<T> backward(const Context<T>& c) const {
    const Tensor<T> x = c.input(0), s = sigmoid(x);
    return c.gradient() * s * (1 + x * (1 - s));
  }
};

struct Softplus : Activation<Unary::Softplus, Binary::SoftplusGrad, saves_input(0)> {
  static constexpr const char* name = "softplus";
  template <class T>
  Tensor<T> backward(const Context<T>& c) const {
    return c.gradient() * sigmoid(c.input(0));
  }
};

}  // namespace

template <class T>
Tensor<T> tanh(const Tensor<T>& x) {
  return apply(Tanh{}, x);
}
template <class T>
Tensor<T> sigmoid(const Tensor<T>& x) {
  return apply(Sigmoid{}, x);
}
template <class T>
Tensor<T> log_sigmoid(const Tensor<T>& x) {
  return apply(LogSigmoid{}, x);
}
template <class T>
Tensor<T> relu(const Tensor<T>& x) {
  return apply(Relu{}, x);
}
template <class T>
Tensor<T> leaky_relu(const Tensor<T>& x, std::type_identity_t<T> slope) {
  if (!std::isfinite(slope)) throw ConfigError(fmt::format("leaky_relu: slope is {}; it must be finite", slope));
  return apply(LeakyRelu<T>{slope}, x);
}
template <class T>
Tensor<T> elu(const Tensor<T>& x, std::type_identity_t<T> alpha) {
  if (!(std::isfinite(alpha) && alpha >= 0))
    throw ConfigError(fmt::format("elu: alpha is {}; it must be finite and not negative", alpha));
  return apply(Elu<T>{alpha}, x);
}
template <class T>
Tensor<T> gelu(const Tensor<T>& x, GeluForm form) {
  return form == GeluForm::Tanh ? apply(GeluTanh{}, x) : apply(Gelu{}, x);
}
template <class T>
Tensor<T> silu(const Tensor<T>& x) {
  return apply(Silu{}, x);
}
template <class T>
Tensor<T> softplus(const Tensor<T>& x) {
  return apply(Softplus{}, x);
}

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

#define XGRAD_INSTANTIATE(T)                           \
  template Tensor<T> tanh(const Tensor<T>&);           \
  template Tensor<T> sigmoid(const Tensor<T>&);        \
  template Tensor<T> log_sigmoid(const Tensor<T>&);    \
  template Tensor<T> relu(const Tensor<T>&);           \
  template Tensor<T> leaky_relu(const Tensor<T>&, T);  \
  template Tensor<T> elu(const Tensor<T>&, T);         \
  template Tensor<T> gelu(const Tensor<T>&, GeluForm); \
  template Tensor<T> silu(const Tensor<T>&);           \
  template Tensor<T> softplus(const Tensor<T>&);
XGRAD_INSTANTIATE(float)
XGRAD_INSTANTIATE(double)
#undef XGRAD_INSTANTIATE

}  // namespace xgrad
