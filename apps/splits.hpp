#pragma once

#include <string>

#include "train_options.hpp"
#include "xgrad/nn/data/dataset.hpp"

namespace xgrad::apps {

/// The data of a run: training, validation (perhaps empty) and test part, as the network sees them, and the test images as they
/// are in the files.
template <class T>
struct Splits {
  data::Dataset<T> train, validation, test, test_images;
};

/// Which of how many folds is held out, both from 1: "2/3". Throws: ConfigError for anything else.
struct Fold {
  std::size_t number = 0, count = 0;

  static Fold parse(const std::string& text);
};

/// The images of a run, divided as the options want them, before anything is done to them.
template <class T>
Splits<T> load_images(const TrainOptions& options);

/// The data of a run as its network sees them: load_images(), then prepared by what was measured on the training part.
template <class T>
Splits<T> load_splits(const TrainOptions& options);

extern template Splits<float> load_images(const TrainOptions&);
extern template Splits<double> load_images(const TrainOptions&);
extern template Splits<float> load_splits(const TrainOptions&);
extern template Splits<double> load_splits(const TrainOptions&);

}  // namespace xgrad::apps
