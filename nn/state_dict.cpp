#include "xgrad/nn/state_dict.hpp"

#include <algorithm>
#include <string>
#include <unordered_set>

#include <fmt/format.h>

#include "xgrad/tensor/error.hpp"

namespace xgrad::nn {
namespace {

template <class List>
auto* find(List& list, const std::string& name) {
  const auto at = std::find_if(list.begin(), list.end(), [&](const auto& entry) { return entry.name == name; });
  return at == list.end() ? nullptr : &*at;
}

// Compares the names of what a module has with those that are given; both ways.
template <class Own, class Given>
void compare_names(const Own& own, const Given& given, std::vector<std::string>& missing,
                   std::vector<std::string>& unexpected) {
  for (const auto& entry : own)
    if (!find(given, entry.name)) missing.push_back(entry.name);
  for (const auto& entry : given)
    if (!find(own, entry.name)) unexpected.push_back(entry.name);
}

// Of two members with one name only one would be saved, and the other one loaded from it.
template <class Own>
void check_names_differ(const Own& own) {
  std::unordered_set<std::string> known;
  for (const auto& entry : own)
    if (!known.insert(entry.name).second)
      throw ConfigError(fmt::format(
          "two parameters or buffers of the model are called '{}'; give each a name of its own in members()", entry.name));
}

void check_shape(const std::string& name, const Shape& own, const Shape& given) {
  if (own != given)
    throw ShapeError(
        fmt::format("'{}' has shape {} in the model but {} in what is loaded; build the model with the same widths", name,
                    to_string(own), to_string(given)));
}

}  // namespace

template <class T>
StateDict<T> state_dict(Module<T>& module) {
  StateDict<T> state;
  for (const Named<Tensor<T>>& p : module.named_parameters()) state.arrays.push_back({p.name, p.value.value()});
  for (const Named<Array<T>*>& b : module.named_buffers()) state.arrays.push_back({b.name, *b.value});
  for (const Named<std::int64_t*>& c : module.named_counters()) state.counters.push_back({c.name, *c.value});
  check_names_differ(state.arrays);
  check_names_differ(state.counters);
  return state;
}

template <class T>
void load_state_dict(Module<T>& module, const StateDict<T>& state) {
  std::vector<Named<Tensor<T>>> parameters = module.named_parameters();
  const std::vector<Named<Array<T>*>> buffers = module.named_buffers();
  const std::vector<Named<std::int64_t*>> counters = module.named_counters();
  std::vector<Named<Shape>> own;
  for (const auto& p : parameters) own.push_back({p.name, p.value.shape()});
  for (const auto& b : buffers) own.push_back({b.name, b.value->shape()});
  check_names_differ(own);
  check_names_differ(counters);
  std::vector<std::string> missing, unexpected;
  compare_names(own, state.arrays, missing, unexpected);
  compare_names(counters, state.counters, missing, unexpected);
  if (!missing.empty() || !unexpected.empty())
    throw ConfigError(
        fmt::format("what is loaded does not fit the model: missing ({}), unexpected ({}); build the same network first",
                    fmt::join(missing, ", "), fmt::join(unexpected, ", ")));
  for (const Named<Shape>& entry : own) check_shape(entry.name, entry.value, find(state.arrays, entry.name)->value.shape());
  for (Named<Tensor<T>>& p : parameters) {
    const Array<T>& given = find(state.arrays, p.name)->value;
    std::copy(given.data(), given.data() + given.size(), p.value.mutable_value().data());
  }
  for (const auto& b : buffers) *b.value = find(state.arrays, b.name)->value;
  for (const auto& c : counters) *c.value = find(state.counters, c.name)->value;
}

template StateDict<float> state_dict(Module<float>&);
template StateDict<double> state_dict(Module<double>&);
template void load_state_dict(Module<float>&, const StateDict<float>&);
template void load_state_dict(Module<double>&, const StateDict<double>&);

}  // namespace xgrad::nn
