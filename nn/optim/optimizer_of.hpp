#pragma once
// The definitions behind OptimizerOf; included by optimizer.hpp, because users derive optimizers of their own from it.

#include <algorithm>

#include <fmt/format.h>

#include "xgrad/nn/optim/optimizer.hpp"
#include "xgrad/tensor/error.hpp"

namespace xgrad::optim {

template <class T, class Options>
void OptimizerOf<T, Options>::add_group(std::vector<Tensor<T>> parameters, Options options) {
  for (const Tensor<T>& parameter : parameters) {
    if (!parameter.node() || !parameter.is_leaf())
      throw GraphError("optimizer: a parameter is not a leaf that requires gradients; call set_requires_grad() on it");
    for (const Group& group : groups_)
      for (const Tensor<T>& other : group.parameters)
        if (other.node() == parameter.node())
          throw GraphError(fmt::format("optimizer: a parameter of shape {} is in two groups; give each parameter once",
                                       to_string(parameter.shape())));
  }
  states_.emplace_back(parameters.size());
  groups_.push_back({std::move(parameters), std::move(options)});
}

template <class T, class Options>
void OptimizerOf<T, Options>::step(double loss) {
  loss_ = loss;
  for (std::size_t g = 0; g < groups_.size(); ++g)
    for (std::size_t i = 0; i < groups_[g].parameters.size(); ++i) {
      Tensor<T>& parameter = groups_[g].parameters[i];
      const Tensor<T> gradient = parameter.requires_grad() ? parameter.grad() : Tensor<T>();
      if (!gradient.defined()) continue;
      State<T>& state = states_[g][i];
      if (state.step == 0) start(state, parameter.shape(), groups_[g].options);
      ++state.step;
      Array<T>& values = parameter.mutable_value();
      update({values.data(), values.size()}, {gradient.data(), gradient.size()}, state, groups_[g].options);
    }
}

template <class T, class Options>
void OptimizerOf<T, Options>::start(State<T>& state, const Shape& shape, const Options& options) const {
  state = {};
  state.array_names = state_names(options);
  state.arrays.assign(state.array_names.size(), filled_array<T>(shape, T(0)));
  for (const auto& [name, value] : state_numbers(options)) {
    state.number_names.push_back(name);
    state.numbers.push_back(value);
  }
}

template <class T, class Options>
double OptimizerOf<T, Options>::momentum(std::size_t group) const {
  const Options& options = groups_.at(group).options;
  if constexpr (requires { options.momentum; })
    return options.momentum;
  else if constexpr (requires { options.beta1; })
    return options.beta1;
  else
    throw ConfigError(fmt::format("{} has no momentum to schedule", this->name()));
}

template <class T, class Options>
void OptimizerOf<T, Options>::set_momentum(double momentum, std::size_t group) {
  Options& options = groups_.at(group).options;
  if constexpr (requires { options.momentum; })
    options.momentum = momentum;
  else if constexpr (requires { options.beta1; })
    options.beta1 = momentum;
  else
    throw ConfigError(fmt::format("{} has no momentum to schedule", this->name()));
}

template <class T, class Options>
std::vector<State<T>> OptimizerOf<T, Options>::state() const {
  std::vector<State<T>> all;
  for (const auto& group : states_) all.insert(all.end(), group.begin(), group.end());
  return all;
}

template <class T, class Options>
void OptimizerOf<T, Options>::load_state(const std::vector<State<T>>& state) {
  const std::vector<Tensor<T>> parameters = this->parameters();
  if (state.size() != parameters.size())
    throw ConfigError(fmt::format("{}: the state has entries for {} parameters, but there are {}", this->name(), state.size(),
                                  parameters.size()));
  for (std::size_t i = 0; i < state.size(); ++i)
    for (const Array<T>& array : state[i].arrays)
      if (array.shape() != parameters[i].shape())
        throw ConfigError(fmt::format("{}: the state of parameter {} has shape {}, but the parameter has {}", this->name(), i,
                                      to_string(array.shape()), to_string(parameters[i].shape())));
  std::size_t next = 0;
  for (auto& group : states_)
    for (State<T>& own : group) own = state[next++];
}

}  // namespace xgrad::optim
