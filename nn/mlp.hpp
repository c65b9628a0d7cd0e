#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "xgrad/nn/sequential.hpp"

namespace xgrad::nn {

struct MlpOptions {
  std::string activation = "relu";      ///< of the hidden layers: one of activation_names()
  std::string normalization = "none";   ///< none, batch, layer: between each hidden layer's Linear and its activation
  double dropout = 0;                   ///< after each hidden activation: the probability of dropping
  std::string initializer = "default";  ///< one of init::scheme_names()
  double init_sd = 0;                   ///< see init::Scheme::sd
  bool bias = true;
  std::uint64_t seed = 0;  ///< decides initial values and dropout masks
};

/// A multilayer perceptron: Linear → normalisation → activation → dropout for every hidden layer, then a Linear that gives the
/// outputs (logits) as they are.
template <class T = float>
class MLP : public Sequential<T> {
 public:
  /// `widths` are those of the input, the hidden layers, and the output. Throws: ConfigError.
  MLP(const std::vector<std::size_t>& widths, const MlpOptions& options = {});

  const char* type_name() const override { return "MLP"; }
  const MlpOptions& options() const noexcept { return options_; }

 private:
  MlpOptions options_;
};

/// mlp({784, 256, 10}, {.activation = "relu", .dropout = 0.2, .seed = 1})
template <class T = float>
MLP<T> mlp(const std::vector<std::size_t>& widths, const MlpOptions& options = {}) {
  return MLP<T>(widths, options);
}

extern template class MLP<float>;
extern template class MLP<double>;

}  // namespace xgrad::nn
