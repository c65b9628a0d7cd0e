#include "xgrad/nn/random_features.hpp"

#include <cmath>
#include <numbers>

#include <fmt/format.h>

#include "xgrad/autograd/ops/arithmetic.hpp"
#include "xgrad/autograd/ops/elementwise.hpp"
#include "xgrad/autograd/ops/linear.hpp"
#include "xgrad/nn/default_generator.hpp"
#include "xgrad/tensor/error.hpp"

namespace xgrad::nn {

template <class T>
RandomFeatures<T>::RandomFeatures(std::size_t in, std::size_t features, RandomFeaturesOptions options) {
  if (in == 0 || features == 0)
    throw ConfigError(fmt::format("RandomFeatures: widths {} and {}; both must be at least 1", in, features));
  if (!(options.gamma > 0) || !std::isfinite(options.gamma))
    throw ConfigError(fmt::format("RandomFeatures: gamma is {}; it must be above 0, and finite", options.gamma));
  Generator generator = options.generator ? *options.generator : next_generator();
  weight = random::normal<T>(generator, {features, in}, T(0), static_cast<T>(std::sqrt(2 * options.gamma)));
  bias = random::uniform<T>(generator, {features}, T(0), static_cast<T>(2 * std::numbers::pi));
}

template <class T>
Tensor<T> RandomFeatures<T>::forward(const Tensor<T>& x) {
  const T scale = std::sqrt(T(2) / static_cast<T>(bias.size()));
  return cos(linear(x, Tensor<T>(weight), Tensor<T>(bias))) * scale;
}

template <class T>
std::string RandomFeatures<T>::describe() const {
  return fmt::format("RandomFeatures({}, {})", weight.shape()[1], weight.shape()[0]);
}

template <class T>
Shape RandomFeatures<T>::output_shape(const Shape& input) const {
  if (input.empty() || input.back() != weight.shape()[1])
    throw ShapeError(fmt::format("{}: the input has shape {}; its last axis must have {} elements", describe(),
                                 to_string(input), weight.shape()[1]));
  Shape shape = input;
  shape.back() = weight.shape()[0];
  return shape;
}

template class RandomFeatures<float>;
template class RandomFeatures<double>;

}  // namespace xgrad::nn
