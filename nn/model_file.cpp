#include "xgrad/nn/model_file.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "xgrad/tensor/error.hpp"

namespace xgrad::nn {

template <class T>
void save_model(const StateDict<T>& state, const std::filesystem::path& path, const Metadata& metadata) {
  std::vector<NamedArray> arrays;
  std::vector<Indices> counters;  // named arrays refer to these
  counters.reserve(state.counters.size());
  for (const Named<Array<T>>& entry : state.arrays) arrays.emplace_back(entry.name, entry.value);
  for (const Named<std::int64_t>& entry : state.counters) {
    counters.push_back(scalar_array(entry.value));
    arrays.emplace_back(entry.name, counters.back());
  }
  write_safetensors(path, arrays, metadata);
}

template <class T>
void save_model(Module<T>& module, const std::filesystem::path& path, const Metadata& metadata) {
  save_model(state_dict(module), path, metadata);
}

template <class T>
void load_model(Module<T>& module, const std::filesystem::path& path) {
  const SafetensorsFile file = read_safetensors(path);
  const std::vector<Named<std::int64_t*>> counters = module.named_counters();
  const auto is_counter = [&](const std::string& name) {
    return std::any_of(counters.begin(), counters.end(), [&](const auto& c) { return c.name == name; });
  };
  StateDict<T> state;
  for (const SafetensorsEntry& entry : file.entries())
    if (!is_counter(entry.name)) state.arrays.push_back({entry.name, file.get<T>(entry.name)});
  for (const Named<std::int64_t*>& counter : counters) {
    std::int64_t value = 0;
    if (file.contains(counter.name)) {
      const Indices stored = file.get<std::int64_t>(counter.name);
      if (stored.size() != 1)
        throw ShapeError(fmt::format("{}: '{}' has shape {}, but is a single number", path.string(), counter.name,
                                     to_string(stored.shape())));
      value = *stored.data();
    }
    state.counters.push_back({counter.name, value});
  }
  try {
    load_state_dict(module, state);
  } catch (const ConfigError& error) {
    throw ConfigError(fmt::format("{}: {}", path.string(), error.what()));
  } catch (const ShapeError& error) { throw ShapeError(fmt::format("{}: {}", path.string(), error.what())); }
}

template void save_model(Module<float>&, const std::filesystem::path&, const Metadata&);
template void save_model(Module<double>&, const std::filesystem::path&, const Metadata&);
template void save_model(const StateDict<float>&, const std::filesystem::path&, const Metadata&);
template void save_model(const StateDict<double>&, const std::filesystem::path&, const Metadata&);
template void load_model(Module<float>&, const std::filesystem::path&);
template void load_model(Module<double>&, const std::filesystem::path&);

}  // namespace xgrad::nn
