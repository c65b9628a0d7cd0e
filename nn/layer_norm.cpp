#include "xgrad/nn/layer_norm.hpp"

#include <fmt/format.h>

#include "xgrad/autograd/ops/layer_norm.hpp"
#include "xgrad/tensor/error.hpp"

namespace xgrad::nn {

template <class T>
LayerNorm<T>::LayerNorm(std::size_t features, LayerNormOptions o)
    : weight(filled_array<T>({features}, T(1)), true), bias(filled_array<T>({features}, T(0)), true), options(o) {
  if (features == 0) throw ConfigError("LayerNorm: 0 features; give at least 1");
}

template <class T>
Tensor<T> LayerNorm<T>::forward(const Tensor<T>& x) {
  return layer_norm(x, weight.shape(), weight, bias, options.eps);
}

template <class T>
std::string LayerNorm<T>::describe() const {
  return fmt::format("LayerNorm({})", weight.size());
}

template class LayerNorm<float>;
template class LayerNorm<double>;

}  // namespace xgrad::nn
