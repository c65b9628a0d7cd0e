#include "xgrad/nn/data/gaussian_blobs.hpp"

#include <fmt/format.h>

#include "xgrad/tensor/error.hpp"
#include "xgrad/tensor/random.hpp"

namespace xgrad::data {

template <class T>
Dataset<T> gaussian_blobs(const BlobOptions& options) {
  const auto [samples, features, classes, spread, deviation, seed] = options;
  if (features == 0 || classes == 0 || !(spread > 0) || !(deviation >= 0))
    throw ConfigError(
        fmt::format("gaussian_blobs: {} features, {} classes, spread {}, deviation {}; there must be at least one "
                    "feature and class, spread above 0, deviation at least 0",
                    features, classes, spread, deviation));
  const Generator generator(seed);
  Generator for_centres = generator.split(0), for_samples = generator.split(1);
  const Array<T> centres =
      random::uniform<T>(for_centres, {classes, features}, static_cast<T>(-spread), static_cast<T>(spread));
  Array<T> values = random::normal<T>(for_samples, {samples, features}, T{0}, static_cast<T>(deviation));
  Indices labels = empty_array<std::int64_t>({samples});
  for (std::size_t i = 0; i < samples; ++i) {
    const std::size_t label = i % classes;
    labels.data()[i] = static_cast<std::int64_t>(label);
    for (std::size_t j = 0; j < features; ++j) values.data()[i * features + j] += centres.data()[label * features + j];
  }
  Description description{.name = "gaussian_blobs", .source = fmt::format("made from seed {}", seed)};
  for (std::size_t label = 0; label < classes; ++label) description.class_names.push_back(std::to_string(label));
  return Dataset<T>(std::move(values), std::move(labels), std::move(description));
}

template Dataset<float> gaussian_blobs(const BlobOptions&);
template Dataset<double> gaussian_blobs(const BlobOptions&);

}  // namespace xgrad::data
