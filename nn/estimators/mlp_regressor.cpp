#include "xgrad/nn/estimators/mlp_regressor.hpp"

#include <fmt/format.h>

#include "xgrad/tensor/error.hpp"

namespace xgrad::nn {
namespace {

template <class T>
std::size_t rows_of(const Array<T>& y) {
  if (y.dimension() != 1 && y.dimension() != 2)
    throw ShapeError(fmt::format("y has shape {}; expected (samples,) or (samples, outputs)", to_string(y.shape())));
  return y.shape()[0];
}

// R² of one of `outputs` columns.
template <class T>
double determination(const Array<T>& y, const Array<T>& predicted, std::size_t column, std::size_t outputs) {
  const std::size_t samples = y.size() / outputs;
  const auto at = [&](const Array<T>& a, std::size_t row) { return static_cast<double>(a.data()[row * outputs + column]); };
  double mean = 0, residual = 0, total = 0;
  for (std::size_t i = 0; i < samples; ++i) mean += at(y, i) / static_cast<double>(samples);
  for (std::size_t i = 0; i < samples; ++i) {
    const double error = at(y, i) - at(predicted, i), deviation = at(y, i) - mean;
    residual += error * error;
    total += deviation * deviation;
  }
  if (total == 0) return residual == 0 ? 1 : 0;
  return 1 - residual / total;
}

}  // namespace

template <class T>
MLPRegressor<T>& MLPRegressor<T>::fit(const Array<T>& x, const Array<T>& y) {
  const std::size_t samples = rows_of(y);
  check_samples("fit", x, samples);
  if (y.size() == 0) throw ConfigError("fit: there is nothing to learn; give at least one sample and one output");
  is_flat_ = y.dimension() == 1;
  const std::size_t outputs = y.size() / samples;
  Array<T> targets = y;
  targets.reshape(Shape{samples, outputs});
  const data::Dataset<T> inputs(x, Indices::from_shape({0}), {.name = "samples"});
  this->train(inputs.with_targets(std::move(targets)), outputs, Target::Values);
  return *this;
}

template <class T>
Array<T> MLPRegressor<T>::predict(const Array<T>& x) const {
  Array<T> predicted = this->outputs(x);
  if (is_flat_) predicted.reshape(Shape{predicted.size()});
  return predicted;
}

template <class T>
double MLPRegressor<T>::score(const Array<T>& x, const Array<T>& y) const {
  const std::size_t samples = rows_of(y);
  check_samples("score", x, samples);
  if (samples < 2) throw ConfigError(fmt::format("score: R² needs at least two samples, but there are {}", samples));
  const Array<T> predicted = predict(x);
  if (predicted.shape() != y.shape())
    throw ShapeError(
        fmt::format("score: y has shape {}, but the predictions have {}", to_string(y.shape()), to_string(predicted.shape())));
  const std::size_t outputs = y.size() / samples;
  double sum = 0;
  for (std::size_t j = 0; j < outputs; ++j) sum += determination(y, predicted, j, outputs);
  return sum / static_cast<double>(outputs);
}

template class MLPRegressor<float>;
template class MLPRegressor<double>;

}  // namespace xgrad::nn
