#pragma once

#include <cstddef>
#include <cstdint>

#include "xgrad/nn/data/dataset.hpp"

namespace xgrad::data {

/// What gaussian_blobs makes.
struct BlobOptions {
  std::size_t samples = 100;
  std::size_t features = 2;
  std::size_t classes = 3;
  double spread = 10;    ///< centres lie in a cube from −spread to spread
  double deviation = 1;  ///< of the samples of a class around its centre, in every direction
  std::uint64_t seed = 0;
};

/// A data set for trying things out: each class is a cloud of normal numbers around a centre of its own; classes take turns.
/// Throws: ConfigError unless there is at least one feature and class, spread > 0 and deviation ≥ 0.
template <class T = float>
Dataset<T> gaussian_blobs(const BlobOptions& options = {});

extern template Dataset<float> gaussian_blobs(const BlobOptions&);
extern template Dataset<double> gaussian_blobs(const BlobOptions&);

}  // namespace xgrad::data
