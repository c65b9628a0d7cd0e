#include "xgrad/autograd/ops/linear.hpp"

#include <fmt/format.h>

#include "xgrad/autograd/map_gradient.hpp"
#include "xgrad/autograd/operation.hpp"
#include "xgrad/autograd/ops/activation.hpp"
#include "xgrad/autograd/ops/broadcast.hpp"
#include "xgrad/autograd/ops/comparison.hpp"
#include "xgrad/autograd/ops/matmul.hpp"
#include "xgrad/autograd/ops/vector_products.hpp"
#include "xgrad/tensor/broadcast.hpp"
#include "xgrad/tensor/error.hpp"
#include "xgrad/tensor/kernels/reduction.hpp"

namespace xgrad {
namespace {

// The number of rows of a matrix that holds an array: all but the last extent.
std::size_t row_count(const Shape& shape) {
  std::size_t count = 1;
  for (std::size_t axis = 0; axis + 1 < shape.size(); ++axis) count *= shape[axis];
  return count;
}

Shape with_last(Shape shape, std::size_t extent) {
  shape.back() = extent;
  return shape;
}

// x is read as a matrix with a row for every place of its leading axes. The bias is the third input, if there is one.
struct Linear {
  static constexpr const char* name = "linear";
  static constexpr unsigned saves = saves_input(0) | saves_input(1);

  template <class T>
  Array<T> forward(const Array<T>& x, const Array<T>& weight) const {
    const std::size_t out = weight.shape()[0], in = weight.shape()[1];
    Array<T> y = empty_array<T>(with_last(x.shape(), out));
    gemm(Transpose::No, Transpose::Yes, row_count(x.shape()), out, in, T(1), x.data(), in, weight.data(), in, T(0), y.data(),
         out);
    return y;
  }

  template <class T>
  Array<T> forward(const Array<T>& x, const Array<T>& weight, const Array<T>& bias, Then then = Then::Nothing) const {
    const std::size_t out = weight.shape()[0], in = weight.shape()[1], rows = row_count(x.shape());
    Array<T> y = empty_array<T>(with_last(x.shape(), out));
    affine(Transpose::Yes, rows, out, in, x.data(), in, weight.data(), in, bias.data(), y.data(), out, then);
    return y;
  }

  template <class T>
  std::array<Tensor<T>, 3> backward(const Context<T>& c) const {
    return backward(c, c.gradient());
  }
  template <class T>
  std::array<Tensor<T>, 3> fused_backward(const Context<T>& c) const {
    return fused_backward(c, c.gradient().value());
  }

  // The same from the gradient g of the sums.
  template <class T>
  std::array<Tensor<T>, 3> backward(const Context<T>& c, const Tensor<T>& g) const {
    std::array<Tensor<T>, 3> gradients;
    if (c.needs(0)) gradients[0] = matmul(g, c.input(1));
    if (c.needs(1)) gradients[1] = g.rank() == 1 ? outer(g, c.input(0)) : matmul(g, Transpose::Yes, c.input(0), Transpose::No);
    if (has_bias(c) && c.needs(2)) gradients[2] = sum_to(g, c.input_shape(2));
    return gradients;
  }

  template <class T>
  std::array<Tensor<T>, 3> fused_backward(const Context<T>& c, const Array<T>& g) const {
    std::array<Tensor<T>, 3> gradients;
    if (c.needs(0)) gradients[0] = Tensor<T>(input_gradient(g, c.input_value(1)));
    if (c.needs(1)) gradients[1] = Tensor<T>(weight_gradient(g, c.input_value(0)));
    if (has_bias(c) && c.needs(2)) gradients[2] = Tensor<T>(bias_gradient(g));
    return gradients;
  }

 private:
  template <class T>
  static bool has_bias(const Context<T>& c) {
    return c.input_count() == 3;
  }

