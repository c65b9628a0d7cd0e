#include "xgrad/autograd/ops/elementwise.hpp"

#include <fmt/format.h>

#include "xgrad/autograd/map_gradient.hpp"
#include "xgrad/autograd/operation.hpp"
#include "xgrad/autograd/ops/arithmetic.hpp"
#include "xgrad/autograd/ops/comparison.hpp"
#include "xgrad/tensor/broadcast.hpp"
#include "xgrad/tensor/error.hpp"

namespace xgrad {
namespace {

using kernels::Binary;
using kernels::Unary;

// A function whose value is one loop over x, and whose derivative looks at the saved input or output.
template <Unary function, unsigned saved>
struct Function {
  static constexpr unsigned saves = saved;

  template <class T>
  Array<T> forward(const Array<T>& x) const {
    return map(function, x);
  }
};

struct Exp : Function<Unary::Exp, saves_output> {
  static constexpr const char* name = "exp";
  template <class T>
  Tensor<T> backward(const Context<T>& c) const {
    return c.gradient() * c.output();
  }
};

struct Expm1 : Function<Unary::Expm1, saves_output> {
  static constexpr const char* name = "expm1";
  template <class T>
  Tensor<T> backward(const Context<T>& c) const {
    return c.gradient() * (c.output() + 1);
  }
};

struct Log : Function<Unary::Log, saves_input(0)> {
  static constexpr const char* name = "log";
  template <class T>
  Tensor<T> backward(const Context<T>& c) const {
    return c.gradient() / c.input(0);
  }
};

struct Log1p : Function<Unary::Log1p, saves_input(0)> {
  static constexpr const char* name = "log1p";
  template <class T>
  Tensor<T> backward(const Context<T>& c) const {
    return c.gradient() / (c.input(0) + 1);
  }
};

struct Sqrt : Function<Unary::Sqrt, saves_output> {
  static constexpr const char* name = "sqrt";
  template <class T>
  Tensor<T> backward(const Context<T>& c) const {
    return c.gradient() / (2 * c.output());
  }
};

struct Square : Function<Unary::Square, saves_input(0)> {
  static constexpr const char* name = "square";
  template <class T>
  Tensor<T> backward(const Context<T>& c) const {
    return c.gradient() * (2 * c.input(0));
  }
  template <class T>
  Tensor<T> fused_backward(const Context<T>& c) const {
    return detail::map_gradient(Binary::MulScaled, c, c.input_value(0), name, T(2));
  }
};

struct Abs : Function<Unary::Abs, saves_input(0)> {
  static constexpr const char* name = "abs";
  template <class T>
  Tensor<T> backward(const Context<T>& c) const {
    return c.gradient() * Tensor<T>(map(Unary::Sign, c.input_value(0)));
  }
  template <class T>
  Tensor<T> fused_backward(const Context<T>& c) const {
    return detail::map_gradient(Binary::AbsGrad, c, c.input_value(0), name);
  }
};

struct Sin : Function<Unary::Sin, saves_input(0)> {
  static constexpr const char* name = "sin";
  template <class T>
  Tensor<T> backward(const Context<T>& c) const {
    return c.gradient() * cos(c.input(0));
  }
};

struct Cos : Function<Unary::Cos, saves_input(0)> {
  static constexpr const char* name = "cos";
  template <class T>
  Tensor<T> backward(const Context<T>& c) const {
    return -(c.gradient() * sin(c.input(0)));
  }
};

struct Erf : Function<Unary::Erf, saves_input(0)> {
  static constexpr const char* name = "erf";
  template <class T>
  Tensor<T> backward(const Context<T>& c) const {
    constexpr double slope_at_0 = 1.12837916709551257390;  // 2/√π
    return c.gradient() * (slope_at_0 * exp(-square(c.input(0))));
  }
};

template <class T>
struct Clamp {
  T low, high;
  static constexpr const char* name = "clamp";
  static constexpr unsigned saves = saves_input(0);
  Array<T> forward(const Array<T>& x) const { return map(Unary::Clamp, x, low, high); }
  Tensor<T> backward(const Context<T>& c) const {
    return where(Tensor<T>(map(Unary::Within, c.input_value(0), low, high)), c.gradient(), 0);
  }
};

}  // namespace

template <class T>
Tensor<T> exp(const Tensor<T>& x) {
  return apply(Exp{}, x);
}
template <class T>
Tensor<T> expm1(const Tensor<T>& x) {
  return apply(Expm1{}, x);
}
template <class T>
Tensor<T> log(const Tensor<T>& x) {
  return apply(Log{}, x);
}
template <class T>
Tensor<T> log1p(const Tensor<T>& x) {
  return apply(Log1p{}, x);
}
template <class T>
Tensor<T> sqrt(const Tensor<T>& x) {
  return apply(Sqrt{}, x);
}
template <class T>
Tensor<T> square(const Tensor<T>& x) {
  return apply(Square{}, x);
}
template <class T>
Tensor<T> abs(const Tensor<T>& x) {
  return apply(Abs{}, x);
}
template <class T>
Tensor<T> sin(const Tensor<T>& x) {
  return apply(Sin{}, x);
}
template <class T>
Tensor<T> cos(const Tensor<T>& x) {
  return apply(Cos{}, x);
}
template <class T>
Tensor<T> erf(const Tensor<T>& x) {
  return apply(Erf{}, x);
}
template <class T>
Tensor<T> clamp(const Tensor<T>& x, std::type_identity_t<T> low, std::type_identity_t<T> high) {
  if (!(low <= high))
    throw ConfigError(fmt::format("clamp: low is {} and high is {}; low must not be greater than high", low, high));
  return apply(Clamp<T>{low, high}, x);
}

#define XGRAD_INSTANTIATE(T)                   \
  template Tensor<T> exp(const Tensor<T>&);    \
  template Tensor<T> expm1(const Tensor<T>&);  \
  template Tensor<T> log(const Tensor<T>&);    \
  template Tensor<T> log1p(const Tensor<T>&);  \
  template Tensor<T> sqrt(const Tensor<T>&);   \
  template Tensor<T> square(const Tensor<T>&); \
  template Tensor<T> abs(const Tensor<T>&);    \
  template Tensor<T> sin(const Tensor<T>&);    \
  template Tensor<T> cos(const Tensor<T>&);    \
  template Tensor<T> erf(const Tensor<T>&);    \
  template Tensor<T> clamp(const Tensor<T>&, T, T);
XGRAD_INSTANTIATE(float)
XGRAD_INSTANTIATE(double)
#undef XGRAD_INSTANTIATE

}  // namespace xgrad
