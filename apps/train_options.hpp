#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

namespace xgrad::apps {

/// Everything that decides a training run. The names are those of the command line, of config files and of config.json.
struct TrainOptions {
  // Where results go.
  std::string wandb_project = "xgrad";
  std::string wandb_entity = "local";
  std::string run_dir;
  std::string save_model;
  bool log_steps = false;
  std::size_t checkpoint_steps = 0;
  bool quiet = false;

  // Data.
  std::string dataset = "fashion_mnist";
  std::string data_dir;
  std::size_t limit_train = 0;
  std::size_t limit_test = 0;
  double val_fraction = 0.1;
  std::string fold;  ///< "2/3": the second of three; empty: val_fraction
  std::string augment;
  std::string features_from;
  std::size_t features_layer = 1;
  std::size_t pca = 0;
  bool standardize = false;
  std::string shuffle = "on";
  bool drop_last = false;

  std::string recipe;  ///< "tuned", "plain" or, before apply_recipe(), empty: not decided

  // Network.
  std::string task = "classify";
  std::vector<std::size_t> hidden;
  std::size_t num_layers = 2;
  std::size_t hidden_size = 512;
  std::size_t oriented_gradients = 0;
  std::size_t random_features = 0;
  double kernel_gamma = 0.02;
  std::string activation = "relu";
  bool batch_norm = false;
  double dropout = 0;
  double noise = 0;
  std::string weight_init = "default";
  double init_sd = 0;
  std::string init_from;

  // Training.
  std::size_t epochs = 10;
  std::size_t batch_size = 64;
  std::string loss = "cross_entropy";
  std::string loss_reduction = "mean";
  double label_smoothing = 0;
  double mixup = 0;
  std::string teachers;  ///< folders of runs, with commas
  double distill_weight = 0.9;
  double distill_temperature = 1;
  std::string optimizer = "adam";
  double learning_rate = 1e-3;
  double momentum = 0.9;
  double beta = 0.99;
  double beta1 = 0.9;
  double beta2 = 0.999;
  double epsilon = 1e-8;
  double weight_decay = 0;
  double clip_norm = 0;
  double ema = 0;
  std::string scheduler = "none";
  std::size_t warmup_epochs = 0;
  std::size_t step_size = 5;
  std::vector<std::size_t> milestones;
  double gamma = 0.1;
  std::size_t early_stopping = 0;
  double min_delta = 0;
  std::string monitor = "val_loss";

  // How it is computed.
  std::uint64_t seed = 1;
  std::size_t threads = 0;
  std::string dtype = "float32";
  std::string precision = "float32";

  /// The widths of the hidden layers: `hidden`, or num_layers times hidden_size.
  std::vector<std::size_t> hidden_widths() const;
  /// Whether there are validation images.
  bool holds_out() const { return val_fraction > 0 || !fold.empty(); }
  /// Whether training does something else as a figure of theirs goes.
  bool watches_validation() const {
    return monitor.rfind("val_", 0) == 0 && (early_stopping > 0 || scheduler == "reduce_on_plateau");
  }
  bool reconstructs() const { return task == "reconstruct"; }
};

/// Adds every option to a subcommand, with help, units and defaults.
void add_train_options(CLI::App& command, TrainOptions& options);

/// What no single option can tell: combinations that make no sense. Throws: ConfigError.
void check_train_options(const TrainOptions& options);

nlohmann::ordered_json to_json(const TrainOptions& options);
/// Takes what `json` has; the rest keeps its default. Throws: ConfigError for an unknown key or a value of the wrong type.
TrainOptions train_options_from_json(const nlohmann::json& json);

}  // namespace xgrad::apps
