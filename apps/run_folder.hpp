#pragma once

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "train_options.hpp"
#include "xgrad/nn/train/callback.hpp"

namespace xgrad::apps {

/// What tells a run from others: fashion_mnist_hl_3_bs_16_ac_tanh_op_rmsprop_lr_0.001_ep_10_seed_1.
std::string run_name(const TrainOptions& options);

/// The folder of a run, with its files.
class RunFolder {
 public:
  /// Makes the folder: `run_dir` if it is given, otherwise runs/<entity>/<project>/<run_name>, numbered if that exists.
  /// Throws: IoError if it cannot be made or written.
  static RunFolder create(const TrainOptions& options);
  /// An existing one. Throws: IoError if it holds no run.
  static RunFolder open(const std::filesystem::path& path);

  const std::filesystem::path& path() const noexcept { return path_; }
  std::filesystem::path config() const { return path_ / "config.json"; }
  std::filesystem::path metrics() const { return path_ / "metrics.jsonl"; }
  std::filesystem::path steps() const { return path_ / "steps.jsonl"; }
  std::filesystem::path summary() const { return path_ / "summary.json"; }
  std::filesystem::path pictures() const { return path_ / "pictures.json"; }
  std::filesystem::path model() const { return path_ / "model.safetensors"; }
  std::filesystem::path checkpoint() const { return path_ / "checkpoint.safetensors"; }

  /// Writes config.json, which makes a folder that of a run. Throws: ConfigError if there is one already; IoError.
  void begin(const TrainOptions& options) const;
  void write_json(const std::filesystem::path& file, const nlohmann::ordered_json& json) const;
  /// The options that the run was started with, checked. Throws: IoError, ConfigError for a damaged config.json.
  TrainOptions options() const;

 private:
  explicit RunFolder(std::filesystem::path path) : path_(std::move(path)) {}

  std::filesystem::path path_;
};

/// A file of JSON lines that grows. Every line is in the file before `add` returns: a run that is killed, and goes on from a
/// checkpoint, finds all lines up to there.
class JsonLines {
 public:
  /// Keeps the first `kept` lines of an existing file, for runs that go on. Throws: IoError.
  JsonLines(std::filesystem::path path, std::size_t kept);
  /// Throws: IoError if the line cannot be written.
  void add(const nlohmann::ordered_json& json);

 private:
  std::filesystem::path path_;
  std::ofstream file_;
};

/// Writes metrics.jsonl, and steps.jsonl where asked.
template <class T>
class RunLog : public nn::Callback<T> {
 public:
  /// The lines of epochs and steps that were done before are kept.
  RunLog(const RunFolder& folder, bool log_steps, const std::vector<nn::EpochRecord>& history, std::size_t steps_done);

  void on_step(nn::Trainer<T>& trainer, const nn::StepRecord& record) override;
  void on_epoch(nn::Trainer<T>& trainer, const nn::EpochRecord& record, bool is_best) override;

 private:
  JsonLines metrics_;
  std::unique_ptr<JsonLines> steps_;
};

nlohmann::ordered_json to_json(const nn::EpochRecord& record);

extern template class RunLog<float>;
extern template class RunLog<double>;

}  // namespace xgrad::apps
