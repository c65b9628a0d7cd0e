#pragma once

#include "xgrad/nn/optim/optimizer.hpp"

namespace xgrad::optim {

struct AdagradOptions {
  double lr = 1e-2;
  double lr_decay = 0;
  double eps = 1e-10;
  double weight_decay = 0;
};

/// Throws: ConfigError for an option outside its range.
void check_options(const AdagradOptions& options);

/// Adagrad, at step t:
///     d = g + weight_decay·p,  s = s + d²
///     p ← p − lr/(1 + (t − 1)·lr_decay) · d/(√s + eps)
/// Source: Duchi, Hazan and Singer, "Adaptive Subgradient Methods for Online Learning and Stochastic Optimization" (2011).
template <class T = float>
class Adagrad final : public OptimizerOf<T, AdagradOptions> {
 public:
  using typename OptimizerOf<T, AdagradOptions>::Group;
  explicit Adagrad(std::vector<Tensor<T>> parameters, AdagradOptions options = {})
      : OptimizerOf<T, AdagradOptions>(std::move(parameters), options) {}
  explicit Adagrad(std::vector<Group> groups) : OptimizerOf<T, AdagradOptions>(std::move(groups)) {}

  const char* name() const override { return "adagrad"; }

 protected:
  StateNames state_names(const AdagradOptions& options) const override;
  void update(std::span<T> parameter, std::span<const T> gradient, State<T>& state, const AdagradOptions& options) override;
};

extern template class Adagrad<float>;
extern template class Adagrad<double>;

}  // namespace xgrad::optim
