#pragma once

#include <cstddef>
#include <optional>

#include "xgrad/nn/module.hpp"

namespace xgrad::nn {

struct LinearOptions {
  bool bias = true;
  std::optional<Generator> generator{};  ///< for the initial values; none: next_generator()
};

/// y = x·Wᵀ + b.
/// Shapes: x (…, in) → (…, out); weight (out, in); bias (out,), undefined without one.
/// Initial values: uniform in ±1/√in for both, as PyTorch's Linear (Kaiming uniform with a = √5).
/// Throws: ConfigError for a width of 0; forward: ShapeError.
template <class T = float>
class Linear : public Module<T> {
 public:
  Linear(std::size_t in, std::size_t out, LinearOptions options = {});

  Tensor<T> forward(const Tensor<T>& x) override;
  /// ReLU of `forward`, to the bit, without storing what comes before it.
  Tensor<T> forward_relu(const Tensor<T>& x);
  const char* type_name() const override { return "Linear"; }
  Members<T> members() override { return {.parameters = {{"weight", &weight}, {"bias", &bias}}}; }
  std::string describe() const override;
  Shape output_shape(const Shape& input) const override;

  std::size_t in() const { return weight.shape()[1]; }
  std::size_t out() const { return weight.shape()[0]; }

  Tensor<T> weight, bias;
};

extern template class Linear<float>;
extern template class Linear<double>;

}  // namespace xgrad::nn
