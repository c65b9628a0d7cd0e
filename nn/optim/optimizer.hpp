#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "xgrad/autograd/tensor.hpp"
#include "xgrad/nn/optim/state.hpp"
#include "xgrad/tensor/parallel.hpp"
#include "xgrad/tensor/subnormals.hpp"

namespace xgrad::optim {

/// Elements of a parameter that one thread updates at a time.
inline constexpr std::size_t update_grain = 1 << 13;

/// From this eps on it hides what a square root loses whose argument became zero: √1.2e-38 is less than 2⁻²⁴ of it.
inline constexpr double least_hiding_eps = 1e-11;

/// Calls loop(begin, end) for the pieces of a parameter of n elements, on several threads. Subnormal numbers count as zero in
/// it: a momentum that nothing feeds any more would end among them and stay there, as 0.9 of the smallest numbers is rounded to
/// themselves, and its weights would then cost more time than all others. A step changes by less than 1e-29 (lr = 1e-3,
/// eps = 1e-8). PyTorch does so after torch.set_flush_denormal(True). `eps`: what is added to a root of squared gradients
/// before it divides, if anything is; with less than least_hiding_eps subnormal numbers count.
template <class Loop>
void update_in_pieces(std::size_t n, Loop&& loop, double eps = least_hiding_eps) {
  parallel_for(n, update_grain, [&](std::size_t begin, std::size_t end) {
    if (eps < least_hiding_eps) return loop(begin, end);
    const SubnormalsAreZero meanwhile;
    loop(begin, end);
  });
}

/// What every optimizer can do, whatever its options: what training loops, schedulers and checkpoints work with.
template <class T>
class Optimizer {
 public:
  virtual ~Optimizer() = default;

  /// "adam"
  virtual const char* name() const = 0;

  /// One update of every parameter that has a gradient. `loss` is the loss of this step, for the few methods that look at it.
  virtual void step(double loss = std::numeric_limits<double>::quiet_NaN()) = 0;

  /// Evaluates `closure`, which computes gradients and returns the loss, and updates the parameters; returns the loss. The
  /// methods that need the loss at several points (L-BFGS) call it more than once. Without a finite loss nothing is updated.
  virtual double minimize(const std::function<double()>& closure);

  /// Forgets the gradients of all parameters.
  void zero_grad();

  virtual std::size_t group_count() const = 0;
  virtual std::vector<Tensor<T>>& group_parameters(std::size_t group) = 0;
  /// The learning rate of a group.
  virtual double lr(std::size_t group = 0) const = 0;
  virtual void set_lr(double lr, std::size_t group = 0) = 0;
  /// The momentum of a group (SGD's momentum, Adam's beta1), for one-cycle schedules. Throws: ConfigError where there is none.
  virtual double momentum(std::size_t group = 0) const = 0;
  virtual void set_momentum(double momentum, std::size_t group = 0) = 0;

  /// All parameters, group by group.
  std::vector<Tensor<T>> parameters();

  /// What the optimizer remembers, one entry for each parameter in the order of `parameters()`: for checkpoints.
  virtual std::vector<State<T>> state() const = 0;
  /// Takes up a state. Throws: ConfigError if it does not fit the parameters or the options.
  virtual void load_state(const std::vector<State<T>>& state) = 0;
};

/// The base of optimizers: holds groups of parameters, each with its options, and the state of every parameter. A derived class
/// gives the names of the arrays that it keeps for a parameter, and the update of one parameter:
///
///     struct EveOptions { double lr = 1e-3; … };
///     template <class T>
///     class Eve : public OptimizerOf<T, EveOptions> {
///      public:
///       using OptimizerOf<T, EveOptions>::OptimizerOf;
///       const char* name() const override { return "eve"; }
///       StateNames state_names(const EveOptions&) const override { return {"exp_avg", "exp_avg_sq"}; }
///       void update(std::span<T> parameter, std::span<const T> gradient, State<T>& state, const EveOptions& options) override;
///     };
///
/// Options are a plain struct with at least `double lr`. A function check_options(const EveOptions&) beside it, which throws
/// ConfigError, is called for the options of every group.
template <class T, class Options>
class OptimizerOf : public Optimizer<T> {
 public:
  struct Group {
    std::vector<Tensor<T>> parameters;
    Options options;
  };

  /// Throws: ConfigError without any parameter; as add_group.
  explicit OptimizerOf(std::vector<Tensor<T>> parameters, Options options = {});
  explicit OptimizerOf(std::vector<Group> groups);

  /// Adds parameters with options of their own. Throws: GraphError for one that requires no gradient or is in a group already;
  /// ConfigError for an option outside its range.
  void add_group(std::vector<Tensor<T>> parameters, Options options);

  void step(double loss = std::numeric_limits<double>::quiet_NaN()) override;

  std::size_t group_count() const override { return groups_.size(); }
  // Throw: ConfigError for a group that is not there.
  std::vector<Tensor<T>>& group_parameters(std::size_t group) override { return group_at(group).parameters; }
  Options& options(std::size_t group = 0) { return group_at(group).options; }
  const Options& options(std::size_t group = 0) const { return group_at(group).options; }
  double lr(std::size_t group = 0) const override { return options(group).lr; }
  void set_lr(double lr, std::size_t group = 0) override { options(group).lr = lr; }
  double momentum(std::size_t group = 0) const override;
  void set_momentum(double momentum, std::size_t group = 0) override;

  std::vector<State<T>> state() const override;
  void load_state(const std::vector<State<T>>& state) override;

 protected:
  /// The names of the arrays kept for a parameter; they start at zero, in the parameter's shape.
  virtual StateNames state_names(const Options& options) const = 0;
  /// The numbers kept for a parameter, with their first values.
  virtual std::vector<std::pair<std::string, double>> state_numbers(const Options&) const { return {}; }

  /// One update: `state.step` has been raised already, to 1 the first time.
  virtual void update(std::span<T> parameter, std::span<const T> gradient, State<T>& state, const Options& options) = 0;

  /// The loss given to this step; NaN if none was.
  double loss() const noexcept { return loss_; }

 private:
  const Group& group_at(std::size_t group) const;
  Group& group_at(std::size_t group) { return const_cast<Group&>(std::as_const(*this).group_at(group)); }
  void demand_parameters() const;
  void start(State<T>& state, const Options& options) const;
  void keep_arrays(State<T>& state, const StateNames& names, const Shape& shape) const;
  void check_state(std::size_t index, const State<T>& state, const Shape& shape, const Options& options) const;

  std::vector<Group> groups_;
  std::vector<std::vector<State<T>>> states_;
  double loss_ = 0;
};

}  // namespace xgrad::optim

#include "xgrad/nn/optim/optimizer_of.hpp"
