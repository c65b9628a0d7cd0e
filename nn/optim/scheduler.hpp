#pragma once

#include <cstddef>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "xgrad/nn/optim/optimizer.hpp"

namespace xgrad::optim {

/// Changes an optimizer's learning rates (and, for one-cycle, momenta) over time. Like PyTorch's: construction sets the rates
/// of step 0, every `step()` those of the next. `t` below counts the calls of step().
template <class T>
class Scheduler {
 public:
  explicit Scheduler(Optimizer<T>& optimizer);
  virtual ~Scheduler() = default;

  /// Moves on by one step or epoch. `metric` is needed by ReduceOnPlateau only.
  virtual void step(double metric = std::numeric_limits<double>::quiet_NaN());

  /// The number of steps so far.
  std::size_t steps() const noexcept { return steps_; }

  /// What a checkpoint keeps, as named numbers; the optimizer's rates are among them.
  virtual std::vector<std::pair<std::string, double>> state() const;
  /// Throws: ConfigError for a state that does not fit.
  virtual void load_state(const std::vector<std::pair<std::string, double>>& state);

 protected:
  /// The factor on the initial rate of a group after t steps.
  virtual double factor(std::size_t t) const = 0;
  /// Sets the rates of step `steps()`.
  virtual void apply();
  /// A number of a state. Throws: ConfigError if it has none of that name.
  static double number(const std::vector<std::pair<std::string, double>>& state, const std::string& name);

  Optimizer<T>& optimizer_;
  std::vector<double> initial_lr_;
  std::size_t steps_ = 0;
};

}  // namespace xgrad::optim
