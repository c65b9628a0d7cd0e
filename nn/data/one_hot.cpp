#include "xgrad/nn/data/one_hot.hpp"

#include <fmt/format.h>

#include "xgrad/tensor/error.hpp"

namespace xgrad::data {

template <class T>
Array<T> one_hot(const Indices& labels, std::size_t classes) {
  if (labels.dimension() != 1)
    throw ShapeError(fmt::format("one_hot: labels have shape {}, expected (n,)", to_string(labels.shape())));
  Array<T> result = filled_array<T>({labels.size(), classes}, T{0});
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const std::int64_t label = labels.data()[i];
    if (label < 0 || static_cast<std::size_t>(label) >= classes)
      throw ConfigError(
          fmt::format("one_hot: label {} is {}; with {} classes it must be at least 0 and below that", i, label, classes));
    result.data()[i * classes + static_cast<std::size_t>(label)] = T{1};
  }
  return result;
}

template Array<float> one_hot(const Indices&, std::size_t);
template Array<double> one_hot(const Indices&, std::size_t);

}  // namespace xgrad::data
