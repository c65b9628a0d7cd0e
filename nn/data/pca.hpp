#pragma once

#include <cstddef>

#include "xgrad/nn/data/dataset.hpp"

namespace xgrad::data {

/// Principal components: the orthogonal directions along which a data set varies most, and the coordinates of samples along
/// them, (x − mean)·cᵀ. Of a direction and its opposite the one is taken whose largest element is positive.
/// Source: Pearson, "On lines and planes of closest fit to systems of points in space" (1901).
template <class T>
class Pca {
 public:
  /// The first `count` directions of `train`, from the eigenvectors of its covariance, in double. Apply the result to the test
  /// set too, so that nothing of the test set is used.
  /// Throws: ConfigError for fewer than two samples, or a count that is not from 1 to the number of features.
  static Pca fit(const Dataset<T>& train, std::size_t count);

  /// The samples' coordinates as a data set with the same labels.
  /// Shapes: features (n, features) → (n, count).  Throws: ShapeError where the number of features differs; ConfigError for a
  /// Pca that no `fit` has made.
  Dataset<T> apply(const Dataset<T>& dataset) const;
  /// The same for an array of samples.
  Array<T> apply(const Array<T>& samples) const;

  const Array<T>& mean() const { return mean_; }                 ///< (features,)
  const Array<T>& components() const { return components_; }     ///< (count, features), of length 1, the most important first
  const Array<double>& variances() const { return variances_; }  ///< (count,): the training set's along each direction
  /// The share of all variance that these directions hold; 1 where nothing varies.
  double explained() const { return explained_; }

 private:
  Array<T> mean_, components_;
  Array<double> variances_;
  double explained_ = 1;
};

extern template class Pca<float>;
extern template class Pca<double>;

}  // namespace xgrad::data
