#include "xgrad/nn/estimators/mlp_estimator.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

#include "xgrad/autograd/ops/arithmetic.hpp"
#include "xgrad/autograd/ops/cross_entropy.hpp"
#include "xgrad/autograd/ops/elementwise.hpp"
#include "xgrad/autograd/ops/reduction.hpp"
#include "xgrad/autograd/ops/regression_loss.hpp"
#include "xgrad/nn/data/split.hpp"
#include "xgrad/nn/linear.hpp"
#include "xgrad/nn/optim/factory.hpp"
#include "xgrad/nn/optim/lbfgs.hpp"
#include "xgrad/tensor/error.hpp"

namespace xgrad::nn {
namespace {

constexpr std::size_t default_batch = 200;

void require(bool holds, const std::string& message) {
  if (!holds) throw ConfigError(message);
}

void check(const MlpEstimatorOptions& o) {
  require(o.max_iter >= 1, "max_iter: give at least 1");
  require(o.learning_rate_init > 0 && std::isfinite(o.learning_rate_init),
          fmt::format("learning_rate_init {}: it must be above 0, and finite", o.learning_rate_init));
  require(o.alpha >= 0 && std::isfinite(o.alpha), fmt::format("alpha {}: it must be 0 or more, and finite", o.alpha));
  require(o.tol >= 0, fmt::format("tol {}: it must be 0 or more", o.tol));
  require(o.momentum >= 0 && o.momentum < 1, fmt::format("momentum {}: it must be from 0 to below 1", o.momentum));
  require(o.validation_fraction > 0 && o.validation_fraction < 1,
          fmt::format("validation_fraction {}: it must be above 0 and below 1", o.validation_fraction));
}

template <class T>
std::unique_ptr<optim::Optimizer<T>> make_solver(const MlpEstimatorOptions& o, MLP<T>& network) {
  if (o.solver == "lbfgs") return std::make_unique<optim::LBFGS<T>>(network.parameters(), optim::LBFGSOptions{.max_iter = 1});
  const std::string moving = o.nesterovs_momentum ? "nag" : "momentum";
  return optim::make_optimizer<T>(
      o.solver == "sgd" && o.momentum > 0 ? moving : o.solver, network.parameters(),
      {.lr = o.learning_rate_init, .momentum = o.momentum, .beta1 = o.beta_1, .beta2 = o.beta_2, .eps = o.epsilon});
}

// alpha/(2n)·Σw², while training; figures of a network that is only evaluated go without.
template <class T>
Tensor<T> penalised(const Tensor<T>& loss, MLP<T>& network, double alpha, std::size_t samples) {
  if (alpha == 0 || !grad_enabled()) return loss;
  Tensor<T> total = loss;
  for (std::size_t i = 0; i < network.size(); ++i)
    if (const auto* layer = dynamic_cast<const Linear<T>*>(&network[i]))
      total = total + sum(square(layer->weight)) * static_cast<T>(alpha / (2 * static_cast<double>(samples)));
  return total;
}

}  // namespace

template <class T>
void check_samples(const char* who, const Array<T>& x, std::size_t samples) {
  if (x.dimension() != 2)
    throw ShapeError(
        fmt::format("{}: x has shape {}; give one row for each sample: (samples, features)", who, to_string(x.shape())));
  if (x.shape()[0] != samples)
    throw ShapeError(
        fmt::format("{}: x has {} rows, but there are {} targets; give one for each row", who, x.shape()[0], samples));
}

template <class T>
MlpEstimator<T>::MlpEstimator(Options options) : options_(std::move(options)) {
  check(options_);
}

template <class T>
MLP<T>& MlpEstimator<T>::network() const {
  if (!network_) throw ConfigError("this estimator has not been trained yet; call fit() first");
  return *network_;
}

template <class T>
LossFunction<T> MlpEstimator<T>::class_loss() const {
  return [network = network_, alpha = options_.alpha](const Tensor<T>& outputs, const Indices& labels) {
    return penalised(cross_entropy(outputs, labels), *network, alpha, labels.size());
  };
}

// Half the squared error, as scikit-learn has it.
template <class T>
TargetLoss<T> MlpEstimator<T>::value_loss() const {
  return [network = network_, alpha = options_.alpha](const Tensor<T>& outputs, const Tensor<T>& targets) {
    return penalised(mse_loss(outputs, targets) * T(0.5), *network, alpha, outputs.shape()[0]);
  };
}

template <class T>
TrainerOptions<T> MlpEstimator<T>::trainer_options(std::size_t samples, Target target) const {
  const Options& o = options_;
  const std::size_t batch = o.batch_size > 0 ? o.batch_size : default_batch;
  const char* held_out = target == Target::Class ? "val_accuracy" : "val_loss";
  return {.loss = class_loss(),
          .target = target,
          .target_loss = value_loss(),
          .epochs = o.max_iter,
          .batch_size = o.solver == "lbfgs" ? samples : std::min(batch, samples),
          .shuffle = o.shuffle && o.solver != "lbfgs",
          .seed = o.random_state,
          .monitor = o.early_stopping ? held_out : "train_loss",
          .patience = o.n_iter_no_change + 1,
          .min_delta = o.tol};
}

template <class T>
void MlpEstimator<T>::train(const data::Dataset<T>& samples, std::size_t outputs, Target target) {
  require(samples.size() > 0, "fit: there are no samples");
  std::vector<std::size_t> widths = options_.hidden_layer_sizes;
  widths.insert(widths.begin(), samples.feature_count());
  widths.push_back(outputs);
  network_ = std::make_shared<MLP<T>>(
      widths, MlpOptions{.activation = options_.activation == "logistic" ? "sigmoid" : options_.activation,
                         .initializer = "xavier",
                         .seed = options_.random_state});
  data::TrainValidation<T> parts{samples, {}};
  if (options_.early_stopping)
    parts = data::hold_out(samples, options_.validation_fraction,
                           {.seed = options_.random_state, .stratified = target == Target::Class});
  require(!options_.early_stopping || (parts.train.size() > 0 && parts.validation.size() > 0),
          fmt::format("fit: validation_fraction {} of {} samples leaves nothing to train on or to watch",
                      options_.validation_fraction, samples.size()));
  const auto solver = make_solver(options_, *network_);
  Trainer<T> trainer(*network_, *solver, trainer_options(parts.train.size(), target));
  const Outcome outcome = trainer.fit(parts.train, parts.validation);
  loss_curve_.clear();
  validation_scores_.clear();
  for (const EpochRecord& epoch : trainer.history()) {
    loss_curve_.push_back(epoch.train_loss);
    if (options_.early_stopping) validation_scores_.push_back(target == Target::Class ? epoch.val_accuracy : -epoch.val_loss);
  }
  network_->eval();
  if (outcome == Outcome::Diverged)
    throw NumericError(fmt::format("fit: the loss stopped being finite in epoch {}; lower learning_rate_init ({}), or scale x",
                                   trainer.progress().epoch, options_.learning_rate_init));
}

template <class T>
Array<T> MlpEstimator<T>::outputs(const Array<T>& x) const {
  MLP<T>& trained = network();
  check_samples("predict", x, x.dimension() > 0 ? x.shape()[0] : 0);
  const NoGrad no_grad;
  return trained(Tensor<T>(x)).value();
}

template void check_samples(const char*, const Array<float>&, std::size_t);
template void check_samples(const char*, const Array<double>&, std::size_t);
template class MlpEstimator<float>;
template class MlpEstimator<double>;

}  // namespace xgrad::nn
