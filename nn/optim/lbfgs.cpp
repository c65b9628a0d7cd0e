#include "xgrad/nn/optim/lbfgs.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "xgrad/nn/optim/check_option.hpp"
#include "xgrad/nn/optim/strong_wolfe.hpp"
#include "xgrad/tensor/error.hpp"
#include "xgrad/tensor/kernels/elementwise.hpp"
#include "xgrad/tensor/kernels/reduction.hpp"

namespace xgrad::optim {
namespace {

template <class T>
double dot(const std::vector<T>& a, const std::vector<T>& b) {
  return kernels::reduction<T>().dot(a.data(), b.data(), a.size());
}

// y += a·x
template <class T>
void add_scaled(std::vector<T>& y, double a, const std::vector<T>& x) {
  kernels::run(kernels::Binary::AddScaled, y.data(), x.data(), y.data(), y.size(), static_cast<T>(a));
}

template <class T>
std::vector<T> scaled(std::vector<T> x, double a) {
  kernels::run(kernels::Unary::MulScalar, x.data(), x.data(), x.size(), static_cast<T>(a));
  return x;
}

template <class T>
double largest(const std::vector<T>& x) {
  double result = 0;
  for (T value : x) result = std::max(result, std::abs(static_cast<double>(value)));
  return result;
}

template <class T>
Array<T> to_array(const std::vector<T>& x) {
  Array<T> array = empty_array<T>({x.size()});
  std::copy(x.begin(), x.end(), array.data());
  return array;
}

}  // namespace

template <class T>
LBFGS<T>::LBFGS(std::vector<Tensor<T>> parameters, LBFGSOptions options)
    : parameters_(std::move(parameters)), options_(options) {
  check_not_negative("LBFGS", "lr", options_.lr);
  check_not_negative("LBFGS", "weight_decay", options_.weight_decay);
  if (options_.history_size == 0) throw ConfigError("LBFGS: history_size is 0; give at least 1");
  if (parameters_.empty())
    throw ConfigError("LBFGS: there are no parameters to update; a module of your own names its own in members()");
  if (options_.max_eval == 0) options_.max_eval = options_.max_iter * 5 / 4;
  for (const Tensor<T>& p : parameters_) {
    if (!p.node() || !p.is_leaf())
      throw GraphError("LBFGS: a parameter is not a leaf that requires gradients; call set_requires_grad() on it");
    size_ += p.size();
  }
}

template <class T>
void LBFGS<T>::step(double) {
  throw ConfigError(
      "LBFGS evaluates the loss several times a step: call minimize() with a closure that computes loss and gradients");
}

template <class T>
double LBFGS<T>::momentum(std::size_t) const {
  throw ConfigError("lbfgs has no momentum to schedule");
}
template <class T>
void LBFGS<T>::set_momentum(double, std::size_t) {
  throw ConfigError("lbfgs has no momentum to schedule");
}

template <class T>
std::vector<T> LBFGS<T>::gather() const {
  std::vector<T> all;
  all.reserve(size_);
  for (const Tensor<T>& p : parameters_) all.insert(all.end(), p.data(), p.data() + p.size());
  return all;
}

template <class T>
typename LBFGS<T>::Point LBFGS<T>::evaluate(const std::function<double()>& closure) {
  Point point{.loss = closure()};
  point.gradient.reserve(size_);
  for (const Tensor<T>& p : parameters_) {
    const Tensor<T> g = p.grad();
    if (g.defined())
      point.gradient.insert(point.gradient.end(), g.data(), g.data() + g.size());
    else
      point.gradient.resize(point.gradient.size() + p.size(), T(0));
  }
  if (options_.weight_decay != 0) {
    const std::vector<T> x = gather();
    point.loss += options_.weight_decay / 2 * dot(x, x);
    add_scaled(point.gradient, options_.weight_decay, x);
  }
  return point;
}

template <class T>
void LBFGS<T>::move(const std::vector<T>& from, double t) {
  std::vector<T> x = from;
  add_scaled(x, t, direction_);
  const T* next = x.data();
  for (Tensor<T>& p : parameters_) {
    std::copy(next, next + p.size(), p.mutable_value().data());
    next += p.size();
  }
}

// Adds the last step and the change of the gradient to the history, if the curvature along them is positive.
template <class T>
void LBFGS<T>::remember(const std::vector<T>& gradient) {
  std::vector<T> change = gradient, step = scaled(direction_, step_size_);
  add_scaled(change, -1, previous_gradient_);
  const double product = dot(change, step);
  if (!(product > 1e-10)) return;
  if (steps_.size() == options_.history_size) {
    steps_.pop_front();
    changes_.pop_front();
    inverse_products_.pop_front();
  }
  scale_ = product / dot(change, change);
  steps_.push_back(std::move(step));
  changes_.push_back(std::move(change));
  inverse_products_.push_back(1 / product);
}

// The two-loop recursion.
template <class T>
void LBFGS<T>::find_direction(const std::vector<T>& gradient) {
  const std::size_t n = steps_.size();
  std::vector<double> alpha(n);
  direction_ = scaled(gradient, -1);
  for (std::size_t i = n; i-- > 0;) {
    alpha[i] = dot(steps_[i], direction_) * inverse_products_[i];
    add_scaled(direction_, -alpha[i], changes_[i]);
  }
  direction_ = scaled(std::move(direction_), scale_);
  for (std::size_t i = 0; i < n; ++i)
    add_scaled(direction_, alpha[i] - dot(changes_[i], direction_) * inverse_products_[i], steps_[i]);
}

// Goes along the direction; returns how often the loss was evaluated.
template <class T>
std::size_t LBFGS<T>::advance(const std::function<double()>& closure, Point& point, double slope, bool is_last) {
  const std::vector<T> from = gather();
  if (!options_.strong_wolfe) {
    move(from, step_size_);
    if (is_last) return 0;  // nobody looks at the point that would be evaluated
    point = evaluate(closure);
    return 1;
  }
  const auto along = [&](double t) {
    move(from, t);
    Point at = evaluate(closure);
    const double slope_there = dot(at.gradient, direction_);
    return LinePoint<T>{t, at.loss, slope_there, std::move(at.gradient)};
  };
  LineSearchResult<T> found = strong_wolfe<T>(along, {0, point.loss, slope, point.gradient}, step_size_, largest(direction_),
                                              options_.tolerance_change);
  step_size_ = found.point.t;
  point = {found.point.f, std::move(found.point.gradient)};
  move(from, step_size_);
  return found.evaluations;
}

template <class T>
double LBFGS<T>::minimize(const std::function<double()>& closure) {
  Point point = evaluate(closure);
  const double first_loss = point.loss;
  if (!std::isfinite(first_loss) || largest(point.gradient) <= options_.tolerance_grad) return first_loss;
  std::size_t evaluations = 1;
  for (std::size_t i = 1; i <= options_.max_iter; ++i) {
    ++iterations_;
    if (iterations_ == 1) {
      direction_ = scaled(point.gradient, -1);
      double sum = 0;
      for (T g : point.gradient) sum += std::abs(static_cast<double>(g));
      step_size_ = std::min(1.0, 1 / sum) * options_.lr;
    } else {
      remember(point.gradient);
      find_direction(point.gradient);
      step_size_ = options_.lr;
    }
    previous_gradient_ = point.gradient;
    const double previous_loss = point.loss, slope = dot(point.gradient, direction_);
    if (slope > -options_.tolerance_change) break;
    evaluations += advance(closure, point, slope, i == options_.max_iter);
    if (evaluations >= options_.max_eval || largest(point.gradient) <= options_.tolerance_grad) break;
    if (largest(direction_) * std::abs(step_size_) <= options_.tolerance_change) break;
    if (std::abs(point.loss - previous_loss) < options_.tolerance_change) break;
  }
  return first_loss;
}

template <class T>
std::vector<State<T>> LBFGS<T>::state() const {
  State<T> s{.step = iterations_};
  const auto add = [&s](std::string name, const std::vector<T>& x) {
    s.array_names.push_back(std::move(name));
    s.arrays.push_back(to_array(x));
  };
  if (iterations_ > 0) {
    add("direction", direction_);
    add("previous_gradient", previous_gradient_);
  }
  for (std::size_t i = 0; i < steps_.size(); ++i) {
    add(fmt::format("step.{}", i), steps_[i]);
    add(fmt::format("change.{}", i), changes_[i]);
    s.number_names.push_back(fmt::format("inverse_product.{}", i));
    s.numbers.push_back(inverse_products_[i]);
  }
  for (const auto& [name, value] : {std::pair{"step_size", step_size_}, {"scale", scale_}}) {
    s.number_names.push_back(name);
    s.numbers.push_back(value);
  }
  return {s};
}

template <class T>
void LBFGS<T>::load_state(const std::vector<State<T>>& state) {
  if (state.size() != 1) throw ConfigError("lbfgs: the state belongs to another optimizer");
  const State<T>& s = state[0];
  for (const Array<T>& array : s.arrays)
    if (array.size() != size_)
      throw ConfigError(fmt::format("lbfgs: the state is of {} parameters, but there are {}", array.size(), size_));
  iterations_ = s.step;
  steps_.clear();
  changes_.clear();
  inverse_products_.clear();
  for (std::size_t i = 0; i < s.arrays.size(); ++i) {
    std::vector<T> x(s.arrays[i].data(), s.arrays[i].data() + s.arrays[i].size());
    const std::string& name = s.array_names[i];
    if (name == "direction")
      direction_ = std::move(x);
    else if (name == "previous_gradient")
      previous_gradient_ = std::move(x);
    else
      (name.rfind("step.", 0) == 0 ? steps_ : changes_).push_back(std::move(x));
  }
  for (std::size_t i = 0; i < s.numbers.size(); ++i) {
    if (s.number_names[i] == "step_size")
      step_size_ = s.numbers[i];
    else if (s.number_names[i] == "scale")
      scale_ = s.numbers[i];
    else
      inverse_products_.push_back(s.numbers[i]);
  }
}

template class LBFGS<float>;
template class LBFGS<double>;

}  // namespace xgrad::optim
