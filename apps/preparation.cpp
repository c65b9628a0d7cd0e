#include "preparation.hpp"

#include <algorithm>
#include <memory>
#include <numeric>
#include <utility>

#include <fmt/format.h>

#include "experiment.hpp"
#include "run_folder.hpp"
#include "splits.hpp"
#include "xgrad/nn/data/pca.hpp"
#include "xgrad/nn/data/standardizer.hpp"
#include "xgrad/tensor/error.hpp"

namespace xgrad::apps {
namespace {

constexpr std::size_t deepest = 8;  // runs on features of runs on features …
constexpr std::size_t rows_at_once = 1000;

// The outputs of a hidden layer for every sample, as a data set with the same labels.
template <class T>
data::Dataset<T> layer_outputs_of(nn::MLP<T>& network, std::size_t layer, const data::Dataset<T>& images) {
  const NoGrad no_grad;
  const std::size_t width = network.hidden_width(layer);
  Array<T> outputs = empty_array<T>({images.size(), width});
  std::vector<std::int64_t> rows;
  for (std::size_t begin = 0; begin < images.size(); begin += rows_at_once) {
    rows.resize(std::min(rows_at_once, images.size() - begin));
    std::iota(rows.begin(), rows.end(), static_cast<std::int64_t>(begin));
    const Tensor<T> some = network.hidden_layer(Tensor<T>(images.features(rows)), layer);
    std::copy_n(some.data(), some.size(), outputs.data() + begin * width);
  }
  const data::Description& from = images.description();
  return {std::move(outputs), images.labels(), {.name = from.name, .source = from.source, .class_names = from.class_names}};
}

}  // namespace

bool needs_preparation(const TrainOptions& o) { return !o.features_from.empty() || o.standardize || o.pca > 0; }

template <class T>
Preparation<T>::Preparation(const TrainOptions& o, const data::Dataset<T>& train_images, std::size_t depth) {
  if (!o.features_from.empty()) steps_.push_back(layer_outputs(o, train_images.feature_count(), depth));
  if (o.standardize)
    steps_.push_back([standardizer = data::Standardizer<T>::fit(apply(train_images), data::Scope::Global)](
                         const data::Dataset<T>& images) { return standardizer.apply(images); });
  if (o.pca > 0) {
    const data::Dataset<T> train = apply(train_images);
    if (o.pca > train.feature_count())
      throw ConfigError(fmt::format("--pca {}: there are {} features; ask for at most as many", o.pca, train.feature_count()));
    steps_.push_back([pca = data::Pca<T>::fit(train, o.pca)](const data::Dataset<T>& images) { return pca.apply(images); });
  }
}

// The step that gives the outputs of a hidden layer of another run's network, in evaluation mode.
template <class T>
typename Preparation<T>::Step Preparation<T>::layer_outputs(const TrainOptions& o, std::size_t image_features,
                                                            std::size_t depth) const {
  if (depth == deepest)
    throw ConfigError(fmt::format("--features_from {}: runs that build on each other {} deep; is a run among its own sources?",
                                  o.features_from, deepest));
  const RunFolder folder = RunFolder::open(o.features_from);
  TrainOptions source = folder.options();
  if (!std::filesystem::exists(folder.model()))
    throw IoError(fmt::format("--features_from {}: the run has no model yet; train it first", o.features_from));
  source.init_from = folder.model().string();
  if (!o.data_dir.empty()) source.data_dir = o.data_dir;
  std::shared_ptr<const Preparation> before;
  std::size_t inputs = image_features, outputs = 0;
  {
    const Splits<T> images = load_images<T>(source);
    if (images.train.feature_count() != image_features)
      throw ConfigError(fmt::format("--features_from {}: its images have {} pixels, but these have {}", o.features_from,
                                    images.train.feature_count(), image_features));
    if (needs_preparation(source)) {
      before.reset(new Preparation(source, images.train, depth + 1));
      inputs = before->apply(images.train.first(1)).feature_count();
    }
    outputs = output_count(source, inputs, images.train.class_count());
  }
  const std::shared_ptr<nn::MLP<T>> network = make_network<T>(source, inputs, outputs);
  if (o.features_layer > network->hidden_count())
    throw ConfigError(fmt::format("--features_layer {}: the network in {} has {} hidden layers; give one of them, from 1",
                                  o.features_layer, o.features_from, network->hidden_count()));
  network->eval();
  return [network, before, layer = o.features_layer](const data::Dataset<T>& images) {
    return layer_outputs_of(*network, layer, before ? before->apply(images) : images);
  };
}

template <class T>
data::Dataset<T> Preparation<T>::apply(const data::Dataset<T>& images) const {
  data::Dataset<T> prepared = images;
  for (const Step& step : steps_) prepared = step(prepared);
  return prepared;
}

template class Preparation<float>;
template class Preparation<double>;

}  // namespace xgrad::apps