  template <class T>
  static Array<T> input_gradient(const Array<T>& g, const Array<T>& weight) {
    const std::size_t out = weight.shape()[0], in = weight.shape()[1];
    Array<T> dx = empty_array<T>(with_last(g.shape(), in));
    gemm(Transpose::No, Transpose::No, row_count(g.shape()), in, out, T(1), g.data(), out, weight.data(), in, T(0), dx.data(),
         in);
    return dx;
  }

  template <class T>
  static Array<T> weight_gradient(const Array<T>& g, const Array<T>& x) {
    const std::size_t out = g.shape().back(), in = x.shape().back();
    Array<T> dw = empty_array<T>({out, in});
    gemm(Transpose::Yes, Transpose::No, out, in, row_count(g.shape()), T(1), g.data(), out, x.data(), in, T(0), dw.data(), in);
    return dw;
  }

  template <class T>
  static Array<T> bias_gradient(const Array<T>& g) {
    Array<T> db = empty_array<T>({g.shape().back()});
    kernels::reduction<T>().column_sums(g.data(), row_count(g.shape()), db.size(), db.data(), false);
    return db;
  }
};

// Followed by ReLU. Inputs: x, weight, bias.
struct LinearRelu {
  static constexpr const char* name = "linear_relu";
  static constexpr unsigned saves = saves_input(0) | saves_input(1) | saves_output;

  template <class T>
  Array<T> forward(const Array<T>& x, const Array<T>& weight, const Array<T>& bias) const {
    return Linear{}.forward(x, weight, bias, Then::Relu);
  }
  template <class T>
  std::array<Tensor<T>, 3> backward(const Context<T>& c) const {
    return Linear{}.backward(c, where(c.output(), c.gradient(), 0));
  }
  template <class T>
  std::array<Tensor<T>, 3> fused_backward(const Context<T>& c) const {
    const Tensor<T> g = detail::map_gradient(kernels::Binary::ReluGrad, c, c.output_value(), name);
    return Linear{}.fused_backward(c, g.value());
  }
};

void check_shapes(const Shape& x, const Shape& weight) {
  if (weight.size() != 2)
    throw ShapeError(fmt::format("linear: the weight has shape {}; it must be a matrix (out, in)", to_string(weight)));
  if (x.empty() || x.back() != weight[1])
    throw ShapeError(
        fmt::format("linear: x has shape {} but the weight {}; x's last dimension must equal the weight's second ({})",
                    to_string(x), to_string(weight), weight[1]));
}

void check_bias(const Shape& bias, const Shape& weight) {
  if (bias != Shape{weight[0]})
    throw ShapeError(
        fmt::format("linear: the bias has shape {} but the weight {}; the bias must be a vector with an element "
                    "for each of the weight's rows ({})",
                    to_string(bias), to_string(weight), weight[0]));
}

}  // namespace

template <class T>
Tensor<T> linear(const Tensor<T>& x, const Tensor<T>& weight, const Tensor<T>& bias) {
  check_shapes(x.shape(), weight.shape());
  if (!bias.defined()) return apply(Linear{}, x, weight);
  check_bias(bias.shape(), weight.shape());
  return apply(Linear{}, x, weight, bias);
}

template <class T>
Tensor<T> linear_relu(const Tensor<T>& x, const Tensor<T>& weight, const Tensor<T>& bias) {
  if (!bias.defined()) return relu(linear(x, weight));
  check_shapes(x.shape(), weight.shape());
  check_bias(bias.shape(), weight.shape());
  return apply(LinearRelu{}, x, weight, bias);
}

template Tensor<float> linear(const Tensor<float>&, const Tensor<float>&, const Tensor<float>&);
template Tensor<double> linear(const Tensor<double>&, const Tensor<double>&, const Tensor<double>&);
template Tensor<float> linear_relu(const Tensor<float>&, const Tensor<float>&, const Tensor<float>&);
template Tensor<double> linear_relu(const Tensor<double>&, const Tensor<double>&, const Tensor<double>&);

}  // namespace xgrad
