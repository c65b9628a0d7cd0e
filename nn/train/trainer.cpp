#include "xgrad/nn/train/trainer.hpp"

#include <chrono>
#include <cmath>
#include <functional>
#include <optional>
#include <span>

#include <fmt/format.h>

#include "xgrad/autograd/ops/arithmetic.hpp"
#include "xgrad/autograd/ops/cross_entropy.hpp"
#include "xgrad/autograd/ops/regression_loss.hpp"
#include "xgrad/nn/data/batches.hpp"
#include "xgrad/nn/optim/clip.hpp"
#include "xgrad/nn/train/evaluation.hpp"
#include "xgrad/tensor/error.hpp"

namespace xgrad::nn {
namespace {

using Clock = std::chrono::steady_clock;

// Below the seed; 1 and 2 are a model's initial values and masks.
constexpr std::uint64_t shuffle_stream = 3, mixup_stream = 4;

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

template <class T>
LossFunction<T> or_cross_entropy(LossFunction<T> loss) {
  if (loss) return loss;
  return [](const Tensor<T>& outputs, const Indices& labels) { return cross_entropy(outputs, labels); };
}

template <class T>
TargetLoss<T> or_squared_error(TargetLoss<T> loss) {
  if (loss) return loss;
  return [](const Tensor<T>& outputs, const Tensor<T>& targets) { return mse_loss(outputs, targets); };
}

// What the outputs for some samples are compared with; undefined for classes.
template <class T>
Tensor<T> targets_of(const data::Dataset<T>& dataset, Target target, const Tensor<T>& x, std::span<const std::int64_t> rows) {
  if (target == Target::Input) return x;
  return target == Target::Values ? Tensor<T>(dataset.targets(rows)) : Tensor<T>();
}

constexpr std::size_t evaluation_batch = 1000;

std::size_t count_correct(const Indices& predicted, const Indices& labels) {
  std::size_t correct = 0;
  for (std::size_t i = 0; i < labels.size(); ++i) correct += predicted.data()[i] == labels.data()[i];
  return correct;
}

template <class T>
void check_distillation(const TrainerOptions<T>& o) {
  const Distillation<T>& d = o.distillation;
  if (d.teachers.empty()) return;
  if (o.target != Target::Class)
    throw ConfigError("distillation: teachers give probabilities of classes; use them with Target::Class");
  if (!(d.weight >= 0 && d.weight <= 1))
    throw ConfigError(fmt::format("distillation: the weight is {}; it must be from 0 to 1", d.weight));
}

template <class T>
void check_mixup(const TrainerOptions<T>& o) {
  if (!(o.mixup >= 0 && std::isfinite(o.mixup)))
    throw ConfigError(fmt::format("mixup: alpha is {}; it must be finite, and 0 or more", o.mixup));
  if (o.mixup > 0 && o.target != Target::Class)
    throw ConfigError("mixup: what is blended are samples of classes; use it with Target::Class");
}

}  // namespace

template <class T>
metrics::MetricAccumulator evaluate(Module<T>& model, const data::Dataset<T>& dataset, const LossFunction<T>& loss) {
  const LossFunction<T> loss_of = or_cross_entropy(loss);
  NoGrad no_grad;
  Evaluation<T> evaluation(model);
  metrics::MetricAccumulator metrics(dataset.class_count());
  for (auto [x, y] : data::batches(dataset, evaluation_batch)) {
    const Tensor<T> outputs = model(x);
    metrics.add(outputs.value(), y, static_cast<double>(loss_of(outputs, y).item()));
  }
  return metrics;
}

template <class T>
double evaluate_loss(Module<T>& model, const data::Dataset<T>& dataset, Target target, const TargetLoss<T>& loss) {
  const TargetLoss<T> loss_of = or_squared_error(loss);
  NoGrad no_grad;
  Evaluation<T> evaluation(model);
  const data::Batches<T> batches = data::batches(dataset, evaluation_batch);
  double sum = 0;
  for (std::size_t i = 0; i < batches.size(); ++i) {
    const Tensor<T> x = batches[i].x;
    const Tensor<T> targets = targets_of(dataset, target, x, batches.rows(i));
    sum += static_cast<double>(loss_of(model(x), targets).item()) * static_cast<double>(batches.rows(i).size());
  }
  return sum / static_cast<double>(dataset.size());
}

template <class T>
Trainer<T>::Trainer(Module<T>& model, optim::Optimizer<T>& optimizer, TrainerOptions<T> options)
    : model_(model), optimizer_(optimizer), options_(std::move(options)), monitor_(options_.monitor, options_.min_delta) {
  check_distillation(options_);
  check_mixup(options_);
  options_.loss = or_cross_entropy(std::move(options_.loss));
  options_.target_loss = or_squared_error(std::move(options_.target_loss));
  if (options_.ema_decay > 0) average_ = std::make_unique<optim::WeightAverage<T>>(model_.parameters(), options_.ema_decay);
}

template <class T>
void Trainer<T>::set_scheduler(std::shared_ptr<optim::Scheduler<T>> scheduler, bool per_step) {
  scheduler_ = std::move(scheduler);
  scheduler_per_step_ = per_step;
}

template <class T>
metrics::MetricAccumulator Trainer<T>::evaluate(const data::Dataset<T>& dataset) {
  if (!average_) return nn::evaluate(model_, dataset, options_.loss);
  const typename optim::WeightAverage<T>::Swap swapped(*average_);
  return nn::evaluate(model_, dataset, options_.loss);
}

template <class T>
double Trainer<T>::evaluate_loss(const data::Dataset<T>& dataset) {
  if (options_.target == Target::Class) return evaluate(dataset).loss();
  std::optional<typename optim::WeightAverage<T>::Swap> swapped;
  if (average_) swapped.emplace(*average_);
  return nn::evaluate_loss(model_, dataset, options_.target, options_.target_loss);
}

template <class T>
Outcome Trainer<T>::fit(const data::Dataset<T>& train, const data::Dataset<T>& validation) {
  if (train.size() == 0) throw ConfigError("fit: there are no training samples");
  if (options_.patience > 0 && validation.size() == 0 && monitor_.needs_validation())
    throw ConfigError(
        fmt::format("fit: early stopping by {} needs validation samples; give some, or monitor train_loss", options_.monitor));
  monitor_.set_state(progress_.monitor);
  model_.train();
  const std::size_t b = options_.batch_size, n = train.size();
  if (b == 0) throw ConfigError("fit: the batch size is 0; give at least 1");
  const std::size_t steps = n / b + (!options_.drop_last && n % b != 0 ? 1 : 0);
  if (steps == 0)
    throw ConfigError("fit: fewer training samples than one batch; lower the batch size or keep the incomplete batch");
  for (auto& callback : callbacks_) callback->on_start(*this, steps);
  // The last update of an epoch may have been the one too many, also in a run that goes on from there.
  const auto has_diverged = [&] {
    return validation.size() > 0 && !progress_.history.empty() && !std::isfinite(progress_.history.back().val_loss);
  };
  Outcome outcome = has_diverged() ? Outcome::Diverged : Outcome::Finished;
  while (progress_.epoch <= options_.epochs && outcome == Outcome::Finished) {
    if (options_.patience > 0 && progress_.monitor.waited >= options_.patience) {
      outcome = Outcome::EarlyStopped;
    } else if (options_.pause_after_epoch > 0 && progress_.epoch > options_.pause_after_epoch) {
      outcome = Outcome::Paused;
    } else if (train_epoch(train, outcome)) {
      finish_epoch(validation);
      if (has_diverged()) outcome = Outcome::Diverged;
    }
  }
  if (outcome == Outcome::Finished || outcome == Outcome::EarlyStopped) restore_best();
  for (auto& callback : callbacks_) callback->on_end(*this, outcome);
  return outcome;
}

// Returns whether the epoch was completed; else `outcome` says why not.
template <class T>
bool Trainer<T>::train_epoch(const data::Dataset<T>& train, Outcome& outcome) {
  const double seconds_before = progress_.seconds;
  const Clock::time_point start = Clock::now();
  std::optional<std::uint64_t> order;
  if (options_.shuffle) order = Generator(options_.seed).split(shuffle_stream).stream();
  const data::Batches<T> batches = data::batches(train, options_.batch_size,
                                                 {.shuffle_seed = order,
                                                  .epoch = progress_.epoch,
                                                  .drop_last = options_.drop_last,
                                                  .augmentation = options_.augmentation,
                                                  .augmentation_seed = options_.seed});
  while (progress_.batches_done < batches.size()) {
    const auto [x, y] = batches[progress_.batches_done];
    const Tensor<T> targets = targets_of(train, options_.target, x, batches.rows(progress_.batches_done));
    progress_.learning_rate = optimizer_.lr();
    const double loss = train_batch(x, y, targets);
    ++progress_.step;
    ++progress_.batches_done;
    progress_.seconds = seconds_before + seconds_since(start);
    const StepRecord record{progress_.step, progress_.epoch, loss, progress_.learning_rate, gradient_norm_};
    for (auto& callback : callbacks_) callback->on_step(*this, record);
    if (!std::isfinite(loss)) {
      outcome = Outcome::Diverged;
      return false;
    }
    if (options_.stop_requested && options_.stop_requested()) {
      outcome = Outcome::Interrupted;
      return false;
    }
  }
  return true;
}

template <class T>
double Trainer<T>::train_batch(const Tensor<T>& given, const Indices& y, const Tensor<T>& targets) {
  std::optional<Mixture<T>> mixture;
  if (options_.mixup > 0)
    mixture = mix(given, y, options_.mixup,
                  Generator(options_.seed).split(mixup_stream).split(static_cast<std::uint64_t>(progress_.step)));
  const Tensor<T> x = mixture ? mixture->x : given;
  const std::size_t samples = x.shape()[0];
  const bool classifies = options_.target == Target::Class;
  const Tensor<T> teachers =
      options_.distillation.teachers.empty() ? Tensor<T>() : teacher_probabilities(options_.distillation, x);
  Tensor<T> outputs;
  double loss = 0;
  const auto closure = [&] {
    optimizer_.zero_grad();
    const Tensor<T> result = model_(x);
    const Tensor<T> batch_loss =
        classifies ? class_loss(result, y, mixture ? &*mixture : nullptr, teachers) : options_.target_loss(result, targets);
    const double value = static_cast<double>(batch_loss.item());
    if (!outputs.defined()) {  // the first evaluation: before the update
      outputs = result.detach();
      loss = value;
    }
    const double weight = options_.sum_gradients ? static_cast<double>(samples) : 1;
    if (options_.sum_gradients)
      batch_loss.backward(Tensor<T>(static_cast<T>(weight)));
    else
      batch_loss.backward();
    if (options_.clip_norm > 0 || options_.record_gradient_norm)
      gradient_norm_ = optim::clip_grad_norm(optimizer_.parameters(), options_.clip_norm > 0 ? options_.clip_norm : INFINITY);
    return weight * value;
  };
  optimizer_.minimize(std::ref(closure));  // by reference: a std::function of its own would allocate
  if (!std::isfinite(loss)) return loss;
  if (average_) average_->update();
  if (scheduler_ && scheduler_per_step_) scheduler_->step();
  progress_.loss_sum += loss * static_cast<double>(samples);
  progress_.samples += samples;
  if (classifies) progress_.correct += count_correct(metrics::predicted_classes(outputs.value()), y);
  return loss;
}

// `mixture`: what the samples were blended with, or null. `teachers`: their probabilities, or undefined.
template <class T>
Tensor<T> Trainer<T>::class_loss(const Tensor<T>& outputs, const Indices& labels, const Mixture<T>* mixture,
                                 const Tensor<T>& teachers) const {
  Tensor<T> loss = options_.loss(outputs, labels);
  if (mixture) {
    const Tensor<T> others = options_.loss(outputs, mixture->partner_labels);
    loss = loss * static_cast<T>(mixture->share) + others * static_cast<T>(1 - mixture->share);
  }
  if (!teachers.defined()) return loss;
  const Distillation<T>& d = options_.distillation;
  return loss * static_cast<T>(1 - d.weight) + distillation_loss(outputs, teachers, d.temperature) * static_cast<T>(d.weight);
}

template <class T>
void Trainer<T>::finish_epoch(const data::Dataset<T>& validation) {
  const Clock::time_point start = Clock::now();
  const bool classifies = options_.target == Target::Class;
  const double samples = static_cast<double>(progress_.samples);
  EpochRecord record{.epoch = progress_.epoch,
                     .train_loss = progress_.loss_sum / samples,
                     .train_accuracy = classifies ? static_cast<double>(progress_.correct) / samples : NAN,
                     .samples_per_second = samples / progress_.seconds,
                     .learning_rate = progress_.learning_rate};
  if (validation.size() > 0 && !classifies) record.val_loss = evaluate_loss(validation);
  if (validation.size() > 0 && classifies) {
    const metrics::MetricAccumulator metrics = evaluate(validation);
    record.val_loss = metrics.loss();
    record.val_accuracy = metrics.accuracy();
    record.val_macro_f1 = metrics.macro_f1();
  }
  record.seconds = progress_.seconds + seconds_since(start);
  const bool is_best = monitor_.improved(record);
  if (is_best) {
    if (average_) {
      const typename optim::WeightAverage<T>::Swap swapped(*average_);
      best_ = state_dict(model_);
    } else {
      best_ = state_dict(model_);
    }
  }
  // A loss of NaN ends the training: no schedule is asked about it.
  const bool goes_on = validation.size() == 0 || std::isfinite(record.val_loss);
  if (scheduler_ && !scheduler_per_step_ && goes_on) scheduler_->step(monitor_.value(record));
  const std::int64_t step = progress_.step;
  std::vector<EpochRecord> history = std::move(progress_.history);
  history.push_back(record);
  progress_ = {.epoch = record.epoch + 1,
               .step = step,
               .learning_rate = record.learning_rate,
               .monitor = monitor_.state(),
               .history = std::move(history)};
  for (auto& callback : callbacks_) callback->on_epoch(*this, record, is_best);
}

template <class T>
void Trainer<T>::restore_best() {
  if (!best_.empty())
    load_state_dict(model_, best_);
  else if (average_)
    average_->copy_to_parameters();
}

template class Trainer<float>;
template class Trainer<double>;
template metrics::MetricAccumulator evaluate(Module<float>&, const data::Dataset<float>&, const LossFunction<float>&);
template metrics::MetricAccumulator evaluate(Module<double>&, const data::Dataset<double>&, const LossFunction<double>&);
template double evaluate_loss(Module<float>&, const data::Dataset<float>&, Target, const TargetLoss<float>&);
template double evaluate_loss(Module<double>&, const data::Dataset<double>&, Target, const TargetLoss<double>&);

}  // namespace xgrad::nn
