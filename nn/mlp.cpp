#include "xgrad/nn/mlp.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "xgrad/nn/activation.hpp"
#include "xgrad/nn/batch_norm.hpp"
#include "xgrad/nn/dropout.hpp"
#include "xgrad/nn/gaussian_noise.hpp"
#include "xgrad/nn/init.hpp"
#include "xgrad/nn/layer_norm.hpp"
#include "xgrad/nn/linear.hpp"
#include "xgrad/nn/names.hpp"
#include "xgrad/nn/random_features.hpp"
#include "xgrad/tensor/error.hpp"

namespace xgrad::nn {
namespace {

// Streams of random numbers below the seed.
constexpr std::uint64_t initial_values = 1, masks = 2, features = 5, noise = 6;  // 3 and 4 are a training run's

}  // namespace

template <class T>
MLP<T>::MLP(const std::vector<std::size_t>& widths, const MlpOptions& options) : options_(options) {
  if (widths.size() < 2 || std::count(widths.begin(), widths.end(), 0u))
    throw ConfigError(fmt::format("mlp: widths ({}); give at least those of input and output, all of them 1 or more",
                                  fmt::join(widths, ", ")));
  const std::vector<std::string> normalizations{"none", "batch", "layer"};
  if (std::find(normalizations.begin(), normalizations.end(), options.normalization) == normalizations.end())
    throw_unknown_name("normalization", options.normalization, normalizations);
  const Generator root(options.seed);
  std::size_t in = widths[0];  // of the next layer
  if (options.oriented_gradients) {
    const OrientedGradients<T> gradients(*options.oriented_gradients);
    if (gradients.input_width() != in)
      throw ConfigError(
          fmt::format("mlp: {} inputs are no image for {}; give {}", in, gradients.describe(), gradients.input_width()));
    this->add(gradients);
    in = gradients.output_width();
  }
  if (options.random_features > 0) {
    this->add(
        RandomFeatures<T>(in, options.random_features, {.gamma = options.kernel_gamma, .generator = root.split(features)}));
    in = options.random_features;
  }
  const auto add_noise = [&](std::size_t layer) {
    if (options.noise != 0) this->add(GaussianNoise<T>(options.noise, root.split(noise).split(layer)));
  };
  add_noise(0);
  for (std::size_t i = 1; i < widths.size(); ++i) {
    this->add(Linear<T>(in, widths[i], {.bias = options.bias, .generator = root}));  // filled below
    in = widths[i];
    if (i + 1 == widths.size()) break;
    if (options.normalization == "batch") this->add(BatchNorm1d<T>(widths[i]));
    if (options.normalization == "layer") this->add(LayerNorm<T>(widths[i]));
    add_noise(i);
    this->add(make_activation<T>(options.activation));
    if (options.dropout != 0) this->add(Dropout<T>(options.dropout, root.split(masks).split(i)));
    hidden_.push_back({widths[i], this->size()});
  }
  init::apply<T>(*this, {.name = options.initializer, .activation = options.activation, .sd = options.init_sd},
                 root.split(initial_values));
}

template <class T>
const typename MLP<T>::Hidden& MLP<T>::hidden(std::size_t layer) const {
  if (layer == 0 || layer > hidden_.size())
    throw ConfigError(
        fmt::format("mlp: hidden layer {} was asked for, but there are {}; they are counted from 1", layer, hidden_.size()));
  return hidden_[layer - 1];
}

template class MLP<float>;
template class MLP<double>;

}  // namespace xgrad::nn
