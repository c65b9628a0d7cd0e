#pragma once

#include <deque>
#include <vector>

#include "xgrad/nn/optim/optimizer.hpp"

namespace xgrad::optim {

struct LBFGSOptions {
  double lr = 1;
  std::size_t max_iter = 20;       ///< iterations a step
  std::size_t max_eval = 0;        ///< evaluations a step; 0: max_iter·5/4
  double tolerance_grad = 1e-7;    ///< stops when no element of the gradient is larger
  double tolerance_change = 1e-9;  ///< stops when neither a parameter nor the loss changes by more
  std::size_t history_size = 100;
  bool strong_wolfe = true;  ///< with line search; otherwise every step is lr times the direction
  double weight_decay = 0;   ///< adds weight_decay/2·Σp² to the loss
};

/// Limited-memory BFGS: the direction −H·g from the last changes of parameters and gradients, with a line search by the strong
/// Wolfe conditions. Works on all parameters together and on the whole loss: give `minimize` a closure, best over the full
/// data. Source: Liu and Nocedal, "On the limited memory BFGS method for large scale optimization" (1989); Nocedal and Wright
/// (2006), algorithm 7.4; the tolerances and the first step, min(1, 1/‖g‖₁)·lr, are PyTorch's.
template <class T = float>
class LBFGS final : public Optimizer<T> {
 public:
  /// Throws: ConfigError for an option outside its range, or no parameters; GraphError for one that requires no gradient.
  explicit LBFGS(std::vector<Tensor<T>> parameters, LBFGSOptions options = {});

  const char* name() const override { return "lbfgs"; }
  double minimize(const std::function<double()>& closure) override;
  /// Throws: ConfigError: this method needs a closure.
  void step(double loss) override;

  std::size_t group_count() const override { return 1; }
  std::vector<Tensor<T>>& group_parameters(std::size_t) override { return parameters_; }
  double lr(std::size_t = 0) const override { return options_.lr; }
  void set_lr(double lr, std::size_t = 0) override { options_.lr = lr; }
  double momentum(std::size_t = 0) const override;
  void set_momentum(double, std::size_t = 0) override;
  std::vector<State<T>> state() const override;
  void load_state(const std::vector<State<T>>& state) override;

 private:
  struct Point {
    double loss = 0;
    std::vector<T> gradient{};
  };

  Point evaluate(const std::function<double()>& closure);
  void move(const std::vector<T>& from, double t);
  std::vector<T> gather() const;
  void remember(const std::vector<T>& gradient);
  void find_direction(const std::vector<T>& gradient);
  std::size_t advance(const std::function<double()>& closure, Point& point, double slope, bool is_last);

  std::vector<Tensor<T>> parameters_;
  LBFGSOptions options_;
  std::size_t size_ = 0;
  std::int64_t iterations_ = 0;
  std::vector<T> direction_, previous_gradient_;
  std::deque<std::vector<T>> steps_, changes_;
  std::deque<double> inverse_products_;
  double step_size_ = 1, scale_ = 1;
};

extern template class LBFGS<float>;
extern template class LBFGS<double>;

}  // namespace xgrad::optim
