#pragma once
// The definitions behind OptimizerOf; included by optimizer.hpp, because users derive optimizers of their own from it.

#include <algorithm>

#include <fmt/format.h>

#include "xgrad/nn/optim/optimizer.hpp"
#include "xgrad/tensor/error.hpp"

namespace xgrad::optim {
namespace detail {

inline bool same_names(const std::vector<std::string>& a, const StateNames& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end());
}

}  // namespace detail

template <class T, class Options>
OptimizerOf<T, Options>::OptimizerOf(std::vector<Tensor<T>> parameters, Options options) {
  add_group(std::move(parameters), std::move(options));
  demand_parameters();
}

template <class T, class Options>
OptimizerOf<T, Options>::OptimizerOf(std::vector<Group> groups) {
  for (Group& group : groups) add_group(std::move(group.parameters), std::move(group.options));
  demand_parameters();
}

template <class T, class Options>
void OptimizerOf<T, Options>::demand_parameters() const {
  for (const Group& group : groups_)
    if (!group.parameters.empty()) return;
  throw ConfigError("optimizer: there are no parameters to update; a module of your own names its own in members()");
}

template <class T, class Options>
const typename OptimizerOf<T, Options>::Group& OptimizerOf<T, Options>::group_at(std::size_t group) const {
  if (group < groups_.size()) return groups_[group];
  throw ConfigError(
      fmt::format("{}: there is no group {} of parameters; there are {}, counted from 0", this->name(), group, groups_.size()));
}

template <class T, class Options>
void OptimizerOf<T, Options>::add_group(std::vector<Tensor<T>> parameters, Options options) {
  if constexpr (requires { check_options(options); }) check_options(options);
  std::vector<Tensor<T>> known = this->parameters();
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    const Tensor<T>& parameter = parameters[i];
    if (!parameter.node() || !parameter.is_leaf())
      throw GraphError(fmt::format(
          "optimizer: parameter {}, of shape {}, is not a leaf that requires gradients; call set_requires_grad() on it", i,
          to_string(parameter.shape())));
    for (const Tensor<T>& other : known)
      if (other.node() == parameter.node())
        throw GraphError(
            fmt::format("optimizer: a parameter of shape {} is given twice; give each parameter once, to one group",
                        to_string(parameter.shape())));
    known.push_back(parameter);
  }
  states_.emplace_back(parameters.size());
  groups_.push_back({std::move(parameters), std::move(options)});
}

template <class T, class Options>
void OptimizerOf<T, Options>::step(double loss) {
  loss_ = loss;
  for (std::size_t g = 0; g < groups_.size(); ++g) {
    const StateNames names = state_names(groups_[g].options);
    for (std::size_t i = 0; i < groups_[g].parameters.size(); ++i) {
      Tensor<T>& parameter = groups_[g].parameters[i];
      const Tensor<T> gradient = parameter.requires_grad() ? parameter.grad() : Tensor<T>();
      if (!gradient.defined()) continue;
      if (!same_shape(gradient.shape(), parameter.shape()))
        throw GraphError(fmt::format(
            "{}: a parameter of shape {} has a gradient of shape {}: its array was replaced by one of another shape",
            this->name(), to_string(parameter.shape()), to_string(gradient.shape())));
      State<T>& state = states_[g][i];
      if (state.step == 0) start(state, groups_[g].options);
      state.is_new = !detail::same_names(state.array_names, names);
      if (state.is_new) keep_arrays(state, names, parameter.shape());
      ++state.step;
      Array<T>& values = parameter.mutable_value();
      update({values.data(), values.size()}, {gradient.data(), gradient.size()}, state, groups_[g].options);
    }
  }
}

template <class T, class Options>
void OptimizerOf<T, Options>::start(State<T>& state, const Options& options) const {
  state = {};
  for (const auto& [name, value] : state_numbers(options)) {
    state.number_names.push_back(name);
    state.numbers.push_back(value);
  }
}

// The arrays of these names: those that there are, and zeros for new ones. Options may change between steps, say from no
// momentum to some.
template <class T, class Options>
void OptimizerOf<T, Options>::keep_arrays(State<T>& state, const StateNames& names, const Shape& shape) const {
  std::vector<Array<T>> arrays;
  for (const char* name : names) {
    const auto at = std::find(state.array_names.begin(), state.array_names.end(), name) - state.array_names.begin();
    const bool is_new = at == std::ssize(state.array_names);
    arrays.push_back(is_new ? filled_array<T>(shape, T(0)) : std::move(state.arrays[static_cast<std::size_t>(at)]));
  }
  state.arrays = std::move(arrays);
  state.array_names.assign(names.begin(), names.end());
}

template <class T, class Options>
double OptimizerOf<T, Options>::momentum(std::size_t group) const {
  const Options& options = this->options(group);
  if constexpr (requires { options.momentum; })
    return options.momentum;
  else if constexpr (requires { options.beta1; })
    return options.beta1;
  else
    throw ConfigError(fmt::format("{} has no momentum to schedule", this->name()));
}

template <class T, class Options>
void OptimizerOf<T, Options>::set_momentum(double momentum, std::size_t group) {
  Options& options = this->options(group);
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
  std::size_t next = 0;
  for (const Group& group : groups_)
    for (const Tensor<T>& parameter : group.parameters) {
      check_state(next, state[next], parameter.shape(), group.options);
      ++next;
    }
  next = 0;
  for (auto& group : states_)
    for (State<T>& own : group) own = state[next++];
}

template <class T, class Options>
void OptimizerOf<T, Options>::check_state(std::size_t index, const State<T>& state, const Shape& shape,
                                          const Options& options) const {
  for (const Array<T>& array : state.arrays)
    if (array.shape() != shape)
      throw ConfigError(fmt::format("{}: the state of parameter {} has shape {}, but the parameter has {}", this->name(), index,
                                    to_string(array.shape()), to_string(shape)));
  if (state.step == 0) return;  // nothing is kept before the first update
  State<T> expected;
  start(expected, options);
  const StateNames names = state_names(options);
  if (!detail::same_names(state.array_names, names) || state.arrays.size() != names.size() ||
      state.number_names != expected.number_names || state.numbers.size() != expected.numbers.size())
    throw ConfigError(fmt::format(
        "{}: the state of parameter {} holds ({}), but these options keep ({}); use the options that the state was made with",
        this->name(), index, fmt::join(state.array_names, ", "), fmt::join(names, ", ")));
}

}  // namespace xgrad::optim
