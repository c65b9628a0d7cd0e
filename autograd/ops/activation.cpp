#include "xgrad/autograd/ops/activation.hpp"

#include <cmath>

#include "xgrad/autograd/operation.hpp"
#include "xgrad/autograd/operation_info.hpp"
#include "xgrad/autograd/ops/arithmetic.hpp"
#include "xgrad/tensor/broadcast.hpp"

namespace xgrad {
namespace {

using kernels::Binary;
using kernels::Unary;

struct Tanh {
  static constexpr const char* name = "tanh";
  static constexpr unsigned saves = saves_output;
  template <class T>
  Array<T> forward(const Array<T>& x) const {
    return map(Unary::Tanh, x);
  }
  template <class T>
  Tensor<T> backward(const Context<T>& c) const {
    const Tensor<T> y = c.output();
    return c.gradient() * (1 - y * y);
  }
  template <class T>
  Tensor<T> fused_backward(const Context<T>& c) const {
    return Tensor<T>(map(Binary::TanhGrad, c.gradient().value(), c.output().value(), name));
  }
};

struct Sigmoid {
  static constexpr const char* name = "sigmoid";
  static constexpr unsigned saves = saves_output;
  template <class T>
  Array<T> forward(const Array<T>& x) const {
    return map(Unary::Sigmoid, x);
  }
  template <class T>
  Tensor<T> backward(const Context<T>& c) const {
    const Tensor<T> y = c.output();
    return c.gradient() * y * (1 - y);
  }
  template <class T>
  Tensor<T> fused_backward(const Context<T>& c) const {
    return Tensor<T>(map(Binary::SigmoidGrad, c.gradient().value(), c.output().value(), name));
  }
};

struct Relu {
  static constexpr const char* name = "relu";
  static constexpr unsigned saves = saves_output;
  template <class T>
  Array<T> forward(const Array<T>& x) const {
    return map(Unary::Relu, x);
  }
  template <class T>
  Tensor<T> backward(const Context<T>& c) const {
    return c.gradient() * Tensor<T>(map(Unary::GreaterScalar, c.output().value()));
  }
  template <class T>
  Tensor<T> fused_backward(const Context<T>& c) const {
    return Tensor<T>(map(Binary::ReluGrad, c.gradient().value(), c.output().value(), name));
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
Tensor<T> relu(const Tensor<T>& x) {
  return apply(Relu{}, x);
}

std::vector<OperationInfo> activation_operations() {
  return {
      {"tanh", unary_samples([](const auto& x) { return tanh(x); }, std::tanh)},
      {"sigmoid", unary_samples([](const auto& x) { return sigmoid(x); }, [](double x) { return 1 / (1 + std::exp(-x)); })},
      {"relu", unary_samples([](const auto& x) { return relu(x); }, [](double x) { return x > 0 ? x : 0; }, 0, 0)},
  };
}

#define XGRAD_INSTANTIATE(T)                    \
  template Tensor<T> tanh(const Tensor<T>&);    \
  template Tensor<T> sigmoid(const Tensor<T>&); \
  template Tensor<T> relu(const Tensor<T>&);
XGRAD_INSTANTIATE(float)
XGRAD_INSTANTIATE(double)
#undef XGRAD_INSTANTIATE

}  // namespace xgrad
