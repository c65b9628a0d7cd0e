#pragma once

#include "xgrad/nn/optim/optimizer.hpp"

namespace xgrad::optim {

struct NAdamOptions {
  double lr = 2e-3;
  double beta1 = 0.9;
  double beta2 = 0.999;
  double eps = 1e-8;
  double weight_decay = 0;
  double momentum_decay = 4e-3;
  bool as_in_paper = false;  ///< see below
};

/// Throws: ConfigError for an option outside its range.
void check_options(const NAdamOptions& options);

/// Adam with Nesterov's momentum, at step t:
///     d = g + weight_decay·p
///     μₜ = β₁·(1 − ½·0.96^(t·momentum_decay)),  Πₜ = μ₁·μ₂·…·μₜ,  Π' = Πₜ·μₜ·μₜ₊₁
///     m = β₁·m + (1 − β₁)·d,  v = β₂·v + (1 − β₂)·d²
///     p ← p − lr·(μₜ₊₁/(1 − Π')·m + (1 − μₜ)/(1 − Πₜ)·d)/(√(v/(1 − β₂ᵗ)) + eps)
/// Π' is that of PyTorch up to 1.13, against which xgrad is compared; as_in_paper makes it Πₜ₊₁ = Πₜ·μₜ₊₁, as the paper has it
/// and PyTorch from 2.0. The two differ by a percent in the first steps and not at all after some fifty. Source: Dozat,
/// "Incorporating Nesterov Momentum into Adam" (2016), algorithm 2 with the schedule of its section 3.
template <class T = float>
class NAdam final : public OptimizerOf<T, NAdamOptions> {
 public:
  using typename OptimizerOf<T, NAdamOptions>::Group;
  explicit NAdam(std::vector<Tensor<T>> parameters, NAdamOptions options = {})
      : OptimizerOf<T, NAdamOptions>(std::move(parameters), options) {}
  explicit NAdam(std::vector<Group> groups) : OptimizerOf<T, NAdamOptions>(std::move(groups)) {}

  const char* name() const override { return "nadam"; }

 protected:
  StateNames state_names(const NAdamOptions& options) const override;
  std::vector<std::pair<std::string, double>> state_numbers(const NAdamOptions& options) const override;
  void update(std::span<T> parameter, std::span<const T> gradient, State<T>& state, const NAdamOptions& options) override;
};

extern template class NAdam<float>;
extern template class NAdam<double>;

}  // namespace xgrad::optim
