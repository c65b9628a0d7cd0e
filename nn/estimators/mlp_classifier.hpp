#pragma once

#include <vector>

#include "xgrad/nn/estimators/mlp_estimator.hpp"

namespace xgrad::nn {

/// A multilayer perceptron that learns classes by cross-entropy, with scikit-learn's names:
///
///     MLPClassifier<double> classifier({.hidden_layer_sizes = {64, 32}, .random_state = 1});
///     classifier.fit(x, y).score(x_test, y_test);
template <class T = float>
class MLPClassifier : public MlpEstimator<T> {
 public:
  explicit MLPClassifier(MlpEstimatorOptions options = {}) : MlpEstimator<T>(std::move(options)) {}

  /// Trains a new network. Labels may be any whole numbers. Returns *this.
  /// Shapes: x (n, features), y (n,).  Throws: ShapeError; ConfigError for no samples; NumericError where training diverges.
  MLPClassifier& fit(const Array<T>& x, const Indices& y);

  /// The label of the likeliest class for each row. Shapes: (n, features) → (n,).  Throws: ConfigError before fit();
  /// ShapeError.
  Indices predict(const Array<T>& x) const;
  /// The probability of every class, in the order of classes(). Shapes: (n, features) → (n, classes).  Throws: as predict.
  Array<T> predict_proba(const Array<T>& x) const;
  /// The share of right predictions. Shapes: x (n, features), y (n,).  Throws: as predict.
  double score(const Array<T>& x, const Indices& y) const;

  /// The labels that were seen, rising.
  const std::vector<std::int64_t>& classes() const noexcept { return classes_; }

 private:
  std::vector<std::int64_t> classes_;
};

extern template class MLPClassifier<float>;
extern template class MLPClassifier<double>;

}  // namespace xgrad::nn
