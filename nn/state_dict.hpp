#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "xgrad/nn/module.hpp"

namespace xgrad::nn {

/// Copies of a module's parameters, buffers and counters by name: what is saved as a model.
template <class T>
struct StateDict {
  std::vector<Named<Array<T>>> arrays{};
  std::vector<Named<std::int64_t>> counters{};

  bool empty() const { return arrays.empty() && counters.empty(); }
};

template <class T>
StateDict<T> state_dict(Module<T>& module);

/// Overwrites a module's parameters, buffers and counters. Nothing is changed unless everything fits.
/// Throws: ConfigError that lists missing and unexpected names; ShapeError that names the entry and both shapes.
template <class T>
void load_state_dict(Module<T>& module, const StateDict<T>& state);

extern template StateDict<float> state_dict(Module<float>&);
extern template StateDict<double> state_dict(Module<double>&);
extern template void load_state_dict(Module<float>&, const StateDict<float>&);
extern template void load_state_dict(Module<double>&, const StateDict<double>&);

}  // namespace xgrad::nn
