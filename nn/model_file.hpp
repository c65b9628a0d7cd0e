#pragma once

#include <filesystem>

#include "xgrad/nn/module.hpp"
#include "xgrad/nn/safetensors.hpp"
#include "xgrad/nn/state_dict.hpp"

namespace xgrad::nn {

/// Writes a module's parameters, buffers and counters as safetensors, with PyTorch's names and shapes: PyTorch's
/// `load_state_dict` of the same nn.Sequential takes the file as it is. All or nothing: an existing file stays if writing
/// fails.  Throws: IoError.
template <class T>
void save_model(Module<T>& module, const std::filesystem::path& path, const Metadata& metadata = {});
template <class T>
void save_model(const StateDict<T>& state, const std::filesystem::path& path, const Metadata& metadata = {});

/// Reads what save_model, or PyTorch, wrote; numbers are converted to T. A file without counters (num_batches_tracked) is taken
/// too. Nothing is changed unless everything fits.  Throws: IoError; ConfigError for names, ShapeError for shapes that do not
/// fit.
template <class T>
void load_model(Module<T>& module, const std::filesystem::path& path);

extern template void save_model(Module<float>&, const std::filesystem::path&, const Metadata&);
extern template void save_model(Module<double>&, const std::filesystem::path&, const Metadata&);
extern template void save_model(const StateDict<float>&, const std::filesystem::path&, const Metadata&);
extern template void save_model(const StateDict<double>&, const std::filesystem::path&, const Metadata&);
extern template void load_model(Module<float>&, const std::filesystem::path&);
extern template void load_model(Module<double>&, const std::filesystem::path&);

}  // namespace xgrad::nn
