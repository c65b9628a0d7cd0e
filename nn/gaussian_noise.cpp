#include "xgrad/nn/gaussian_noise.hpp"

#include <cmath>

#include <fmt/format.h>

#include "xgrad/autograd/ops/gaussian_noise.hpp"
#include "xgrad/nn/default_generator.hpp"
#include "xgrad/tensor/error.hpp"

namespace xgrad::nn {

template <class T>
GaussianNoise<T>::GaussianNoise(double deviation, std::optional<Generator> g)
    : sd(deviation), generator(g ? *g : next_generator()) {
  if (!(sd >= 0 && std::isfinite(sd)))
    throw ConfigError(fmt::format("GaussianNoise: sd is {}; the standard deviation must be finite, and 0 or more", sd));
}

template <class T>
Tensor<T> GaussianNoise<T>::forward(const Tensor<T>& x) {
  return gaussian_noise(x, sd, generator, this->is_training());
}

template <class T>
std::string GaussianNoise<T>::describe() const {
  return fmt::format("GaussianNoise({})", sd);
}

template class GaussianNoise<float>;
template class GaussianNoise<double>;

}  // namespace xgrad::nn
