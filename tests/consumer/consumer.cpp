// A user's program: an operation of its own, checked by finite differences and used beside the library's.
#include <cstdio>

#include <xgrad/autograd/gradcheck.hpp>
#include <xgrad/autograd/operation.hpp>
#include <xgrad/autograd/ops/arithmetic.hpp>
#include <xgrad/autograd/tensor.hpp>

namespace {

/// cube(x) = x³.  Shapes: any → same.  Gradient: 3x².
struct Cube {
  static constexpr const char* name = "cube";
  static constexpr unsigned saves = xgrad::saves_input(0);

  template <class T>
  xgrad::Array<T> forward(const xgrad::Array<T>& x) const {
    return x * x * x;
  }
  template <class T>
  xgrad::Tensor<T> backward(const xgrad::Context<T>& c) const {
    return c.gradient() * T{3} * c.input(0) * c.input(0);
  }
};

template <class T>
xgrad::Tensor<T> cube(const xgrad::Tensor<T>& x) {
  return apply(Cube{}, x);
}

int failures = 0;
void check(bool holds, const char* what) {
  if (holds) return;
  std::printf("wrong: %s\n", what);
  ++failures;
}

}  // namespace

int main() {
  xgrad::Tensor<double> x{{1.0, -2.0}, {0.5, 3.0}};
  x.set_requires_grad();
  (cube(x) + x).backward(xgrad::Tensor<double>{{1.0, 1.0}, {1.0, 1.0}});
  check(x.grad().value() == xgrad::Array<double>{{4.0, 13.0}, {1.75, 28.0}}, "the gradient of x³ + x is 3x² + 1");

  const auto f = [](const auto& inputs) { return cube(inputs[0]) * inputs[1]; };
  const std::vector<xgrad::Array<double>> inputs{{{1.0, -2.0}, {0.5, 3.0}}, {{0.3, 1.0}, {2.0, -1.0}}};
  const xgrad::GradcheckResult first = xgrad::gradcheck(f, inputs), second = xgrad::gradgradcheck(f, inputs);
  check(first.passed, first.message.c_str());
  check(second.passed, second.message.c_str());
  return failures == 0 ? 0 : 1;
}
