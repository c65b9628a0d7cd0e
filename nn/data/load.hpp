#pragma once

#include <filesystem>
#include <string_view>

#include "xgrad/nn/data/dataset.hpp"

namespace xgrad::data {

/// Where to read a data set from.
struct LoadOptions {
  std::filesystem::path data_dir{};  ///< only here; empty: $XGRAD_DATA_DIR, the user's cache, Debian's package
};

/// Reads the training and the test set called `name` from their IDX files (`locate` says where they are looked for). A name
/// that xgrad does not know is that of a folder with such files; its classes are called "0", "1", ….
/// Shapes: images of one size, height × width features; pixels from 0 to 1.
/// Throws: IoError for files that are missing, damaged, do not belong together, or are those of another data set;
/// ConfigError for an unknown name.
template <class T = float>
TrainTest<T> load(std::string_view name, const LoadOptions& options = {});

/// Fashion-MNIST: 60,000 and 10,000 grey images of clothing, 28 × 28 pixels, ten classes. Source: Xiao, Rasul, Vollgraf 2017.
template <class T = float>
TrainTest<T> fashion_mnist(const LoadOptions& options = {}) {
  return load<T>("fashion_mnist", options);
}

/// MNIST: 60,000 and 10,000 grey images of handwritten digits, 28 × 28 pixels. Source: LeCun, Bottou, Bengio, Haffner 1998.
template <class T = float>
TrainTest<T> mnist(const LoadOptions& options = {}) {
  return load<T>("mnist", options);
}

extern template TrainTest<float> load(std::string_view, const LoadOptions&);
extern template TrainTest<double> load(std::string_view, const LoadOptions&);

}  // namespace xgrad::data
