#pragma once

#include "xgrad/nn/optim/optimizer.hpp"

namespace xgrad::optim {

struct RMSpropOptions {
  double lr = 1e-2;
  double alpha = 0.99;  ///< decay of the average of squares
  double eps = 1e-8;
  double weight_decay = 0;
  double momentum = 0;
  bool centered = false;
};

/// Throws: ConfigError for an option outside its range.
void check_options(const RMSpropOptions& options);

/// RMSprop:
///     d = g + weight_decay·p
///     v = α·v + (1 − α)·d²;  centered: m = α·m + (1 − α)·d, and v − m² takes v's place below
///     p ← p − lr·d/(√v + eps);  with momentum: b = momentum·b + d/(√v + eps), p ← p − lr·b
/// Source: Tieleman and Hinton, "Lecture 6.5: RMSProp" (2012); centered: Graves, "Generating Sequences With Recurrent Neural
/// Networks" (2013), equations 38 to 45; the placement of eps is PyTorch's.
template <class T = float>
class RMSprop final : public OptimizerOf<T, RMSpropOptions> {
 public:
  using typename OptimizerOf<T, RMSpropOptions>::Group;
  explicit RMSprop(std::vector<Tensor<T>> parameters, RMSpropOptions options = {})
      : OptimizerOf<T, RMSpropOptions>(std::move(parameters), options) {}
  explicit RMSprop(std::vector<Group> groups) : OptimizerOf<T, RMSpropOptions>(std::move(groups)) {}

  const char* name() const override { return "rmsprop"; }

 protected:
  StateNames state_names(const RMSpropOptions& options) const override;
  void update(std::span<T> parameter, std::span<const T> gradient, State<T>& state, const RMSpropOptions& options) override;
};

extern template class RMSprop<float>;
extern template class RMSprop<double>;

}  // namespace xgrad::optim
