#pragma once

#include <nlohmann/json.hpp>

#include "splits.hpp"
#include "train_options.hpp"
#include "xgrad/nn/mlp.hpp"

namespace xgrad::apps {

/// What pictures.json holds of a trained network, pixels as base64 of a byte each: the test images that it confuses with most
/// confidence; the weights that its first units have for pixels, where its inputs are pixels (128 is 0, `scale` the largest
/// magnitude); of an autoencoder, instead of confusions, the first test images beside what it makes of them.
template <class T>
nlohmann::ordered_json make_pictures(const TrainOptions& options, nn::MLP<T>& network, const Splits<T>& splits);

extern template nlohmann::ordered_json make_pictures(const TrainOptions&, nn::MLP<float>&, const Splits<float>&);
extern template nlohmann::ordered_json make_pictures(const TrainOptions&, nn::MLP<double>&, const Splits<double>&);

}  // namespace xgrad::apps
