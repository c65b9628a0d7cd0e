#pragma once

#include "xgrad/nn/optim/optimizer.hpp"

namespace xgrad::optim {

struct AdadeltaOptions {
  double lr = 1;
  double rho = 0.9;
  double eps = 1e-6;
  double weight_decay = 0;
};

/// Throws: ConfigError for an option outside its range.
void check_options(const AdadeltaOptions& options);

/// Adadelta:
///     d = g + weight_decay·p,  v = ρ·v + (1 − ρ)·d²
///     u = √(a + eps)/√(v + eps)·d,  a = ρ·a + (1 − ρ)·u²
///     p ← p − lr·u
/// Source: Zeiler, "ADADELTA: An Adaptive Learning Rate Method" (2012), algorithm 1.
template <class T = float>
class Adadelta final : public OptimizerOf<T, AdadeltaOptions> {
 public:
  using typename OptimizerOf<T, AdadeltaOptions>::Group;
  explicit Adadelta(std::vector<Tensor<T>> parameters, AdadeltaOptions options = {})
      : OptimizerOf<T, AdadeltaOptions>(std::move(parameters), options) {}
  explicit Adadelta(std::vector<Group> groups) : OptimizerOf<T, AdadeltaOptions>(std::move(groups)) {}

  const char* name() const override { return "adadelta"; }

 protected:
  StateNames state_names(const AdadeltaOptions& options) const override;
  void update(std::span<T> parameter, std::span<const T> gradient, State<T>& state, const AdadeltaOptions& options) override;
};

extern template class Adadelta<float>;
extern template class Adadelta<double>;

}  // namespace xgrad::optim
