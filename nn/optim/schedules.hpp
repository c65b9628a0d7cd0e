#pragma once

#include <cstddef>
#include <vector>

#include "xgrad/nn/optim/scheduler.hpp"

namespace xgrad::optim {

/// lr = initial·gamma^⌊t/step_size⌋.
template <class T = float>
class StepLR final : public Scheduler<T> {
 public:
  StepLR(Optimizer<T>& optimizer, std::size_t step_size, double gamma = 0.1);

 protected:
  double factor(std::size_t t) const override;

 private:
  std::size_t step_size_;
  double gamma_;
};

/// lr = initial·gamma^(number of milestones ≤ t).
template <class T = float>
class MultiStepLR final : public Scheduler<T> {
 public:
  MultiStepLR(Optimizer<T>& optimizer, std::vector<std::size_t> milestones, double gamma = 0.1);

 protected:
  double factor(std::size_t t) const override;

 private:
  std::vector<std::size_t> milestones_;
  double gamma_;
};

/// lr = initial·gammaᵗ.
template <class T = float>
class ExponentialLR final : public Scheduler<T> {
 public:
  ExponentialLR(Optimizer<T>& optimizer, double gamma);

 protected:
  double factor(std::size_t t) const override;

 private:
  double gamma_;
};

/// lr = min + (initial − min)·(1 + cos(π·t/period))/2; beyond the period it rises again, as PyTorch's.
/// Source: Loshchilov and Hutter, "SGDR: Stochastic Gradient Descent with Warm Restarts" (2017), equation 5, without restarts.
template <class T = float>
class CosineAnnealingLR final : public Scheduler<T> {
 public:
  CosineAnnealingLR(Optimizer<T>& optimizer, std::size_t period, double min_lr = 0);

 protected:
  double factor(std::size_t t) const override;
  void apply() override;

 private:
  std::size_t period_;
  double min_lr_;
};

/// lr = initial·(start + (end − start)·min(t, total)/total): a linear warm-up.
template <class T = float>
class LinearLR final : public Scheduler<T> {
 public:
  LinearLR(Optimizer<T>& optimizer, double start_factor = 1.0 / 3, double end_factor = 1, std::size_t total_steps = 5);

 protected:
  double factor(std::size_t t) const override;

 private:
  double start_, end_;
  std::size_t total_;
};

struct OneCycleOptions {
  double max_lr = 1e-2;
  std::size_t total_steps = 0;    ///< steps of the whole cycle; needed
  double pct_start = 0.3;         ///< the share of the cycle in which the rate rises
  double div_factor = 25;         ///< max_lr/div_factor is the first rate
  double final_div_factor = 1e4;  ///< first rate/final_div_factor is the last
  bool cycle_momentum = true;     ///< momentum falls while the rate rises, and the other way round; where there is one
  double base_momentum = 0.85, max_momentum = 0.95;
};

/// One cycle with cosine edges: the rate rises from max_lr/div_factor to max_lr and falls to almost nothing.
/// Throws: ConfigError for total_steps 0 or an option outside its range, or when stepped beyond them.
/// Source: Smith and Topin, "Super-Convergence" (2018), in PyTorch's form with two phases.
template <class T = float>
class OneCycleLR final : public Scheduler<T> {
 public:
  OneCycleLR(Optimizer<T>& optimizer, OneCycleOptions options);

  void load_state(const std::vector<std::pair<std::string, double>>& state) override;

 protected:
  double factor(std::size_t) const override { return 1; }
  void apply() override;

 private:
  OneCycleOptions options_;
};

struct PlateauOptions {
  bool higher_is_better = false;
  double factor = 0.1;
  std::size_t patience = 10;  ///< epochs without improvement that are waited for
  double threshold = 1e-4;    ///< a metric improves when it is above best·(1 + threshold), or below best·(1 − threshold)
  std::size_t cooldown = 0;   ///< epochs after a reduction before waiting begins again
  double min_lr = 0;
};

/// Multiplies the rate by a factor when the metric has not improved for more than `patience` epochs, as PyTorch's. Give step()
/// the metric. Throws: ConfigError unless 0 < factor < 1.
template <class T = float>
class ReduceLROnPlateau final : public Scheduler<T> {
 public:
  explicit ReduceLROnPlateau(Optimizer<T>& optimizer, PlateauOptions options = {});

  /// Throws: ConfigError without a metric.
  void step(double metric) override;
  std::vector<std::pair<std::string, double>> state() const override;
  void load_state(const std::vector<std::pair<std::string, double>>& state) override;

 protected:
  double factor(std::size_t) const override { return 1; }

 private:
  PlateauOptions options_;
  double best_;
  std::size_t bad_epochs_ = 0, cooling_ = 0;
};

}  // namespace xgrad::optim
