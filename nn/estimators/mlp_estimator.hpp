#pragma once

#include <memory>
#include <vector>

#include "xgrad/nn/data/dataset.hpp"
#include "xgrad/nn/estimators/mlp_options.hpp"
#include "xgrad/nn/mlp.hpp"
#include "xgrad/nn/train/trainer.hpp"

namespace xgrad::nn {

/// What MLPClassifier and MLPRegressor have in common: a network and its training. Copies share a network that was trained;
/// training one of them again leaves the others alone.
template <class T>
class MlpEstimator {
 public:
  using Options = MlpEstimatorOptions;

  /// Throws: ConfigError for options that make no sense.
  explicit MlpEstimator(Options options);

  const Options& options() const noexcept { return options_; }
  bool is_fitted() const noexcept { return network_ != nullptr; }
  /// The training loss of every epoch.
  const std::vector<double>& loss_curve() const noexcept { return loss_curve_; }
  /// The score of what early stopping held out after every epoch: a classifier's accuracy, a regressor's negative loss.
  const std::vector<double>& validation_scores() const noexcept { return validation_scores_; }
  /// Epochs that were trained.
  std::size_t n_iter() const noexcept { return loss_curve_.size(); }
  /// The trained network. The weights are those of the best epoch. Throws: ConfigError before fit().
  MLP<T>& network() const;

 protected:
  ~MlpEstimator() = default;

  void train(const data::Dataset<T>& samples, std::size_t outputs, Target target);
  /// Shapes: x (n, features) → (n, outputs).  Throws: ConfigError before fit(); ShapeError.
  Array<T> outputs(const Array<T>& x) const;

 private:
  LossFunction<T> class_loss() const;
  TargetLoss<T> value_loss() const;
  TrainerOptions<T> trainer_options(std::size_t samples, Target target) const;

  Options options_;
  std::shared_ptr<MLP<T>> network_;
  std::vector<double> loss_curve_, validation_scores_;
};

/// Checks that x is one row for each of `samples` targets. Throws: ShapeError.
template <class T>
void check_samples(const char* who, const Array<T>& x, std::size_t samples);

extern template class MlpEstimator<float>;
extern template class MlpEstimator<double>;

}  // namespace xgrad::nn
