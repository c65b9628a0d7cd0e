#include "xgrad/autograd/ops/softmax.hpp"

#include "xgrad/autograd/operation.hpp"
#include "xgrad/autograd/ops/arithmetic.hpp"
#include "xgrad/autograd/ops/broadcast.hpp"
#include "xgrad/autograd/ops/elementwise.hpp"
#include "xgrad/tensor/softmax.hpp"

namespace xgrad {
namespace {

// A scalar counts as an array of one element.
std::size_t axis_of(int axis, const Shape& shape, const char* operation) {
  return shape.empty() && (axis == 0 || axis == -1) ? 0 : normalize_axis(axis, shape, operation);
}

// The shape with extent 1 at the axis.
Shape summed_shape(Shape shape, std::size_t axis) {
  if (!shape.empty()) shape[axis] = 1;
  return shape;
}

struct Softmax {
  std::size_t axis;
  static constexpr const char* name = "softmax";
  static constexpr unsigned saves = saves_output;
  template <class T>
  Array<T> forward(const Array<T>& x) const {
    return softmax_along(x, axis);
  }
  template <class T>
  Tensor<T> backward(const Context<T>& c) const {
    const Tensor<T> y = c.output(), weighted = c.gradient() * y;
    return weighted - y * sum_to(weighted, summed_shape(y.shape(), axis));
  }
  template <class T>
  Tensor<T> fused_backward(const Context<T>& c) const {
    return Tensor<T>(softmax_gradient(c.gradient().value(), c.output_value(), axis));
  }
};

struct LogSoftmax {
  std::size_t axis;
  static constexpr const char* name = "log_softmax";
  static constexpr unsigned saves = saves_output;
  template <class T>
  Array<T> forward(const Array<T>& x) const {
    return log_softmax_along(x, axis);
  }
  template <class T>
  Tensor<T> backward(const Context<T>& c) const {
    const Tensor<T> y = c.output();
    return c.gradient() - exp(y) * sum_to(c.gradient(), summed_shape(y.shape(), axis));
  }
  template <class T>
  Tensor<T> fused_backward(const Context<T>& c) const {
    return Tensor<T>(log_softmax_gradient(c.gradient().value(), c.output_value(), axis));
  }
};

}  // namespace

template <class T>
Tensor<T> softmax(const Tensor<T>& x, int axis) {
  return apply(Softmax{axis_of(axis, x.shape(), Softmax::name)}, x);
}

template <class T>
Tensor<T> log_softmax(const Tensor<T>& x, int axis) {
  return apply(LogSoftmax{axis_of(axis, x.shape(), LogSoftmax::name)}, x);
}

template Tensor<float> softmax(const Tensor<float>&, int);
template Tensor<double> softmax(const Tensor<double>&, int);
template Tensor<float> log_softmax(const Tensor<float>&, int);
template Tensor<double> log_softmax(const Tensor<double>&, int);

}  // namespace xgrad
