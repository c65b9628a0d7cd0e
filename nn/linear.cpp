#include "xgrad/nn/linear.hpp"

#include <cmath>

#include <fmt/format.h>

#include "xgrad/autograd/ops/linear.hpp"
#include "xgrad/nn/default_generator.hpp"
#include "xgrad/nn/init.hpp"
#include "xgrad/tensor/error.hpp"

namespace xgrad::nn {

template <class T>
Linear<T>::Linear(std::size_t in, std::size_t out, LinearOptions options) {
  if (in == 0 || out == 0) throw ConfigError(fmt::format("Linear: widths {} and {}; both must be at least 1", in, out));
  weight = Tensor<T>(empty_array<T>({out, in}), true);
  if (options.bias) bias = Tensor<T>(empty_array<T>({out}), true);
  Generator generator = options.generator ? *options.generator : next_generator();
  init::linear_default(weight, bias, generator);
}

template <class T>
Tensor<T> Linear<T>::forward(const Tensor<T>& x) {
  return linear(x, weight, bias);
}

template <class T>
Tensor<T> Linear<T>::forward_relu(const Tensor<T>& x) {
  return linear_relu(x, weight, bias);
}

template <class T>
std::string Linear<T>::describe() const {
  return fmt::format("Linear({}, {}{})", in(), out(), bias.defined() ? "" : ", no bias");
}

template <class T>
Shape Linear<T>::output_shape(const Shape& input) const {
  if (input.empty() || input.back() != in())
    throw ShapeError(
        fmt::format("{}: the input has shape {}; its last axis must have {} elements", describe(), to_string(input), in()));
  Shape shape = input;
  shape.back() = out();
  return shape;
}

template class Linear<float>;
template class Linear<double>;

}  // namespace xgrad::nn
