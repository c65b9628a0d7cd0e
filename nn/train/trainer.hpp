#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "xgrad/nn/data/augmentation.hpp"
#include "xgrad/nn/data/dataset.hpp"
#include "xgrad/nn/metric_accumulator.hpp"
#include "xgrad/nn/module.hpp"
#include "xgrad/nn/optim/ema.hpp"
#include "xgrad/nn/optim/optimizer.hpp"
#include "xgrad/nn/optim/scheduler.hpp"
#include "xgrad/nn/state_dict.hpp"
#include "xgrad/nn/train/callback.hpp"
#include "xgrad/nn/train/distillation.hpp"
#include "xgrad/nn/train/mixup.hpp"
#include "xgrad/nn/train/monitor.hpp"
#include "xgrad/nn/train/records.hpp"

namespace xgrad::nn {

/// The mean loss of a batch from the network's outputs and the labels.
template <class T>
using LossFunction = std::function<Tensor<T>(const Tensor<T>& outputs, const Indices& labels)>;

/// The mean loss of a batch from the network's outputs and what they should be, both of one shape.
template <class T>
using TargetLoss = std::function<Tensor<T>(const Tensor<T>& outputs, const Tensor<T>& targets)>;

/// What the outputs of a network are compared with.
enum class Target {
  Class,   ///< the sample's label, by a LossFunction; only then there are accuracies, elsewhere they are NaN
  Input,   ///< the sample itself, by a TargetLoss: an autoencoder
  Values,  ///< the sample's targets (Dataset::targets), by a TargetLoss: a regression
};

template <class T>
struct TrainerOptions {
  LossFunction<T> loss{};  ///< empty: cross-entropy
  Target target = Target::Class;
  TargetLoss<T> target_loss{};     ///< empty: the mean squared error
  Distillation<T> distillation{};  ///< with teachers: (1 − weight)·loss + weight·distillation_loss in training; classes only
  bool sum_gradients = false;      ///< follow the gradient of the batch's sum of losses, not of their mean; figures stay means
  std::size_t epochs = 10;
  std::size_t batch_size = 64;
  bool shuffle = true;     ///< a new order for each epoch, decided by seed and epoch
  bool drop_last = false;  ///< leave out the incomplete last batch
  std::uint64_t seed = 0;
  data::AugmentationOptions augmentation{};  ///< of the training images
  double mixup = 0;  ///< α of mix(), which blends training samples in pairs, those of a step by Generator(seed).split(4).split(
                     ///< steps before); 0: none; classes only. Training accuracy counts the label of the larger share.
  std::string monitor = "val_loss";  ///< what decides which epoch is the best
  std::size_t patience = 0;          ///< stop after as many epochs without improvement; 0: never
  double min_delta = 0;
  double clip_norm = 0;               ///< largest norm of all gradients together; 0: no limit
  double ema_decay = 0;               ///< evaluate and keep the exponential average of the weights; 0: the weights themselves
  bool record_gradient_norm = false;  ///< also where nothing is clipped: costs a pass over the gradients
  std::size_t pause_after_epoch = 0;  ///< end as Paused after this epoch, to be taken up later; 0: never
  std::function<bool()> stop_requested{};  ///< asked after every step; true ends the run as Interrupted
};

/// Where a run stands: enough to go on bit by bit as if it had never stopped, together with model, optimizer and scheduler.
struct TrainerProgress {
  std::size_t epoch = 1;         ///< the epoch under way, from 1
  std::size_t batches_done = 0;  ///< of that epoch
  std::int64_t step = 0;
  double loss_sum = 0;  ///< of the epoch so far, weighted by samples
  std::size_t samples = 0, correct = 0;
  double seconds = 0;
  double learning_rate = 0;  ///< of the last update
  Monitor::State monitor{};
  std::vector<EpochRecord> history{};
};

/// The training loop: batches, forward, loss, backward, clipping, optimizer, scheduler, validation, and keeping the best
/// weights. What happens beside it (display, logs, checkpoints) is done by callbacks.
template <class T>
class Trainer {
 public:
  /// Throws: ConfigError for a monitor that does not exist, for a distillation without classes or with a weight out of range,
  /// and for a mixup without classes or with an α out of range.
  Trainer(Module<T>& model, optim::Optimizer<T>& optimizer, TrainerOptions<T> options);

