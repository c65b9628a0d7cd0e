#pragma once

#include "xgrad/nn/estimators/mlp_estimator.hpp"

namespace xgrad::nn {

/// A multilayer perceptron that learns numbers by half the squared error, with scikit-learn's names. Fitted with y = x it is an
/// autoencoder, whose hidden layers network().hidden_layer() gives.
template <class T = float>
class MLPRegressor : public MlpEstimator<T> {
 public:
  explicit MLPRegressor(MlpEstimatorOptions options = {}) : MlpEstimator<T>(std::move(options)) {}

  /// Trains a new network. Returns *this.
  /// Shapes: x (n, features), y (n,) or (n, outputs).  Throws: ShapeError; ConfigError for no samples; NumericError where
  /// training diverges.
  MLPRegressor& fit(const Array<T>& x, const Array<T>& y);

  /// Shapes: (n, features) → (n,) or (n, outputs), as y was.  Throws: ConfigError before fit(); ShapeError.
  Array<T> predict(const Array<T>& x) const;

  /// The coefficient of determination R² = 1 − Σ(y − ŷ)²/Σ(y − ȳ)², the mean over the outputs: 1 at best, 0 for always
  /// predicting the mean. An output that never varies counts 1 if it is predicted exactly, otherwise 0.
  /// Shapes: x (n, features), y as in fit.  Throws: as predict; ConfigError for fewer than two samples.
  double score(const Array<T>& x, const Array<T>& y) const;

 private:
  bool is_flat_ = true;  // y had one axis
};

extern template class MLPRegressor<float>;
extern template class MLPRegressor<double>;

}  // namespace xgrad::nn
