#pragma once

#include <optional>

#include "xgrad/nn/module.hpp"

namespace xgrad::nn {

/// In training, sets each element to 0 with probability p and multiplies the others by 1/(1 − p); in evaluation, nothing.
/// Throws: ConfigError unless 0 ≤ p ≤ 1.
/// Source: Srivastava et al., "Dropout: A Simple Way to Prevent Neural Networks from Overfitting" (2014).
template <class T = float>
class Dropout : public Module<T> {
 public:
  /// Without a generator the masks come from next_generator().
  explicit Dropout(double p = 0.5, std::optional<Generator> generator = {});

  Tensor<T> forward(const Tensor<T>& x) override;
  const char* type_name() const override { return "Dropout"; }
  Members<T> members() override { return {.generators = {{"generator", &generator}}}; }
  std::string describe() const override;

  double p;
  Generator generator;
};

extern template class Dropout<float>;
extern template class Dropout<double>;

}  // namespace xgrad::nn
