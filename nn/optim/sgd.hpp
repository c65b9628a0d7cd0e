#pragma once

#include "xgrad/nn/optim/optimizer.hpp"

namespace xgrad::optim {

struct SGDOptions {
  double lr = 1e-3;
  double momentum = 0;
  double dampening = 0;
  double weight_decay = 0;
  bool nesterov = false;
};

/// Throws: ConfigError for an option outside its range, and for Nesterov's momentum without momentum or with dampening.
void check_options(const SGDOptions& options);

/// Stochastic gradient descent, with momentum where asked for:
///     d = g + weight_decay·p
///     b = d at the first step with momentum, then momentum·b + (1 − dampening)·d
///     p ← p − lr·(d + momentum·b) with Nesterov's, p − lr·b with plain momentum, p − lr·d without
/// Source: Polyak 1964; Nesterov 1983, in the form of Sutskever et al., "On the importance of initialization and momentum in
/// deep learning" (2013), as PyTorch writes it.
template <class T = float>
class SGD final : public OptimizerOf<T, SGDOptions> {
 public:
  using typename OptimizerOf<T, SGDOptions>::Group;
  explicit SGD(std::vector<Tensor<T>> parameters, SGDOptions options = {})
      : OptimizerOf<T, SGDOptions>(std::move(parameters), options) {}
  explicit SGD(std::vector<Group> groups) : OptimizerOf<T, SGDOptions>(std::move(groups)) {}

  const char* name() const override { return "sgd"; }

 protected:
  StateNames state_names(const SGDOptions& options) const override {
    return options.momentum != 0 ? StateNames{"momentum_buffer"} : StateNames{};
  }
  void update(std::span<T> parameter, std::span<const T> gradient, State<T>& state, const SGDOptions& options) override;
};

extern template class SGD<float>;
extern template class SGD<double>;

}  // namespace xgrad::optim
