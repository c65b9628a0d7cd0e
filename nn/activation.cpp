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
LogSigmoid<T>::LogSigmoid() : Activation<T>("LogSigmoid", [](const Tensor<T>& x, double) { return log_sigmoid(x); }) {}
template <class T>
Tanh<T>::Tanh() : Activation<T>("Tanh", [](const Tensor<T>& x, double) { return tanh(x); }) {}
template <class T>
ReLU<T>::ReLU() : Activation<T>("ReLU", [](const Tensor<T>& x, double) { return relu(x); }) {}
template <class T>
SiLU<T>::SiLU() : Activation<T>("SiLU", [](const Tensor<T>& x, double) { return silu(x); }) {}
template <class T>
Softplus<T>::Softplus() : Activation<T>("Softplus", [](const Tensor<T>& x, double) { return softplus(x); }) {}
template <class T>
GELU<T>::GELU() : Activation<T>("GELU", [](const Tensor<T>& x, double) { return gelu(x); }) {}
template <class T>
GELUTanh<T>::GELUTanh() : Activation<T>("GELUTanh", [](const Tensor<T>& x, double) { return gelu(x, GeluForm::Tanh); }) {}
template <class T>
LeakyReLU<T>::LeakyReLU(double slope)
    : Activation<T>(
          "LeakyReLU", [](const Tensor<T>& x, double s) { return leaky_relu(x, static_cast<T>(s)); }, slope, true) {}
template <class T>
ELU<T>::ELU(double alpha)
    : Activation<T>(
          "ELU", [](const Tensor<T>& x, double a) { return elu(x, static_cast<T>(a)); }, alpha, true) {}

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
  if (lower == "leaky_relu") return std::make_shared<LeakyReLU<T>>();
  if (lower == "elu") return std::make_shared<ELU<T>>();
  if (lower == "gelu") return std::make_shared<GELU<T>>();
  if (lower == "gelu_tanh") return std::make_shared<GELUTanh<T>>();
  if (lower == "silu") return std::make_shared<SiLU<T>>();
  if (lower == "softplus") return std::make_shared<Softplus<T>>();
  if (lower == "log_sigmoid") return std::make_shared<LogSigmoid<T>>();
  throw_unknown_name("activation", name, activation_names());
}

double activation_gain(const std::string& name, double slope) {
  std::string lower = name;
  std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (lower == "tanh") return 5.0 / 3;
  if (lower == "relu") return std::sqrt(2.0);
  if (lower == "leaky_relu") return std::sqrt(2 / (1 + slope * slope));
  const std::vector<std::string> known = activation_names();
  if (lower != "linear" && std::find(known.begin(), known.end(), lower) == known.end())
    throw_unknown_name("activation", name, known);
  return 1;
}

#define XGRAD_INSTANTIATE(T)     \
  template class Activation<T>;  \
  template struct Identity<T>;   \
  template struct Sigmoid<T>;    \
  template struct LogSigmoid<T>; \
  template struct Tanh<T>;       \
  template struct ReLU<T>;       \
  template struct SiLU<T>;       \
  template struct Softplus<T>;   \
  template struct GELU<T>;       \
  template struct GELUTanh<T>;   \
  template struct LeakyReLU<T>;  \
  template struct ELU<T>;        \
  template std::shared_ptr<Module<T>> make_activation<T>(const std::string&);
XGRAD_INSTANTIATE(float)
XGRAD_INSTANTIATE(double)
#undef XGRAD_INSTANTIATE

}  // namespace xgrad::nn
