#pragma once

#include <optional>

#include "xgrad/nn/module.hpp"

namespace xgrad::nn {

/// In training, adds independent normal numbers of mean 0 and standard deviation `sd` to the elements; in evaluation, nothing.
/// Shapes: any → same.  Throws: ConfigError unless sd is finite and not negative.
/// Source: Bishop, "Training with noise is equivalent to Tikhonov regularization" (1995).
template <class T = float>
class GaussianNoise : public Module<T> {
 public:
  /// Without a generator the noise comes from next_generator().
  explicit GaussianNoise(double sd, std::optional<Generator> generator = {});

  Tensor<T> forward(const Tensor<T>& x) override;
  const char* type_name() const override { return "GaussianNoise"; }
  Members<T> members() override { return {.generators = {{"generator", &generator}}}; }
  std::string describe() const override;

  double sd;
  Generator generator;
};

extern template class GaussianNoise<float>;
extern template class GaussianNoise<double>;

}  // namespace xgrad::nn
