#pragma once

#include "xgrad/nn/optim/optimizer.hpp"

namespace xgrad::optim {

struct AdamOptions {
  double lr = 1e-3;
  double beta1 = 0.9;
  double beta2 = 0.999;
  double eps = 1e-8;
  double weight_decay = 0;
  bool amsgrad = false;
};

/// Throws: ConfigError for an option outside its range.
void check_options(const AdamOptions& options);

/// Adam, at step t:
///     d = g + weight_decay·p
///     m = β₁·m + (1 − β₁)·d,  v = β₂·v + (1 − β₂)·d²
///     p ← p − lr/(1 − β₁ᵗ) · m/(√v/√(1 − β₂ᵗ) + eps)
/// AMSGrad takes the largest v so far in the last line.
/// Source: Kingma and Ba, "Adam: A Method for Stochastic Optimization" (2015), algorithm 1; Reddi et al., "On the Convergence
/// of Adam and Beyond" (2018), algorithm 2; the placement of eps is PyTorch's.
template <class T = float>
class Adam : public OptimizerOf<T, AdamOptions> {
 public:
  using typename OptimizerOf<T, AdamOptions>::Group;
  explicit Adam(std::vector<Tensor<T>> parameters, AdamOptions options = {})
      : OptimizerOf<T, AdamOptions>(std::move(parameters), options) {}
  explicit Adam(std::vector<Group> groups) : OptimizerOf<T, AdamOptions>(std::move(groups)) {}

  const char* name() const override { return "adam"; }

 protected:
  StateNames state_names(const AdamOptions& options) const override;
  void update(std::span<T> parameter, std::span<const T> gradient, State<T>& state, const AdamOptions& options) override;
};

extern template class Adam<float>;
extern template class Adam<double>;

}  // namespace xgrad::optim