  /// A scheduler, stepped after every update (`per_step`) or after every epoch, with the monitored figure.
  void set_scheduler(std::shared_ptr<optim::Scheduler<T>> scheduler, bool per_step);
  void add_callback(std::shared_ptr<Callback<T>> callback) { callbacks_.push_back(std::move(callback)); }

  /// Trains until the epochs are over, patience is, a pause is due, a stop is requested, or the loss is no longer finite.
  /// `validation` may be empty. At the end the model holds the best weights (the last, if nothing was monitored); after a pause
  /// or an interruption those of its last step, to go on from, and after a divergence those before the step whose loss was not
  /// finite (running statistics of batch normalisation have seen its batch). Throws: ConfigError without training samples, for
  /// fewer than a batch with drop_last, and for patience with a validation figure but no validation samples.
  Outcome fit(const data::Dataset<T>& train, const data::Dataset<T>& validation);

  /// Loss and metrics of the model (with averaged weights, if they are asked for) on a data set, in evaluation mode.
  metrics::MetricAccumulator evaluate(const data::Dataset<T>& dataset);
  /// The loss alone, whatever the target.
  double evaluate_loss(const data::Dataset<T>& dataset);

  const TrainerProgress& progress() const noexcept { return progress_; }
  const std::vector<EpochRecord>& history() const noexcept { return progress_.history; }
  /// The epoch whose weights are the best so far; 0 before the first.
  std::size_t best_epoch() const noexcept { return progress_.monitor.best_epoch; }

  // For checkpoints.
  void set_progress(TrainerProgress progress) { progress_ = std::move(progress); }
  Module<T>& model() noexcept { return model_; }
  optim::Optimizer<T>& optimizer() noexcept { return optimizer_; }
  optim::Scheduler<T>* scheduler() noexcept { return scheduler_.get(); }
  optim::WeightAverage<T>* average() noexcept { return average_.get(); }
  StateDict<T>& best_weights() noexcept { return best_; }

 private:
  bool train_epoch(const data::Dataset<T>& train, Outcome& outcome);
  double train_batch(const Tensor<T>& given, const Indices& y, const Tensor<T>& targets);
  Tensor<T> class_loss(const Tensor<T>& outputs, const Indices& labels, const Mixture<T>* mixture,
                       const Tensor<T>& teachers) const;
  void finish_epoch(const data::Dataset<T>& validation);
  void restore_best();

  Module<T>& model_;
  optim::Optimizer<T>& optimizer_;
  TrainerOptions<T> options_;
  std::shared_ptr<optim::Scheduler<T>> scheduler_;
  bool scheduler_per_step_ = false;
  std::unique_ptr<optim::WeightAverage<T>> average_;
  std::vector<std::shared_ptr<Callback<T>>> callbacks_;
  Monitor monitor_;
  TrainerProgress progress_;
  double gradient_norm_ = 0;
  StateDict<T> best_;
};

/// The loss and metrics of a model on a data set, in evaluation mode and without recording; batches of 1,000.
template <class T>
metrics::MetricAccumulator evaluate(Module<T>& model, const data::Dataset<T>& dataset, const LossFunction<T>& loss = {});

/// The loss alone of a model whose outputs are compared with the samples or their targets; the mean over all samples.
template <class T>
double evaluate_loss(Module<T>& model, const data::Dataset<T>& dataset, Target target, const TargetLoss<T>& loss = {});

extern template class Trainer<float>;
extern template class Trainer<double>;

}  // namespace xgrad::nn
