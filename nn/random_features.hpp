#pragma once

#include <cstddef>
#include <optional>

#include "xgrad/nn/module.hpp"

namespace xgrad::nn {

struct RandomFeaturesOptions {
  double gamma = 1;                      ///< of the kernel; the larger, the nearer two samples must be to be alike
  std::optional<Generator> generator{};  ///< for weights and phases; none: next_generator()
};

/// √(2/M)·cos(x·Wᵀ + b) with W normal of variance 2·gamma and b uniform on [0, 2π), neither of them trained: the products of
/// these M features approximate the kernel exp(−gamma·‖x − y‖²), to about 1/√M. A linear classifier with a hinge loss on top is
/// a support-vector machine with that kernel.
/// Shapes: (…, in) → (…, features).  Throws: ConfigError for a width of 0, or a gamma that is not above 0 and finite; forward:
/// ShapeError.
/// Source: Rahimi and Recht, "Random Features for Large-Scale Kernel Machines" (2007).
template <class T = float>
class RandomFeatures : public Module<T> {
 public:
  RandomFeatures(std::size_t in, std::size_t features, RandomFeaturesOptions options = {});

  Tensor<T> forward(const Tensor<T>& x) override;
  const char* type_name() const override { return "RandomFeatures"; }
  Members<T> members() override { return {.buffers = {{"weight", &weight}, {"bias", &bias}}}; }
  std::string describe() const override;
  Shape output_shape(const Shape& input) const override;

  Array<T> weight, bias;  ///< (features, in) and (features,)
};

extern template class RandomFeatures<float>;
extern template class RandomFeatures<double>;

}  // namespace xgrad::nn
