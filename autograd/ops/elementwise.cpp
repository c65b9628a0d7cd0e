#include "xgrad/autograd/ops/elementwise.hpp"

#include <cmath>

#include "xgrad/autograd/operation.hpp"
#include "xgrad/autograd/operation_info.hpp"
#include "xgrad/autograd/ops/arithmetic.hpp"
#include "xgrad/tensor/broadcast.hpp"

namespace xgrad {
namespace {

using kernels::Binary;
using kernels::Unary;

struct Exp {
  static constexpr const char* name = "exp";
  static constexpr unsigned saves = saves_output;
  template <class T>
  Array<T> forward(const Array<T>& x) const {
    return map(Unary::Exp, x);
  }
  template <class T>
  Tensor<T> backward(const Context<T>& c) const {
    return c.gradient() * c.output();
  }
};

struct Log {
  static constexpr const char* name = "log";
  static constexpr unsigned saves = saves_input(0);
  template <class T>
  Array<T> forward(const Array<T>& x) const {
    return map(Unary::Log, x);
  }
  template <class T>
  Tensor<T> backward(const Context<T>& c) const {
    return c.gradient() / c.input(0);
  }
};

struct Square {
  static constexpr const char* name = "square";
  static constexpr unsigned saves = saves_input(0);
  template <class T>
  Array<T> forward(const Array<T>& x) const {
    return map(Unary::Square, x);
  }
  template <class T>
  Tensor<T> backward(const Context<T>& c) const {
    return c.gradient() * (2 * c.input(0));
  }
};

}  // namespace

template <class T>
Tensor<T> exp(const Tensor<T>& x) {
  return apply(Exp{}, x);
}
template <class T>
Tensor<T> log(const Tensor<T>& x) {
  return apply(Log{}, x);
}
template <class T>
Tensor<T> square(const Tensor<T>& x) {
  return apply(Square{}, x);
}

std::vector<OperationInfo> elementwise_operations() {
  return {
      {"exp", unary_samples([](const auto& x) { return exp(x); }, std::exp)},
      {"log", unary_samples([](const auto& x) { return log(x); }, std::log, 0.5, 2)},
      {"square", unary_samples([](const auto& x) { return square(x); }, [](double x) { return x * x; })},
  };
}

#define XGRAD_INSTANTIATE(T)                \
  template Tensor<T> exp(const Tensor<T>&); \
  template Tensor<T> log(const Tensor<T>&); \
  template Tensor<T> square(const Tensor<T>&);
XGRAD_INSTANTIATE(float)
XGRAD_INSTANTIATE(double)
#undef XGRAD_INSTANTIATE

}  // namespace xgrad
