#pragma once

#include <cstddef>

#include "xgrad/nn/data/dataset.hpp"

namespace xgrad::data {

/// Whether each feature has a mean and a standard deviation of its own, or all share one.
enum class Scope { PerFeature, Global };

/// Shifts and scales features to mean 0 and standard deviation 1: x ↦ (x − mean) / deviation.
template <class T>
class Standardizer {
 public:
  /// Measures mean and (population) standard deviation on `train`, in double. Apply the result to the test set too, so that
  /// nothing of the test set is used. A feature that is constant gets the deviation 1.
  /// Throws: ConfigError for an empty data set.
  static Standardizer fit(const Dataset<T>& train, Scope scope = Scope::PerFeature);

  /// From known values. Shapes: both (features,) or both (1,).  Throws: ShapeError; ConfigError unless every deviation is
  /// finite and above 0.
  Standardizer(Array<T> mean, Array<T> deviation);

  /// `dataset` with its features standardised as they are gathered; shares everything with it. One that is standardised
  /// already is standardised once more.
  /// Throws: ShapeError where the number of features differs.
  Dataset<T> apply(const Dataset<T>& dataset) const;

  /// Standardises one sample in place; `count` features.
  void apply(T* sample, std::size_t count) const;

  const Array<T>& mean() const { return mean_; }
  const Array<T>& deviation() const { return deviation_; }

 private:
  Standardizer after(const Standardizer& first) const;

  Array<T> mean_, deviation_, scale_;  // scale_ = 1 / deviation_
};

extern template class Standardizer<float>;
extern template class Standardizer<double>;

}  // namespace xgrad::data
