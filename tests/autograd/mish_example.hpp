#pragma once
// An operation of a user's own, as CONTRIBUTING.md shows it: the text there is this one.
// [example]
#include <cmath>

#include <xgrad/xgrad.hpp>

using namespace xgrad;

// x·t with t = tanh(softplus(x)); its derivative is t + x·(1 − t²)·sigmoid(x).
struct Mish {
  static constexpr const char* name = "mish";
  static constexpr unsigned saves = saves_input(0);  // what the derivative looks at

  template <class T>
  Array<T> forward(const Array<T>& x) const {
    Array<T> y = empty_array<T>(x.shape());
    for (std::size_t i = 0; i < x.size(); ++i) y.data()[i] = x.data()[i] * std::tanh(std::log1p(std::exp(x.data()[i])));
    return y;
  }

  template <class T>
  Tensor<T> backward(const Context<T>& c) const {  // by differentiable operations: derivatives of any order follow
    const Tensor<T> x = c.input(0), t = tanh(softplus(x));
    return c.gradient() * (t + x * (1 - square(t)) * sigmoid(x));
  }
};

/// mish(x) = x·tanh(log(1 + eˣ)).  Shapes: any → same.  Gradient: g·(t + x·(1 − t²)·σ(x)) with t = tanh(softplus(x)).
/// Source: Misra, "Mish: A Self Regularized Non-Monotonic Activation Function", 2019.
template <class T>
Tensor<T> mish(const Tensor<T>& x) {
  return apply(Mish{}, x);
}

// What the checks need to know: calls with a reference for their values, and points where the result is known.
OperationInfo mish_operation() {
  const auto call = [](const auto& x) { return mish(x); };
  const auto reference = [](double x) { return x * std::tanh(std::log(1 + std::exp(x))); };
  OperationInfo info{"mish", unary_samples(call, reference, -3, 3)};
  info.special_values = {{"far out, and zero", call, {-1e3, 0, 1e3}, {0, 0, 1e3}, {0, 0.6, 1}}};
  return info;
}
// [example]
