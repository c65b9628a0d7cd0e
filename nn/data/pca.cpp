#include "xgrad/nn/data/pca.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include <fmt/format.h>

#include "xgrad/tensor/error.hpp"
#include "xgrad/tensor/lapack.hpp"
#include "xgrad/tensor/matmul.hpp"

namespace xgrad::data {
namespace {

constexpr std::size_t chunk_rows = 1000;

// Calls visit(first row, features in double) for all samples, some rows at a time.
template <class T, class Visit>
void for_each_chunk(const Dataset<T>& dataset, Visit visit) {
  std::vector<std::int64_t> rows;
  for (std::size_t begin = 0; begin < dataset.size(); begin += chunk_rows) {
    rows.resize(std::min(chunk_rows, dataset.size() - begin));
    std::iota(rows.begin(), rows.end(), static_cast<std::int64_t>(begin));
    visit(begin, dataset.features(rows));
  }
}

template <class T>
std::vector<double> mean_of(const Dataset<T>& dataset) {
  const std::size_t width = dataset.feature_count();
  std::vector<double> mean(width);
  for_each_chunk(dataset, [&](std::size_t, const Array<T>& x) {
    for (std::size_t i = 0; i < x.size(); ++i) mean[i % width] += static_cast<double>(x.data()[i]);
  });
  for (double& m : mean) m /= static_cast<double>(dataset.size());
  return mean;
}

// Σ (x − m)(x − m)ᵀ / (n − 1)
template <class T>
Array<double> covariance_of(const Dataset<T>& dataset, const std::vector<double>& mean) {
  const std::size_t width = mean.size();
  const double scale = 1 / static_cast<double>(dataset.size() - 1);
  Array<double> covariance = filled_array<double>({width, width}, 0.0);
  for_each_chunk(dataset, [&](std::size_t, const Array<T>& x) {
    Array<double> centred = empty_array<double>(x.shape());
    for (std::size_t i = 0; i < x.size(); ++i) centred.data()[i] = static_cast<double>(x.data()[i]) - mean[i % width];
    gemm<double>(Transpose::Yes, Transpose::No, width, width, x.shape()[0], scale, centred.data(), width, centred.data(), width,
                 1, covariance.data(), width);
  });
  return covariance;
}

}  // namespace

template <class T>
Pca<T> Pca<T>::fit(const Dataset<T>& train, std::size_t count) {
  const std::size_t width = train.feature_count();
  if (train.size() < 2) throw ConfigError(fmt::format("Pca: {} samples do not vary; give at least two", train.size()));
  if (count == 0 || count > width)
    throw ConfigError(fmt::format("Pca: {} components of {} features; ask for 1 to {}", count, width, width));
  const std::vector<double> mean = mean_of(train);
  const lapack::Eigh<double> eigen = lapack::eigh(covariance_of(train, mean), "Pca");  // values rise, vectors are columns
  Pca pca;
  pca.mean_ = empty_array<T>({width});
  std::transform(mean.begin(), mean.end(), pca.mean_.data(), [](double m) { return static_cast<T>(m); });
  pca.components_ = empty_array<T>({count, width});
  pca.variances_ = empty_array<double>({count});
  double held = 0, all = 0;
  for (std::size_t k = 0; k < width; ++k) {
    const double variance = std::max(0.0, eigen.values.data()[width - 1 - k]);  // rounding may leave it below 0
    all += variance;
    if (k >= count) continue;
    held += variance;
    pca.variances_.data()[k] = variance;
    const auto element = [&](std::size_t j) { return eigen.vectors.data()[j * width + (width - 1 - k)]; };
    std::size_t largest = 0;
    for (std::size_t j = 1; j < width; ++j)
      if (std::abs(element(j)) > std::abs(element(largest))) largest = j;
    const double sign = element(largest) < 0 ? -1 : 1;
    for (std::size_t j = 0; j < width; ++j) pca.components_.data()[k * width + j] = static_cast<T>(sign * element(j));
  }
  if (all > 0) pca.explained_ = held / all;
  return pca;
}

template <class T>
Array<T> Pca<T>::apply(const Array<T>& samples) const {
  if (components_.dimension() != 2) throw ConfigError("Pca: there are no components yet; make them with Pca::fit");
  const std::size_t width = mean_.size();
  if (samples.dimension() != 2 || samples.shape()[1] != width)
    throw ShapeError(
        fmt::format("Pca: samples have shape {}; these components are of {} features", to_string(samples.shape()), width));
  Array<T> centred = samples, result;
  for (std::size_t i = 0; i < centred.size(); ++i) centred.data()[i] -= mean_.data()[i % width];
  matmul(centred, Transpose::No, components_, Transpose::Yes, result);
  return result;
}

template <class T>
Dataset<T> Pca<T>::apply(const Dataset<T>& dataset) const {
  if (components_.dimension() != 2) throw ConfigError("Pca: there are no components yet; make them with Pca::fit");
  const std::size_t count = components_.shape()[0];
  Array<T> result = empty_array<T>({dataset.size(), count});
  for_each_chunk(dataset, [&](std::size_t begin, const Array<T>& x) {
    const Array<T> some = apply(x);
    std::copy_n(some.data(), some.size(), result.data() + begin * count);
  });
  const Description& from = dataset.description();
  return {std::move(result), dataset.labels(), {.name = from.name, .source = from.source, .class_names = from.class_names}};
}

template class Pca<float>;
template class Pca<double>;

}  // namespace xgrad::data
