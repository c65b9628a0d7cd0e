#include "run_folder.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include <fmt/format.h>

#include "json_file.hpp"
#include "path_options.hpp"
#include "shell_word.hpp"
#include "xgrad/tensor/atomic_file.hpp"
#include "xgrad/tensor/error.hpp"

namespace xgrad::apps {
namespace fs = std::filesystem;

namespace {

// JSON has no NaN: null stands for a figure that does not exist.
nlohmann::ordered_json figure(double x) { return std::isnan(x) ? nlohmann::ordered_json(nullptr) : nlohmann::ordered_json(x); }

// Makes the folder, or the first of wanted_2, wanted_3, … that does not exist: also where several runs begin at once.
fs::path make_numbered(const fs::path& wanted, std::error_code& error) {
  fs::create_directories(wanted.parent_path(), error);
  fs::path path = wanted;
  for (int i = 2; !error && !fs::create_directory(path, error); ++i) path = wanted.string() + fmt::format("_{}", i);
  return path;
}

// Runs without --run_dir stay below runs/.
void check_name(const char* option, const fs::path& name) {
  if (name.is_absolute() || std::find(name.begin(), name.end(), "..") != name.end())
    throw ConfigError(
        fmt::format("{} {}: give a name below runs/, or the run's whole folder by --run_dir", option, name.string()));
}

}  // namespace

std::string run_name(const TrainOptions& o) {
  std::string name = fmt::format(
      "{}_hl_{}", o.dataset,
      o.hidden.empty() ? fmt::format("{}x{}", o.num_layers, o.hidden_size) : fmt::format("{}", fmt::join(o.hidden, "-")));
  name += fmt::format("_bs_{}_ac_{}_op_{}_lr_{}_ep_{}", o.batch_size, o.activation, o.optimizer, o.learning_rate, o.epochs);
  if (o.weight_init != "default") name += "_wi_" + o.weight_init;
  if (o.weight_decay != 0) name += fmt::format("_wd_{}", o.weight_decay);
  if (o.batch_norm) name += "_bn";
  if (o.dropout != 0) name += fmt::format("_do_{}", o.dropout);
  if (o.noise != 0) name += fmt::format("_no_{}", o.noise);
  if (o.reconstructs())
    name += "_reconstruct";
  else if (o.loss != "cross_entropy")
    name += o.loss == "hinge" ? "_hinge" : "_mse";
  if (o.loss_reduction != "mean") name += "_" + o.loss_reduction;
  if (!o.augment.empty()) name += "_augmented";
  if (o.mixup != 0) name += fmt::format("_mix_{}", o.mixup);
  if (o.pca > 0) name += fmt::format("_pca_{}", o.pca);
  if (o.oriented_gradients > 0) name += fmt::format("_hog_{}", o.oriented_gradients);
  if (o.random_features > 0) name += fmt::format("_rf_{}", o.random_features);
  if (!o.features_from.empty()) name += fmt::format("_features_{}", o.features_layer);
  if (const std::size_t slash = o.fold.find('/'); slash != std::string::npos)
    name += fmt::format("_fold_{}_of_{}", o.fold.substr(0, slash), o.fold.substr(slash + 1));
  if (o.scheduler != "none") name += "_" + o.scheduler;
  return name + fmt::format("_seed_{}", o.seed);
}

RunFolder RunFolder::create(const TrainOptions& options) {
  fs::path path = options.run_dir;
  std::error_code error;
  if (path.empty()) {
    check_name("--wandb_entity", options.wandb_entity);
    check_name("--wandb_project", options.wandb_project);
    path = make_numbered(fs::path("runs") / options.wandb_entity / options.wandb_project / run_name(options), error);
  } else {
    fs::create_directories(path, error);
  }
  if (error) throw IoError(fmt::format("run folder {}: cannot be made: {}", path.string(), error.message()));
  return RunFolder(path);
}

RunFolder RunFolder::open(const fs::path& path) {
  std::error_code ignored;
  if (!fs::exists(path / "config.json", ignored))
    throw IoError(fmt::format("run folder {}: there is no config.json in it; give the folder of a run", path.string()));
  return RunFolder(path);
}

void RunFolder::begin(const TrainOptions& options) const {
  std::error_code ignored;
  if (fs::exists(config(), ignored))
    throw ConfigError(fmt::format("run folder {} holds a run already; choose another, or go on with it by --resume {}",
                                  path_.string(), shell_word(path_.string())));
  write_json(config(), to_json(with_absolute_paths(options)));
}

void RunFolder::write_json(const fs::path& file, const nlohmann::ordered_json& json) const {
  write_file_atomically(file, json.dump(2) + "\n");
}

TrainOptions RunFolder::options() const try {
  const TrainOptions options = train_options_from_json(read_json_file(config()));
  check_train_options(options);
  return options;
} catch (const ConfigError& error) { throw ConfigError(fmt::format("{}: {}", config().string(), error.what())); }

JsonLines::JsonLines(fs::path path, std::size_t kept) : path_(std::move(path)) {
  std::string content;
  if (kept > 0) {
    std::ifstream in(path_);
    std::string line;
    for (std::size_t i = 0; i < kept && std::getline(in, line); ++i) content += line + "\n";
  }
  write_file_atomically(path_, content);
  file_.open(path_, std::ios::app);
  if (!file_) throw IoError(fmt::format("{}: cannot be written", path_.string()));
}

void JsonLines::add(const nlohmann::ordered_json& json) {
  file_ << json.dump() << '\n' << std::flush;
  if (!file_) throw IoError(fmt::format("{}: a line could not be written; is the disk full?", path_.string()));
}

nlohmann::ordered_json to_json(const nn::EpochRecord& r) {
  return {{"epoch", r.epoch},
          {"train_loss", figure(r.train_loss)},
          {"train_accuracy", figure(r.train_accuracy)},
          {"val_loss", figure(r.val_loss)},
          {"val_accuracy", figure(r.val_accuracy)},
          {"val_macro_f1", figure(r.val_macro_f1)},
          {"seconds", r.seconds},
          {"samples_per_second", r.samples_per_second},
          {"learning_rate", r.learning_rate}};
}

namespace {

// The lines of the epochs before; where the file was lost, they are written anew.
JsonLines reopened(const fs::path& file, const std::vector<nn::EpochRecord>& history) {
  std::ifstream in(file);
  std::size_t lines = 0;
  for (std::string line; std::getline(in, line);) ++lines;
  const bool lost = lines < history.size();
  JsonLines metrics(file, lost ? 0 : history.size());
  if (lost)
    for (const nn::EpochRecord& record : history) metrics.add(to_json(record));
  return metrics;
}

}  // namespace

template <class T>
RunLog<T>::RunLog(const RunFolder& folder, bool log_steps, const std::vector<nn::EpochRecord>& history, std::size_t steps_done)
    : metrics_(reopened(folder.metrics(), history)) {
  if (log_steps) steps_ = std::make_unique<JsonLines>(folder.steps(), steps_done);
}

template <class T>
void RunLog<T>::on_step(nn::Trainer<T>&, const nn::StepRecord& r) {
  if (steps_)
    steps_->add({{"step", r.step},
                 {"epoch", r.epoch},
                 {"loss", figure(r.loss)},
                 {"learning_rate", r.learning_rate},
                 {"gradient_norm", figure(r.gradient_norm)}});
}

template <class T>
void RunLog<T>::on_epoch(nn::Trainer<T>&, const nn::EpochRecord& record, bool) {
  metrics_.add(to_json(record));
}

template class RunLog<float>;
template class RunLog<double>;

}  // namespace xgrad::apps
