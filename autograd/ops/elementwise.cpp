#include "xgrad/autograd/ops/elementwise.hpp"

#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "xgrad/autograd/operation.hpp"
#include "xgrad/autograd/operation_info.hpp"
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
    return Tensor<T>(map(Binary::MulScaled, c.gradient().value(), c.input(0).value(), name, T(2)));
  }
};

struct Abs : Function<Unary::Abs, saves_input(0)> {
  static constexpr const char* name = "abs";
  template <class T>
  Tensor<T> backward(const Context<T>& c) const {
    return c.gradient() * Tensor<T>(map(Unary::Sign, c.input(0).value()));
  }
  template <class T>
  Tensor<T> fused_backward(const Context<T>& c) const {
    return Tensor<T>(map(Binary::AbsGrad, c.gradient().value(), c.input(0).value(), name));
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
    return where(Tensor<T>(map(Unary::Within, c.input(0).value(), low, high)), c.gradient(), 0);
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

namespace {

constexpr double inf = std::numeric_limits<double>::infinity(), nan = std::numeric_limits<double>::quiet_NaN();

OperationInfo clamp_info() {
  const auto call = [](const auto& x) { return clamp(x, -0.35, 0.55); };
  const auto upper = [](const auto& x) { return clamp(x, -inf, 1); };
  OperationInfo info{"clamp", unary_samples(
                                  call, [](double x) { return std::min(std::max(x, -0.35), 0.55); }, 0, 0)};
  const Array<double> at{-inf, -0.35, 0, 0.55, 1, inf, nan};
  info.special_values = {
      {"ends, infinities and NaN", call, at, {-0.35, -0.35, 0, 0.55, 0.55, 0.55, nan}, {0, 1, 1, 1, 0, 0, 0}},
      {"one bound", upper, at, {-inf, -0.35, 0, 0.55, 1, 1, nan}, {1, 1, 1, 1, 1, 0, 0}}};
  const Tensor<double> x{1.0, 2.0};
  info.bad_inputs = {{"bounds exchanged", [x] { clamp(x, 2, 1); }, {"clamp", "low is 2", "high is 1"}},
                     {"bound NaN", [x] { clamp(x, nan, 1); }, {"clamp", "nan"}}};
  return info;
}

}  // namespace

std::vector<OperationInfo> elementwise_operations() {
  const auto function = [](const char* name, auto call, double (*reference)(double), double low, double high,
                           const Array<double>& at, const Array<double>& value, const Array<double>& gradient) {
    return OperationInfo{name, unary_samples(call, reference, low, high), {{"special values", call, at, value, gradient}}};
  };
  return {
      function("exp", [](const auto& x) { return exp(x); }, std::exp, -2, 2,  //
               {0, 1000, -1000, inf, -inf, nan}, {1, inf, 0, inf, 0, nan}, {1, inf, 0, inf, 0, nan}),
      function("expm1", [](const auto& x) { return expm1(x); }, std::expm1, -2, 2,  //
               {0, 1000, -1000, inf, -inf, nan}, {0, inf, -1, inf, -1, nan}, {1, inf, 0, inf, 0, nan}),
      function("log", [](const auto& x) { return log(x); }, std::log, 0.5, 2,  //
               {0, 1, inf, nan, -1}, {-inf, 0, inf, nan, nan}, {inf, 1, 0, nan, -1}),
      function("log1p", [](const auto& x) { return log1p(x); }, std::log1p, -0.5, 2,  //
               {-1, 0, inf, nan, -2}, {-inf, 0, inf, nan, nan}, {inf, 1, 0, nan, -1}),
      function("sqrt", [](const auto& x) { return sqrt(x); }, std::sqrt, 0.5, 2,  //
               {0, 1, inf, nan, -1}, {0, 1, inf, nan, nan}, {inf, 0.5, 0, nan, nan}),
      function(
          "square", [](const auto& x) { return square(x); }, [](double x) { return x * x; }, -2, 2,  //
          {0, 1e200, inf, -inf, nan}, {0, inf, inf, inf, nan}, {0, 2e200, inf, -inf, nan}),
      function("abs", [](const auto& x) { return abs(x); }, std::fabs, 0, 0,  //
               {0, -0.0, inf, -inf, nan}, {0, 0, inf, inf, nan}, {0, 0, 1, -1, nan}),
      function("sin", [](const auto& x) { return sin(x); }, std::sin, -4, 4,  //
               {0, inf, nan, 1e6}, {0, nan, nan, std::sin(1e6)}, {1, nan, nan, std::cos(1e6)}),
      function("cos", [](const auto& x) { return cos(x); }, std::cos, -4, 4,  //
               {0, inf, nan, 1e6}, {1, nan, nan, std::cos(1e6)}, {0, nan, nan, -std::sin(1e6)}),
      function("erf", [](const auto& x) { return erf(x); }, std::erf, -2, 2,  //
               {0, 1000, -1000, inf, -inf, nan}, {0, 1, -1, 1, -1, nan}, {1.12837916709551257390, 0, 0, 0, 0, nan}),
      clamp_info(),
  };
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
