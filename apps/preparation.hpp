#pragma once

#include <functional>
#include <vector>

#include "train_options.hpp"
#include "xgrad/nn/data/dataset.hpp"

namespace xgrad::apps {

/// Whether the network of such a run sees anything but the images themselves.
bool needs_preparation(const TrainOptions& options);

/// What becomes of images before the network of a run sees them: --features_from, then --standardize, then --pca. Everything
/// that is measured is measured on the training images alone.
template <class T>
class Preparation {
 public:
  /// Throws: IoError, ConfigError where --features_from is not the folder of a trained run, or has no such layer.
  Preparation(const TrainOptions& options, const data::Dataset<T>& train_images) : Preparation(options, train_images, 0) {}

  data::Dataset<T> apply(const data::Dataset<T>& images) const;

 private:
  using Step = std::function<data::Dataset<T>(const data::Dataset<T>&)>;

  Preparation(const TrainOptions& options, const data::Dataset<T>& train_images, std::size_t depth);
  Step layer_outputs(const TrainOptions& options, std::size_t images_features, std::size_t depth) const;

  std::vector<Step> steps_;
};

extern template class Preparation<float>;
extern template class Preparation<double>;

}  // namespace xgrad::apps
