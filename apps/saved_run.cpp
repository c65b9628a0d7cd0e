#include "saved_run.hpp"

#include <fmt/format.h>

#include "number_option.hpp"
#include "run_folder.hpp"
#include "xgrad/nn/model_file.hpp"
#include "xgrad/tensor/error.hpp"

namespace xgrad::apps {

void SavedRun::add_options(CLI::App& command) {
  command.add_option("run", folder, "folder of a run: its options, and its best model")->required();
  command.add_option("--model", model, "other weights for the same network, a .safetensors file");
  command.add_option("--data_dir", data_dir, "folder with the four IDX files, instead of the run's");
  add_number_option(command, "--limit_test", limit_test, "use only the first N test images; 0: as the run");
}

TrainOptions SavedRun::options() const {
  const RunFolder run = RunFolder::open(folder);
  TrainOptions options = run.options();
  if (!data_dir.empty()) options.data_dir = data_dir;
  if (limit_test > 0) options.limit_test = limit_test;
  options.init_from = model.empty() ? run.model().string() : model;
  if (model.empty() && !std::filesystem::exists(run.model()))
    throw IoError(fmt::format("{}: there is no model yet; let the run finish an epoch, or give --model", run.model().string()));
  return options;
}

template <class T>
std::unique_ptr<nn::MLP<T>> SavedRun::network(const TrainOptions& options, std::size_t inputs, std::size_t outputs) const {
  auto network = make_network<T>(options, inputs, outputs);
  network->eval();
  return network;
}

template std::unique_ptr<nn::MLP<float>> SavedRun::network(const TrainOptions&, std::size_t, std::size_t) const;
template std::unique_ptr<nn::MLP<double>> SavedRun::network(const TrainOptions&, std::size_t, std::size_t) const;

}  // namespace xgrad::apps
