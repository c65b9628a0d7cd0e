#pragma once

#include "xgrad/nn/optim/optimizer.hpp"

namespace xgrad::optim {

struct AdamWOptions {
  double lr = 1e-3;
  double beta1 = 0.9;
  double beta2 = 0.999;
  double eps = 1e-8;
  double weight_decay = 1e-2;
  bool amsgrad = false;
};

/// Throws: ConfigError for an option outside its range.
void check_options(const AdamWOptions& options);

/// Adam with decoupled weight decay, at step t:
///     p ← p − lr·weight_decay·p
///     m = β₁·m + (1 − β₁)·g,  v = β₂·v + (1 − β₂)·g²
///     p ← p − lr/(1 − β₁ᵗ) · m/(√v/√(1 − β₂ᵗ) + eps)
/// Source: Loshchilov and Hutter, "Decoupled Weight Decay Regularization" (2019), algorithm 2.
template <class T = float>
class AdamW final : public OptimizerOf<T, AdamWOptions> {
 public:
  using typename OptimizerOf<T, AdamWOptions>::Group;
  explicit AdamW(std::vector<Tensor<T>> parameters, AdamWOptions options = {})
      : OptimizerOf<T, AdamWOptions>(std::move(parameters), options) {}
  explicit AdamW(std::vector<Group> groups) : OptimizerOf<T, AdamWOptions>(std::move(groups)) {}

  const char* name() const override { return "adamw"; }

 protected:
  StateNames state_names(const AdamWOptions& options) const override;
  void update(std::span<T> parameter, std::span<const T> gradient, State<T>& state, const AdamWOptions& options) override;
};

extern template class AdamW<float>;
extern template class AdamW<double>;

}  // namespace xgrad::optim
