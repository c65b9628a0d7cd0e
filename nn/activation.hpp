#pragma once

#include <memory>
#include <string>
#include <vector>

#include "xgrad/nn/module.hpp"

namespace xgrad::nn {

/// A module without parameters that applies one elementwise function: ReLU, Tanh and the others below, and what users make of
/// functions of their own.
template <class T = float>
class Activation : public Module<T> {
 public:
  using Function = Tensor<T> (*)(const Tensor<T>&, double parameter);

  Activation(const char* type, Function function, double parameter = 0, bool shows_parameter = false)
      : type_(type), function_(function), parameter_(parameter), shows_parameter_(shows_parameter) {}

  Tensor<T> forward(const Tensor<T>& x) override { return function_(x, parameter_); }
  const char* type_name() const override { return type_; }
  std::string describe() const override;

 private:
  const char* type_;
  Function function_;
  double parameter_;
  bool shows_parameter_;
};

/// x.
template <class T = float>
struct Identity : Activation<T> {
  Identity();
};

/// 1/(1 + e⁻ˣ).
template <class T = float>
struct Sigmoid : Activation<T> {
  Sigmoid();
};

/// log(1/(1 + e⁻ˣ)).
template <class T = float>
struct LogSigmoid : Activation<T> {
  LogSigmoid();
};

/// tanh(x).
template <class T = float>
struct Tanh : Activation<T> {
  Tanh();
};

/// max(x, 0).
template <class T = float>
struct ReLU : Activation<T> {
  ReLU();
};

/// x/(1 + e⁻ˣ).
template <class T = float>
struct SiLU : Activation<T> {
  SiLU();
};

/// log(1 + eˣ).
template <class T = float>
struct Softplus : Activation<T> {
  Softplus();
};

/// x·Φ(x), with the normal distribution function Φ.
template <class T = float>
struct GELU : Activation<T> {
  GELU();
};

/// GELU's approximation by tanh.
template <class T = float>
struct GELUTanh : Activation<T> {
  GELUTanh();
};

/// x for x > 0, slope·x elsewhere.
template <class T = float>
struct LeakyReLU : Activation<T> {
  explicit LeakyReLU(double slope = 0.01);
};

/// x for x > 0, alpha·(eˣ − 1) elsewhere.
template <class T = float>
struct ELU : Activation<T> {
  explicit ELU(double alpha = 1);
};

/// The names that make_activation knows: identity, sigmoid, tanh, relu, leaky_relu, …
std::vector<std::string> activation_names();

/// An activation by name (case does not count). Throws: ConfigError with the nearest name.
template <class T = float>
std::shared_ptr<Module<T>> make_activation(const std::string& name);

/// The gain that keeps the variance of activations over layers, as PyTorch's calculate_gain: 1 for identity and sigmoid, 5/3
/// for tanh, √2 for relu, √(2/(1 + slope²)) for leaky_relu.
double activation_gain(const std::string& name, double slope = 0.01);

}  // namespace xgrad::nn
