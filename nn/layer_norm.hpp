#pragma once

#include <cstddef>

#include "xgrad/nn/module.hpp"

namespace xgrad::nn {

struct LayerNormOptions {
  double eps = 1e-5;  ///< added to the variance
};

/// y = (x − mean)/√(variance + eps)·weight + bias, with mean and variance over the features of each sample, the same in
/// training and in evaluation. Shapes: x (…, features) → the same; weight, bias (features,). Initial values: weight 1, bias 0.
/// Throws: ConfigError for 0 features; forward: ShapeError.
/// Source: Ba, Kiros and Hinton, "Layer Normalization" (2016), equation 4.
template <class T = float>
class LayerNorm : public Module<T> {
 public:
  explicit LayerNorm(std::size_t features, LayerNormOptions options = {});

  Tensor<T> forward(const Tensor<T>& x) override;
  const char* type_name() const override { return "LayerNorm"; }
  Members<T> members() override { return {.parameters = {{"weight", &weight}, {"bias", &bias}}}; }
  std::string describe() const override;

  Tensor<T> weight, bias;
  LayerNormOptions options;
};

extern template class LayerNorm<float>;
extern template class LayerNorm<double>;

}  // namespace xgrad::nn
