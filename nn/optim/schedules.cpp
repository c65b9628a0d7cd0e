#include "xgrad/nn/optim/schedules.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include <fmt/format.h>

#include "xgrad/nn/optim/check_option.hpp"
#include "xgrad/tensor/error.hpp"

namespace xgrad::optim {

template <class T>
StepLR<T>::StepLR(Optimizer<T>& optimizer, std::size_t step_size, double gamma)
    : Scheduler<T>(optimizer), step_size_(step_size), gamma_(gamma) {
  if (step_size == 0) throw ConfigError("StepLR: the step size is 0; give at least 1");
}

template <class T>
double StepLR<T>::factor(std::size_t t) const {
  return std::pow(gamma_, static_cast<double>(t / step_size_));
}

template <class T>
MultiStepLR<T>::MultiStepLR(Optimizer<T>& optimizer, std::vector<std::size_t> milestones, double gamma)
    : Scheduler<T>(optimizer), milestones_(std::move(milestones)), gamma_(gamma) {
  std::sort(milestones_.begin(), milestones_.end());
  this->apply();  // a milestone may be 0
}

template <class T>
double MultiStepLR<T>::factor(std::size_t t) const {
  const auto passed = std::upper_bound(milestones_.begin(), milestones_.end(), t) - milestones_.begin();
  return std::pow(gamma_, static_cast<double>(passed));
}

template <class T>
ExponentialLR<T>::ExponentialLR(Optimizer<T>& optimizer, double gamma) : Scheduler<T>(optimizer), gamma_(gamma) {}

template <class T>
double ExponentialLR<T>::factor(std::size_t t) const {
  return std::pow(gamma_, static_cast<double>(t));
}

template <class T>
CosineAnnealingLR<T>::CosineAnnealingLR(Optimizer<T>& optimizer, std::size_t period, double min_lr)
    : Scheduler<T>(optimizer), period_(period), min_lr_(min_lr) {
  if (period == 0) throw ConfigError("CosineAnnealingLR: the period is 0; give at least 1");
}

template <class T>
double CosineAnnealingLR<T>::factor(std::size_t t) const {
  return (1 + std::cos(std::numbers::pi * static_cast<double>(t) / static_cast<double>(period_))) / 2;
}

template <class T>
void CosineAnnealingLR<T>::apply() {
  for (std::size_t g = 0; g < this->initial_lr_.size(); ++g)
    this->optimizer_.set_lr(min_lr_ + (this->initial_lr_[g] - min_lr_) * factor(this->steps_), g);
}

template <class T>
LinearLR<T>::LinearLR(Optimizer<T>& optimizer, double start_factor, double end_factor, std::size_t total_steps)
    : Scheduler<T>(optimizer), start_(start_factor), end_(end_factor), total_(total_steps) {
  if (total_steps == 0 || start_factor <= 0)
    throw ConfigError(fmt::format("LinearLR: {} steps from a factor of {}; both must be above 0", total_steps, start_factor));
  this->apply();
}

template <class T>
double LinearLR<T>::factor(std::size_t t) const {
  return start_ + (end_ - start_) * static_cast<double>(std::min(t, total_)) / static_cast<double>(total_);
}

template <class T>
OneCycleLR<T>::OneCycleLR(Optimizer<T>& optimizer, OneCycleOptions options) : Scheduler<T>(optimizer), options_(options) {
  if (options.total_steps == 0)
    throw ConfigError("OneCycleLR: total_steps is 0; give the number of steps of the whole training");
  check_not_negative("OneCycleLR", "max_lr", options.max_lr);
  check_option("OneCycleLR", "pct_start", options.pct_start, 0, 1);
  if (!(options.div_factor > 0 && options.final_div_factor > 0))
    throw ConfigError(fmt::format("OneCycleLR: div_factor is {} and final_div_factor is {}; both must be above 0",
                                  options.div_factor, options.final_div_factor));
  if (options.cycle_momentum) {
    try {
      optimizer.momentum(0);
    } catch (const ConfigError&) { options_.cycle_momentum = false; }
  }
  apply();
}

template <class T>
void OneCycleLR<T>::apply() {
  const OneCycleOptions& o = options_;
  if (this->steps_ >= o.total_steps + 1)
    throw ConfigError(fmt::format("OneCycleLR: step {} of a cycle of {}; give total_steps for the whole training", this->steps_,
                                  o.total_steps));
  const double t = static_cast<double>(this->steps_), last = static_cast<double>(o.total_steps) - 1;
  const double peak = o.pct_start * static_cast<double>(o.total_steps) - 1;
  const bool rising = t <= peak;
  const double share = rising ? (peak > 0 ? t / peak : 1) : last > peak ? (t - peak) / (last - peak) : 1;
  const auto between = [share](double from, double to) {
    return to + (from - to) / 2 * (1 + std::cos(std::numbers::pi * share));
  };
  const double first = o.max_lr / o.div_factor, end = first / o.final_div_factor;
  for (std::size_t g = 0; g < this->initial_lr_.size(); ++g) {
    this->optimizer_.set_lr(rising ? between(first, o.max_lr) : between(o.max_lr, end), g);
    if (o.cycle_momentum)
      this->optimizer_.set_momentum(
          rising ? between(o.max_momentum, o.base_momentum) : between(o.base_momentum, o.max_momentum), g);
  }
}

template <class T>
void OneCycleLR<T>::load_state(const std::vector<std::pair<std::string, double>>& state) {
  Scheduler<T>::load_state(state);
  apply();  // the momenta: they follow from the number of steps
}

template <class T>
ReduceLROnPlateau<T>::ReduceLROnPlateau(Optimizer<T>& optimizer, PlateauOptions options)
    : Scheduler<T>(optimizer),
      options_(options),
      best_((options.higher_is_better ? -1 : 1) * std::numeric_limits<double>::infinity()) {
  if (!(options.factor > 0 && options.factor < 1))
    throw ConfigError(fmt::format("ReduceLROnPlateau: the factor is {}; it must be between 0 and 1", options.factor));
}

template <class T>
void ReduceLROnPlateau<T>::step(double metric) {
  if (std::isnan(metric)) throw ConfigError("ReduceLROnPlateau: step() needs the metric that is watched");
  ++this->steps_;
  const bool better =
      options_.higher_is_better ? metric > best_ * (1 + options_.threshold) : metric < best_ * (1 - options_.threshold);
  if (better) {
    best_ = metric;
    bad_epochs_ = 0;
  } else {
    ++bad_epochs_;
  }
  if (cooling_ > 0) {
    --cooling_;
    bad_epochs_ = 0;
  }
  if (bad_epochs_ <= options_.patience) return;
  for (std::size_t g = 0; g < this->initial_lr_.size(); ++g) {
    const double old = this->optimizer_.lr(g), reduced = std::max(old * options_.factor, options_.min_lr);
    if (old - reduced > 1e-8) this->optimizer_.set_lr(reduced, g);
  }
  cooling_ = options_.cooldown;
  bad_epochs_ = 0;
}

template <class T>
std::vector<std::pair<std::string, double>> ReduceLROnPlateau<T>::state() const {
  auto numbers = Scheduler<T>::state();
  numbers.emplace_back("best", best_);
  numbers.emplace_back("bad_epochs", static_cast<double>(bad_epochs_));
  numbers.emplace_back("cooling", static_cast<double>(cooling_));
  return numbers;
}

template <class T>
void ReduceLROnPlateau<T>::load_state(const std::vector<std::pair<std::string, double>>& state) {
  const double best = this->number(state, "best"), bad = this->number(state, "bad_epochs"),
               cooling = this->number(state, "cooling");
  Scheduler<T>::load_state(state);
  best_ = best;
  bad_epochs_ = static_cast<std::size_t>(bad);
  cooling_ = static_cast<std::size_t>(cooling);
}

#define XGRAD_INSTANTIATE(T)           \
  template class StepLR<T>;            \
  template class MultiStepLR<T>;       \
  template class ExponentialLR<T>;     \
  template class CosineAnnealingLR<T>; \
  template class LinearLR<T>;          \
  template class OneCycleLR<T>;        \
  template class ReduceLROnPlateau<T>;
XGRAD_INSTANTIATE(float)
XGRAD_INSTANTIATE(double)
#undef XGRAD_INSTANTIATE

}  // namespace xgrad::optim
