#include "xgrad/nn/data/standardizer.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

#include <fmt/format.h>

#include "xgrad/tensor/error.hpp"

namespace xgrad::data {
namespace {

constexpr std::size_t chunk_rows = 256;

// Calls visit(feature, value) for every number of the data set, some rows at a time.
template <class T, class Visit>
void for_each_value(const Dataset<T>& dataset, Visit visit) {
  for (std::size_t begin = 0; begin < dataset.size(); begin += chunk_rows) {
    std::vector<std::int64_t> rows(std::min(chunk_rows, dataset.size() - begin));
    std::iota(rows.begin(), rows.end(), static_cast<std::int64_t>(begin));
    const Array<T> chunk = dataset.features(rows);
    const std::size_t width = dataset.feature_count();
    for (std::size_t i = 0; i < rows.size(); ++i)
      for (std::size_t j = 0; j < width; ++j) visit(j, static_cast<double>(chunk.data()[i * width + j]));
  }
}

}  // namespace

template <class T>
Standardizer<T>::Standardizer(Array<T> mean, Array<T> deviation) : mean_(std::move(mean)), deviation_(std::move(deviation)) {
  if (mean_.dimension() != 1 || mean_.shape() != deviation_.shape())
    throw ShapeError(fmt::format("Standardizer: mean has shape {} and deviation {}; both must be (features,) or (1,)",
                                 to_string(mean_.shape()), to_string(deviation_.shape())));
  scale_ = empty_array<T>(deviation_.shape());
  for (std::size_t j = 0; j < scale_.size(); ++j) {
    const T deviation_j = deviation_.data()[j];
    if (!(deviation_j > 0) || !std::isfinite(deviation_j))
      throw ConfigError(
          fmt::format("Standardizer: the deviation of feature {} is {}; it must be finite and above 0", j, deviation_j));
    scale_.data()[j] = 1 / deviation_j;
  }
}

template <class T>
Standardizer<T> Standardizer<T>::fit(const Dataset<T>& train, Scope scope) {
  const std::size_t width = train.feature_count();
  if (train.size() * width == 0) throw ConfigError("Standardizer: the data set to measure is empty; give at least one sample");
  const bool global = scope == Scope::Global;
  const std::size_t count = global ? 1 : width;
  const double samples = static_cast<double>(global ? train.size() * width : train.size());
  const auto slot = [global](std::size_t feature) { return global ? std::size_t{0} : feature; };
  // Two passes: the sum of squared differences from the mean does not cancel.
  std::vector<double> mean(count), squares(count);
  for_each_value(train, [&](std::size_t feature, double value) { mean[slot(feature)] += value; });
  for (double& sum : mean) sum /= samples;
  for_each_value(train, [&](std::size_t feature, double value) {
    const double difference = value - mean[slot(feature)];
    squares[slot(feature)] += difference * difference;
  });
  Array<T> means = empty_array<T>({count}), deviations = empty_array<T>({count});
  for (std::size_t j = 0; j < count; ++j) {
    const double deviation = std::sqrt(squares[j] / samples);
    // The mean of n equal numbers is off by up to n ε |mean|: a deviation no larger than that says that they are equal.
    const bool constant = deviation <= samples * std::numeric_limits<double>::epsilon() * std::abs(mean[j]);
    means.data()[j] = static_cast<T>(mean[j]);
    deviations.data()[j] = constant ? T{1} : static_cast<T>(deviation);
  }
  return Standardizer(std::move(means), std::move(deviations));
}

template <class T>
void Standardizer<T>::apply(T* sample, std::size_t count) const {
  const T *mean = mean_.data(), *scale = scale_.data();
  if (mean_.size() == 1) {
    for (std::size_t j = 0; j < count; ++j) sample[j] = (sample[j] - mean[0]) * scale[0];
    return;
  }
  for (std::size_t j = 0; j < count; ++j) sample[j] = (sample[j] - mean[j]) * scale[j];
}

// ((x − m₁) / d₁ − m₂) / d₂ = (x − (m₁ + m₂ d₁)) / (d₁ d₂)
template <class T>
Standardizer<T> Standardizer<T>::after(const Standardizer& first) const {
  const std::size_t count = std::max(mean_.size(), first.mean_.size());
  const auto at = [](const Array<T>& values, std::size_t j) { return values.data()[values.size() == 1 ? 0 : j]; };
  Array<T> mean = empty_array<T>({count}), deviation = empty_array<T>({count});
  for (std::size_t j = 0; j < count; ++j) {
    mean.data()[j] = at(first.mean_, j) + at(mean_, j) * at(first.deviation_, j);
    deviation.data()[j] = at(first.deviation_, j) * at(deviation_, j);
  }
  return Standardizer(std::move(mean), std::move(deviation));
}

template <class T>
Dataset<T> Standardizer<T>::apply(const Dataset<T>& dataset) const {
  if (mean_.size() != 1 && mean_.size() != dataset.feature_count())
    throw ShapeError(fmt::format("Standardizer: measured on {} features, but the data set has {}; they must be as many",
                                 mean_.size(), dataset.feature_count()));
  Dataset<T> result = dataset;
  result.standardizer_ = std::make_shared<const Standardizer>(dataset.standardizer_ ? after(*dataset.standardizer_) : *this);
  return result;
}

template class Standardizer<float>;
template class Standardizer<double>;

}  // namespace xgrad::data
