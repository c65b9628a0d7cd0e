#include "xgrad/nn/optim/scheduler.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "xgrad/tensor/error.hpp"

namespace xgrad::optim {

template <class T>
Scheduler<T>::Scheduler(Optimizer<T>& optimizer) : optimizer_(optimizer) {
  for (std::size_t g = 0; g < optimizer.group_count(); ++g) initial_lr_.push_back(optimizer.lr(g));
}

template <class T>
void Scheduler<T>::apply() {
  for (std::size_t g = 0; g < initial_lr_.size(); ++g) optimizer_.set_lr(initial_lr_[g] * factor(steps_), g);
}

template <class T>
void Scheduler<T>::step(double) {
  ++steps_;
  apply();
}

template <class T>
std::vector<std::pair<std::string, double>> Scheduler<T>::state() const {
  std::vector<std::pair<std::string, double>> numbers{{"steps", static_cast<double>(steps_)}};
  for (std::size_t g = 0; g < initial_lr_.size(); ++g) {
    numbers.emplace_back(fmt::format("initial_lr.{}", g), initial_lr_[g]);
    numbers.emplace_back(fmt::format("lr.{}", g), optimizer_.lr(g));
  }
  return numbers;
}

template <class T>
void Scheduler<T>::load_state(const std::vector<std::pair<std::string, double>>& state) {
  steps_ = static_cast<std::size_t>(number(state, "steps"));
  for (std::size_t g = 0; g < initial_lr_.size(); ++g) {
    initial_lr_[g] = number(state, fmt::format("initial_lr.{}", g));
    optimizer_.set_lr(number(state, fmt::format("lr.{}", g)), g);
  }
}

template <class T>
double Scheduler<T>::number(const std::vector<std::pair<std::string, double>>& state, const std::string& name) {
  const auto at = std::find_if(state.begin(), state.end(), [&](const auto& entry) { return entry.first == name; });
  if (at == state.end())
    throw ConfigError(fmt::format("scheduler: the state has no '{}'; it belongs to another scheduler", name));
  return at->second;
}

template class Scheduler<float>;
template class Scheduler<double>;

}  // namespace xgrad::optim
