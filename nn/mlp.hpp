#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "xgrad/nn/oriented_gradients.hpp"
#include "xgrad/nn/sequential.hpp"

namespace xgrad::nn {

struct MlpOptions {
  std::string activation = "relu";     ///< of the hidden layers: one of activation_names()
  std::string normalization = "none";  ///< none, batch, layer: between each hidden layer's Linear and its activation
  double dropout = 0;                  ///< after each hidden activation: the probability of dropping
  double noise = 0;  ///< sd of Gaussian noise on the inputs and before each hidden activation (Rasmus et al. 2015)
  std::string initializer = "default";  ///< one of init::scheme_names()
  double init_sd = 0;                   ///< see init::Scheme::sd
  bool bias = true;
  std::optional<OrientedGradientsOptions> oriented_gradients{};  ///< the inputs are images, seen through OrientedGradients
  std::size_t random_features = 0;  ///< so many RandomFeatures of the inputs before everything else; 0: none
  double kernel_gamma = 0.02;       ///< see RandomFeaturesOptions::gamma
  std::uint64_t seed = 0;           ///< decides initial values, dropout masks, noise and random features
};

/// A multilayer perceptron: Linear → normalisation → noise → activation → dropout for every hidden layer, then a Linear that
/// gives the outputs (logits) as they are.
template <class T = float>
class MLP : public Sequential<T> {
 public:
  /// `widths` are those of the input, the hidden layers, and the output. Throws: ConfigError.
  MLP(const std::vector<std::size_t>& widths, const MlpOptions& options = {});

  const char* type_name() const override { return "MLP"; }
  const MlpOptions& options() const noexcept { return options_; }

  std::size_t hidden_count() const noexcept { return hidden_.size(); }
  /// How many outputs hidden layer number `layer` has, from 1. Throws: ConfigError if there is no such layer.
  std::size_t hidden_width(std::size_t layer) const { return hidden(layer).width; }
  /// The outputs of hidden layer number `layer`, from 1, after its activation and dropout.
  /// Shapes: (n, inputs) → (n, hidden_width(layer)).  Throws: ConfigError if there is no such layer; ShapeError.
  Tensor<T> hidden_layer(const Tensor<T>& x, std::size_t layer) { return this->forward_through(x, hidden(layer).modules); }

 private:
  struct Hidden {
    std::size_t width, modules;  // its outputs; the modules from the first to its last
  };
  const Hidden& hidden(std::size_t layer) const;

  MlpOptions options_;
  std::vector<Hidden> hidden_;
};

/// mlp({784, 256, 10}, {.activation = "relu", .dropout = 0.2, .seed = 1})
template <class T = float>
MLP<T> mlp(const std::vector<std::size_t>& widths, const MlpOptions& options = {}) {
  return MLP<T>(widths, options);
}

extern template class MLP<float>;
extern template class MLP<double>;

}  // namespace xgrad::nn
