#include <algorithm>
#include <cctype>
#include <cmath>

#include <fmt/format.h>

#include "augmentation_option.hpp"
#include "splits.hpp"
#include "train_options.hpp"
#include "xgrad/nn/activation.hpp"
#include "xgrad/nn/init.hpp"
#include "xgrad/nn/names.hpp"
#include "xgrad/nn/optim/factory.hpp"
#include "xgrad/nn/train/monitor.hpp"
#include "xgrad/tensor/error.hpp"

namespace xgrad::apps {
namespace {

void require(bool holds, const std::string& message) {
  if (!holds) throw ConfigError(message);
}

void require_known(const char* kind, const std::string& name, const std::vector<std::string>& names) {
  if (std::find(names.begin(), names.end(), name) == names.end()) throw_unknown_name(kind, name, names);
}

// The study writes ReLU and Xavier: of these names, capital letters are as good.
std::string lower(std::string name) {
  std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return name;
}

// An autoencoder gives its inputs back as they are, and has no classes. Its loss is the squared error whatever --loss says,
// which is cross_entropy where nothing was said.
void check_reconstruction(const TrainOptions& o) {
  if (!o.reconstructs()) return;
  require(o.label_smoothing == 0, "--label_smoothing: --task reconstruct has no labels; leave it out");
  require(o.monitor == "val_loss" || o.monitor == "train_loss",
          fmt::format("--task reconstruct has losses only: monitor val_loss or train_loss instead of {}", o.monitor));
  require(!o.standardize && o.pca == 0, "--task reconstruct gives pixels back as they are; leave out --standardize and --pca");
}

void check_mixup(const TrainOptions& o) {
  require(o.mixup >= 0 && std::isfinite(o.mixup), fmt::format("--mixup {}: it must be finite, and 0 or more", o.mixup));
  require(o.mixup == 0 || !o.reconstructs(), "--mixup: --task reconstruct has no labels to blend; leave it out");
  require(o.mixup == 0 || o.optimizer != "lbfgs",
          "--mixup: every step of lbfgs builds on the ones before, which blended others; leave one of the two out");
}

void check_distillation(const TrainOptions& o) {
  require(o.distill_weight >= 0 && o.distill_weight <= 1,
          fmt::format("--distill_weight {}: it must be from 0 to 1", o.distill_weight));
  require(o.distill_temperature > 0 && std::isfinite(o.distill_temperature),
          fmt::format("--distill_temperature {}: it must be above 0, and finite", o.distill_temperature));
  if (o.teachers.empty()) return;
  require(!o.reconstructs(), "--teachers: --task reconstruct has no classes to learn; leave one of the two out");
  require(!o.standardize && o.pca == 0 && o.features_from.empty(),
          "--teachers see the images as they are; leave out --standardize, --pca and --features_from");
}

}  // namespace

void check_train_options(const TrainOptions& o) {
  require_known("dataset", o.dataset, {"mnist", "fashion_mnist"});
  require_known("loss", o.loss, {"cross_entropy", "mean_squared_error", "hinge"});
  require_known("optimizer", o.optimizer, optim::optimizer_names());
  require_known("scheduler", o.scheduler,
                {"none", "step", "multi_step", "exponential", "cosine", "linear_warmup", "one_cycle", "reduce_on_plateau"});
  require_known("activation", lower(o.activation), nn::activation_names());
  require_known("initialiser", lower(o.weight_init), nn::init::scheme_names());
  require_known("monitor", o.monitor, nn::monitor_names());
  require_known("dtype", o.dtype, {"float32", "float64"});
  require_known("precision", o.precision, {"float32", "bf16"});
  require(o.precision == "float32" || o.dtype == "float32",
          "--precision bf16 is for --dtype float32: products of float64 numbers are never rounded; leave out one of the two");
  require_known("shuffle", o.shuffle, {"on", "off"});
  require_known("task", o.task, {"classify", "reconstruct"});
  require_known("loss reduction", o.loss_reduction, {"mean", "sum"});
  if (!o.fold.empty()) Fold::parse(o.fold);
  check_reconstruction(o);
  parse_augmentation(o.augment);
  require(o.augment.empty() || (o.features_from.empty() && o.pca == 0),
          "--augment distorts images; it does not go with --features_from and --pca, which make something else of them");
  require(o.oriented_gradients == 0 || (o.oriented_gradients >= 2 && o.oriented_gradients <= 180),
          fmt::format("--oriented_gradients {}: give from 2 to 180 orientations, or 0 for none", o.oriented_gradients));
  require(
      o.oriented_gradients == 0 || (o.features_from.empty() && o.pca == 0),
      "--oriented_gradients are those of images; they do not go with --features_from and --pca, which make something else of "
      "them");
  require(o.features_layer >= 1, "--features_layer: hidden layers are counted from 1");
  require(o.optimizer != "lbfgs" || o.scheduler == "none",
          fmt::format("--scheduler {}: lbfgs finds the length of its steps itself; leave the scheduler out", o.scheduler));
  const auto in = [](double x, double low, double high) { return x >= low && x < high; };
  require(o.epochs >= 1, "--epochs: give at least 1");
  require(o.batch_size >= 1, "--batch_size: give at least 1");
  for (const auto& [name, value] :
       {std::pair{"--learning_rate", o.learning_rate}, {"--gamma", o.gamma}, {"--kernel_gamma", o.kernel_gamma}})
    require(value > 0 && std::isfinite(value), fmt::format("{} {}: it must be above 0, and finite", name, value));
  require(in(o.val_fraction, 0, 1), fmt::format("--val_fraction {}: it must be from 0 to below 1", o.val_fraction));
  require(in(o.dropout, 0, 1), fmt::format("--dropout {}: it must be from 0 to below 1", o.dropout));
  require(o.noise >= 0 && std::isfinite(o.noise), fmt::format("--noise {}: it must be finite, and 0 or more", o.noise));
  require(in(o.label_smoothing, 0, 1), fmt::format("--label_smoothing {}: it must be from 0 to below 1", o.label_smoothing));
  require(o.label_smoothing == 0 || o.loss == "cross_entropy", "--label_smoothing goes with --loss cross_entropy only");
  check_mixup(o);
  check_distillation(o);
  require(in(o.ema, 0, 1), fmt::format("--ema {}: it must be from 0 to below 1", o.ema));
  for (const auto& [name, value] :
       {std::pair{"--momentum", o.momentum}, {"--beta", o.beta}, {"--beta1", o.beta1}, {"--beta2", o.beta2}})
    require(in(value, 0, 1), fmt::format("{} {}: it must be from 0 to below 1", name, value));
  for (const auto& [name, value] : {std::pair{"--epsilon", o.epsilon},
                                    {"--weight_decay", o.weight_decay},
                                    {"--clip_norm", o.clip_norm},
                                    {"--min_delta", o.min_delta},
                                    {"--init_sd", o.init_sd}})
    require(value >= 0 && std::isfinite(value), fmt::format("{} {}: it must be 0 or more, and finite", name, value));
  const std::vector<std::size_t> widths = o.hidden_widths();
  require(std::count(widths.begin(), widths.end(), 0u) == 0, "--hidden and --hidden_size: a layer needs at least 1 neuron");
  require(o.holds_out() || !o.watches_validation(),
          fmt::format("--monitor {} needs validation images, but --val_fraction is 0; watch train_loss instead", o.monitor));
  require(
      o.gamma < 1 || o.scheduler != "reduce_on_plateau",
      fmt::format("--gamma {}: --scheduler reduce_on_plateau multiplies the learning rate by it; give less than 1", o.gamma));
  require(o.step_size >= 1 || o.scheduler != "step", "--step_size: give at least 1 epoch");
  require(!o.milestones.empty() || o.scheduler != "multi_step", "--scheduler multi_step needs --milestones, for example 30,40");
}

}  // namespace xgrad::apps
