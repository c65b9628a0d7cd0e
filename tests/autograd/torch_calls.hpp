#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "xgrad/autograd/tensor.hpp"

/// What PyTorch's reference cases call: the counterparts of the Python functions in tests/torch, by the same names.
namespace torch_reference {

/// Arguments without gradient: masks, classes, indices.
using Constants = std::vector<xgrad::Array<double>>;

template <class T>
using Call = std::function<xgrad::Tensor<T>(const std::vector<xgrad::Tensor<T>>&, const Constants&)>;

/// One way to call an operation; the first word of the name is the operation's.
struct NamedCall {
  std::string name;
  Call<double> in_double;
  Call<float> in_float;

  std::string operation() const { return name.substr(0, name.find(' ')); }
};

/// From a generic callable of the inputs, or of the inputs and the constants.
template <class F>
NamedCall named(std::string name, F f) {
  const auto call = [f](const auto& x, const Constants& constants) {
    if constexpr (requires { f(x, constants); })
      return f(x, constants);
    else
      return f(x);
  };
  return {std::move(name), call, call};
}

/// A constant as a tensor of the type of the inputs.
template <class T>
xgrad::Tensor<T> tensor(const std::vector<xgrad::Tensor<T>>&, const xgrad::Array<double>& constant) {
  return xgrad::Tensor<T>(xgrad::Array<T>(xt::cast<T>(constant)));
}

/// A constant as whole numbers.
inline xgrad::Indices indices(const xgrad::Array<double>& constant) { return xgrad::Indices(xt::cast<std::int64_t>(constant)); }

/// Several results as one vector, the last first.
template <class T>
xgrad::Tensor<T> pieces(const std::vector<xgrad::Tensor<T>>& parts);

std::vector<NamedCall> elementwise_calls();
std::vector<NamedCall> reduction_calls();
std::vector<NamedCall> shape_calls();
std::vector<NamedCall> linear_algebra_calls();
std::vector<NamedCall> network_calls();
std::vector<NamedCall> loss_calls();

}  // namespace torch_reference
