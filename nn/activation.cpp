#include "xgrad/nn/activation.hpp"

#include <algorithm>
#include <cctype>
#include <cmath>

#include <fmt/format.h>

#include "xgrad/autograd/ops/activation.hpp"
#include "xgrad/nn/names.hpp"

namespace xgrad::nn {

template <class T>
std::string Activation<T>::describe() const {
  return shows_parameter_ ? fmt::format("{}({})", type_, parameter_) : std::string(type_);
}

template <class T>
Identity<T>::Identity() : Activation<T>("Identity", [](const Tensor<T>& x, double) { return x; }) {}
template <class T>
Sigmoid<T>::Sigmoid() : Activation<T>("Sigmoid", [](const Tensor<T>& x, double) { return sigmoid(x); }) {}
template <class T>
Tanh<T>::Tanh() : Activation<T>("Tanh", [](const Tensor<T>& x, double) { return tanh(x); }) {}
template <class T>
ReLU<T>::ReLU() : Activation<T>("ReLU", [](const Tensor<T>& x, double) { return relu(x); }) {}

std::vector<std::string> activation_names() {
  return {"identity", "sigmoid", "tanh", "relu", "leaky_relu", "elu", "gelu", "gelu_tanh", "silu", "softplus", "log_sigmoid"};
}

template <class T>
std::shared_ptr<Module<T>> make_activation(const std::string& name) {
  std::string lower = name;
  std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (lower == "identity") return std::make_shared<Identity<T>>();
  if (lower == "sigmoid") return std::make_shared<Sigmoid<T>>();
  if (lower == "tanh") return std::make_shared<Tanh<T>>();
  if (lower == "relu") return std::make_shared<ReLU<T>>();
  throw_unknown_name("activation", name, activation_names());
}

double activation_gain(const std::string& name, double slope) {
  std::string lower = name;
  std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (lower == "tanh") return 5.0 / 3;
  if (lower == "relu") return std::sqrt(2.0);
  if (lower == "leaky_relu") return std::sqrt(2 / (1 + slope * slope));
  return 1;
}

#define XGRAD_INSTANTIATE(T)    \
  template class Activation<T>; \
  template struct Identity<T>;  \
  template struct Sigmoid<T>;   \
  template struct Tanh<T>;      \
  template struct ReLU<T>;      \
  template std::shared_ptr<Module<T>> make_activation<T>(const std::string&);
XGRAD_INSTANTIATE(float)
XGRAD_INSTANTIATE(double)
#undef XGRAD_INSTANTIATE

}  // namespace xgrad::nn
