#include "pictures.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "base64.hpp"
#include "xgrad/autograd/ops/softmax.hpp"
#include "xgrad/nn/linear.hpp"
#include "xgrad/nn/metrics.hpp"

namespace xgrad::apps {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t most_confused = 12, most_units = 64, most_reconstructions = 10;
constexpr std::size_t rows_at_once = 1000;

// Numbers from 0 to 1 as bytes; what lies outside is cut off.
template <class T>
std::string pixels(const T* values, std::size_t count) {
  std::vector<std::uint8_t> bytes(count);
  for (std::size_t i = 0; i < count; ++i) {
    const T value = std::isnan(values[i]) ? T(0) : std::clamp(values[i], T(0), T(1));
    bytes[i] = static_cast<std::uint8_t>(std::lround(255 * value));
  }
  return base64(bytes);
}

template <class T>
std::string pixels(const data::Dataset<T>& images, std::size_t row) {
  const Array<T> image = images.image(row);
  return pixels(image.data(), image.size());
}

struct Confusion {
  std::size_t index;
  std::int64_t label, predicted;
  double confidence;
};

// Calls visit(row, outputs of the network for it) for the first `count` samples.
template <class T, class Visit>
void for_each_output(nn::Module<T>& network, const data::Dataset<T>& dataset, std::size_t count, bool as_probabilities,
                     Visit visit) {
  const NoGrad no_grad;
  std::vector<std::int64_t> rows;
  for (std::size_t begin = 0; begin < count; begin += rows_at_once) {
    rows.resize(std::min(rows_at_once, count - begin));
    std::iota(rows.begin(), rows.end(), static_cast<std::int64_t>(begin));
    Tensor<T> outputs = network(Tensor<T>(dataset.features(rows)));
    if (as_probabilities) outputs = softmax(outputs);
    for (std::size_t i = 0; i < rows.size(); ++i) visit(begin + i, outputs.data() + i * outputs.shape()[1]);
  }
}

// The mistakes, those of highest confidence first.
template <class T>
std::vector<Confusion> confusions(nn::Module<T>& network, const data::Dataset<T>& test) {
  std::vector<Confusion> all;
  const Indices labels = test.labels();
  const auto classes = static_cast<std::ptrdiff_t>(test.class_count());
  for_each_output(network, test, test.size(), true, [&](std::size_t row, const T* probabilities) {
    const double nothing = 0;  // a confidence that is not a number comes last
    const auto predicted = std::max_element(probabilities, probabilities + classes) - probabilities;
    if (predicted != labels.data()[row])
      all.push_back({row, labels.data()[row], predicted, std::max(nothing, static_cast<double>(probabilities[predicted]))});
  });
  std::stable_sort(all.begin(), all.end(), [](const Confusion& a, const Confusion& b) { return a.confidence > b.confidence; });
  return all;
}

template <class T>
Json confused(nn::Module<T>& network, const Splits<T>& splits) {
  Json list = Json::array();
  for (const Confusion& c : confusions(network, splits.test)) {
    if (list.size() == most_confused) break;
    list.push_back({{"index", c.index},
                    {"label", c.label},
                    {"predicted", c.predicted},
                    {"confidence", c.confidence},
                    {"pixels", pixels(splits.test_images, c.index)}});
  }
  return list;
}

// Of the first layer the pixels come first, whatever else it sees of an image.
template <class T>
Json first_layer(nn::MLP<T>& network, std::size_t pixel_count) {
  Json units = Json::array();
  const nn::MlpOptions& o = network.options();
  const std::size_t at = (o.oriented_gradients ? 1 : 0) + (o.noise != 0 ? 1 : 0);  // after these
  const auto* const layer = dynamic_cast<nn::Linear<T>*>(&network[at]);
  if (!layer || layer->in() < pixel_count) return units;
  for (std::size_t unit = 0; unit < std::min(most_units, layer->out()); ++unit) {
    const T* const weights = layer->weight.data() + unit * layer->in();
    double scale = 0;
    for (std::size_t i = 0; i < pixel_count; ++i) scale = std::max(scale, std::abs(static_cast<double>(weights[i])));
    std::vector<std::uint8_t> bytes(pixel_count, 128);
    for (std::size_t i = 0; i < pixel_count && scale > 0 && std::isfinite(scale); ++i)
      bytes[i] = static_cast<std::uint8_t>(std::lround(128 + 127 * static_cast<double>(weights[i]) / scale));
    units.push_back({{"unit", unit}, {"pixels", base64(bytes)}, {"scale", scale}});
  }
  return units;
}

template <class T>
Json reconstructions(nn::Module<T>& network, const Splits<T>& splits) {
  Json list = Json::array();
  const data::Dataset<T>& images = splits.test_images;
  const Indices labels = images.labels();
  for_each_output(network, splits.test, std::min(most_reconstructions, images.size()), false,
                  [&](std::size_t row, const T* output) {
                    list.push_back({{"index", row},
                                    {"label", labels.data()[row]},
                                    {"original", pixels(images, row)},
                                    {"reconstruction", pixels(output, images.feature_count())}});
                  });
  return list;
}

}  // namespace

template <class T>
Json make_pictures(const TrainOptions& o, nn::MLP<T>& network, const Splits<T>& splits) {
  const data::Description& images = splits.test_images.description();
  const bool was_training = network.is_training();
  network.eval();
  Json json{{"width", images.width}, {"height", images.height}};
  const bool sees_images = splits.test.description().width > 0;  // not features that were made of them
  if (!o.reconstructs()) json["confused"] = confused<T>(network, splits);
  json["first_layer"] = sees_images ? first_layer(network, images.width * images.height) : Json::array();
  if (o.reconstructs()) json["reconstructions"] = sees_images ? reconstructions<T>(network, splits) : Json::array();
  network.train(was_training);
  return json;
}

template Json make_pictures(const TrainOptions&, nn::MLP<float>&, const Splits<float>&);
template Json make_pictures(const TrainOptions&, nn::MLP<double>&, const Splits<double>&);

}  // namespace xgrad::apps
