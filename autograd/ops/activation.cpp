#include "xgrad/autograd/ops/activation.hpp"

#include <cmath>

#include <fmt/format.h>

#include "xgrad/autograd/map_gradient.hpp"
#include "xgrad/autograd/operation.hpp"
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
    return detail::map_gradient(gradient, c, saved == saves_output ? c.output_value() : c.input_value(0), "activation");
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
    return detail::map_gradient(Binary::LeakyReluGrad, c, c.input_value(0), name, slope);
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
    return detail::map_gradient(Binary::EluGrad, c, c.output_value(), name, alpha);
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
