#include "train_options.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "number_option.hpp"
#include "xgrad/nn/names.hpp"
#include "xgrad/tensor/error.hpp"

namespace xgrad::apps {
namespace {

// Every option in one place: its flags, the member, its help. `visit` gets the group, the flags (the last one is the name in
// files), a reference to the value and the help.
template <class Options, class Visit>
void for_each_option(Options& o, Visit&& visit) {
  const char* group = "Results";
  visit(group, "--wandb_project", o.wandb_project, "project: part of the run folder's path (also -wp)");
  visit(group, "--wandb_entity", o.wandb_entity, "entity: part of the run folder's path (also -we)");
  visit(group, "--run_dir", o.run_dir, "folder of this run; default: runs/<entity>/<project>/<name of the run>");
  visit(group, "--save_model", o.save_model, "also write the best model to this .safetensors file");
  visit(group, "--log_steps", o.log_steps, "write the loss of every step to steps.jsonl");
  visit(group, "--checkpoint_steps", o.checkpoint_steps, "also save a checkpoint every N steps; 0: only after every epoch");
  visit(group, "--quiet", o.quiet, "print only the result");

  group = "Data";
  visit(group, "-d,--dataset", o.dataset, "mnist or fashion_mnist");
  visit(group, "--data_dir", o.data_dir, "folder with the four IDX files (.gz or plain); default: the usual places");
  visit(group, "--limit_train", o.limit_train, "use only the first N training images (before the validation split); 0: all");
  visit(group, "--limit_test", o.limit_test, "use only the first N test images; 0: all");
  visit(group, "--val_fraction", o.val_fraction, "share of the training images held out for validation, from 0 to below 1");
  visit(group, "--fold", o.fold,
        "k-fold cross-validation: which of how many parts of the training images is held out, for example 1/3; instead of "
        "--val_fraction");
  visit(group, "--standardize", o.standardize, "subtract the training pixels' mean and divide by their standard deviation");
  visit(group, "--shuffle", o.shuffle, "on or off: a new order of the training images for every epoch");
  visit(group, "--drop_last", o.drop_last, "leave out the incomplete last batch of an epoch");

  visit(
      group, "--augment", o.augment,
      "distort the training images, in every epoch in another way: shift, flip, affine, elastic, or several with commas, each "
      "perhaps with its strength: shift:2 (pixels), affine:1 (15 degrees, 15 %), elastic:34 (Simard's alpha)");
  visit(group, "--features_from", o.features_from,
        "folder of a run: train on the outputs of a hidden layer of its network instead of the pixels");
  visit(group, "--features_layer", o.features_layer, "which hidden layer that is, from 1");
  visit(group, "--pca", o.pca, "train on the first K principal components of the training images instead of pixels; 0: pixels");

  group = "Network";
  visit(group, "--task", o.task,
        "classify, or reconstruct: an autoencoder, whose outputs are to be its inputs by mean squared error");
  visit(
      group, "--recipe", o.recipe,
      "what options stand for that are not given: tuned, or plain as shown here; without it tuned, unless --hidden, -nhl, -sz, "
      "-o, --task, --random_features or --init_from is given");
  visit(group, "--hidden", o.hidden, "widths of the hidden layers, for example 512,256; overrides -nhl and -sz");
  visit(group, "--num_layers", o.num_layers, "hidden layers; 0: the inputs lead straight to the outputs (also -nhl)");
  visit(group, "--hidden_size", o.hidden_size, "neurons in each hidden layer (also -sz)");
  visit(group, "--oriented_gradients", o.oriented_gradients,
        "the first layer sees, beside the pixels, histograms of oriented gradients with so many orientations (8 is usual); 0: "
        "none");
  visit(group, "--random_features", o.random_features,
        "so many random Fourier features of the inputs before the first layer, for the kernel exp(-gamma |x - y|^2); 0: none");
  visit(group, "--kernel_gamma", o.kernel_gamma, "that gamma, above 0");
  visit(group, "-a,--activation", o.activation,
        "identity, sigmoid, tanh, ReLU, leaky_relu, elu, gelu, gelu_tanh, silu, softplus, log_sigmoid");
  visit(group, "--batch_norm", o.batch_norm, "batch normalisation after each hidden layer");
  visit(group, "--dropout", o.dropout, "probability of dropping a hidden activation, from 0 to below 1");
  visit(group, "--noise", o.noise,
        "standard deviation of Gaussian noise that training adds to the inputs and before each hidden activation");
  visit(group, "--weight_init", o.weight_init,
        "default, zeros, random, uniform, normal, truncated_normal, Xavier, xavier_uniform, xavier_normal, kaiming_uniform, "
        "kaiming_normal, orthogonal (also -w_i)");
  visit(group, "--init_sd", o.init_sd, "standard deviation of normal and truncated_normal, half-width of uniform; 0: 0.1");
  visit(group, "--init_from", o.init_from, "start from the weights in this .safetensors file");

  group = "Training";
  visit(group, "-e,--epochs", o.epochs, "passes over the training images");
  visit(group, "-b,--batch_size", o.batch_size, "images a step; lbfgs takes all");
  visit(group, "-l,--loss", o.loss,
        "cross_entropy, mean_squared_error, or hinge: of a support-vector machine of several classes");
  visit(group, "--loss_reduction", o.loss_reduction,
        "mean or sum: whether a step follows the gradient of the mean or of the sum of its images' losses; figures are means");
  visit(group, "--label_smoothing", o.label_smoothing, "share of the label spread over all classes, from 0 to below 1");
  visit(group, "--mixup", o.mixup,
        "blend images in pairs, labels too, in shares from Beta(alpha, alpha) with this alpha, for example 0.2; 0: none");
  visit(group, "--teachers", o.teachers,
        "folders of runs, with commas: learn from the probabilities that their networks give, besides the labels");
  visit(group, "--distill_weight", o.distill_weight, "the teachers' share of the loss, from 0 to 1; the labels have the rest");
  visit(group, "--distill_temperature", o.distill_temperature,
        "what logits are divided by before teachers are imitated, above 0");
  visit(group, "-o,--optimizer", o.optimizer,
        "sgd, momentum, nag, rmsprop, adam, adamw, nadam, adagrad, adadelta; lbfgs: every epoch one iteration over all images");
  visit(group, "--learning_rate", o.learning_rate, "learning rate, above 0; lbfgs does without (also -lr)");
  visit(group, "-m,--momentum", o.momentum, "momentum of the optimizers momentum and nag");
  visit(group, "--beta", o.beta, "decay of rmsprop's average of squares (also -beta)");
  visit(group, "--beta1", o.beta1, "decay of the average of gradients of adam, adamw and nadam (also -beta1)");
  visit(group, "--beta2", o.beta2, "decay of the average of squares of adam, adamw and nadam (also -beta2)");
  visit(group, "--epsilon", o.epsilon, "added to the denominator of the adaptive optimizers (also -eps)");
  visit(group, "--weight_decay", o.weight_decay,
        "L2: this times each parameter is added to its gradient; adamw: decoupled (also -w_d)");
  visit(group, "--clip_norm", o.clip_norm, "largest norm of the gradient of all parameters together; 0: no limit");
  visit(group, "--ema", o.ema, "decay of the average of weights that is evaluated and saved, for example 0.999; 0: none");
  visit(group, "--scheduler", o.scheduler,
        "none, step, multi_step, exponential, cosine, linear_warmup, one_cycle, reduce_on_plateau");
  visit(group, "--warmup_epochs", o.warmup_epochs, "scheduler linear_warmup: epochs over which the learning rate rises");
  visit(group, "--step_size", o.step_size, "scheduler step: epochs between reductions; reduce_on_plateau: patience in epochs");
  visit(group, "--milestones", o.milestones, "scheduler multi_step: epochs after which the rate is reduced, for example 30,40");
  visit(group, "--gamma", o.gamma, "schedulers step, multi_step, exponential, reduce_on_plateau: factor of each reduction");
  visit(group, "--early_stopping", o.early_stopping, "stop after this many epochs without improvement; 0: never");
  visit(group, "--min_delta", o.min_delta, "smallest change that counts as an improvement");
  visit(group, "--monitor", o.monitor,
        "what is watched for the best model: val_loss, val_accuracy, val_macro_f1, train_loss, train_accuracy");

  group = "Computation";
  visit(group, "--seed", o.seed, "decides initial weights, the split, the order of images and dropout");
  visit(group, "--threads", o.threads, "threads to use; 0: chosen by the size of the work. The result does not depend on it");
  visit(group, "--dtype", o.dtype, "float32 or float64");
  visit(group, "--precision", o.precision,
        "float32, or bf16: matrix products round their factors to bfloat16 and add up in float32; everything else, the weights "
        "too, stays float32. Needs AVX512_BF16; uses AMX where it is");
}

std::string name_of(const char* flags) {
  const std::string text(flags);
  return text.substr(text.rfind("--") + 2);
}

// nlohmann-json alone would take -1 for 2⁶⁴ − 1, and 1.5 for 1.
template <class Value>
bool fits(const nlohmann::json& json, const Value&) {
  if constexpr (std::is_same_v<Value, std::vector<std::size_t>>)
    return json.is_array() && std::all_of(json.begin(), json.end(), [](const auto& item) { return item.is_number_unsigned(); });
  else
    return !std::is_unsigned_v<Value> || std::is_same_v<Value, bool> || json.is_number_unsigned();
}

}  // namespace

std::vector<std::size_t> TrainOptions::hidden_widths() const {
  return hidden.empty() ? std::vector<std::size_t>(num_layers, hidden_size) : hidden;
}

void add_train_options(CLI::App& command, TrainOptions& options) {
  for_each_option(options, [&](const char* group, const char* flags, auto& value, const char* help) {
    using Value = std::remove_reference_t<decltype(value)>;
    const std::string name = name_of(flags);
    CLI::Option* option;
    if constexpr (std::is_same_v<Value, bool>) {
      option = command.add_flag(flags, value, help);
    } else if constexpr (std::is_same_v<Value, std::vector<std::size_t>>) {
      // As one text: a list given again replaces the first, where CLI11 would join them.
      option = command.add_option_function<std::string>(
          flags, [&value, name](const std::string& text) { value = parse_counts("--" + name, text); }, help);
      option->type_name("UINT,...");
    } else if constexpr (std::is_arithmetic_v<Value>) {
      option = add_number_option(command, flags, value, help);
    } else {
      option = command.add_option(flags, value, help)->capture_default_str();
    }
    option->take_last()->group(group);
  });
}

nlohmann::ordered_json to_json(const TrainOptions& options) {
  nlohmann::ordered_json json;
  for_each_option(options,
                  [&](const char*, const char* flags, const auto& value, const char*) { json[name_of(flags)] = value; });
  return json;
}

TrainOptions train_options_from_json(const nlohmann::json& json) {
  if (!json.is_object()) throw ConfigError("the options of a run must be an object of names and values");
  TrainOptions options;
  std::vector<std::string> names;
  for_each_option(options, [&](const char*, const char* flags, auto& value, const char*) {
    const std::string name = name_of(flags);
    names.push_back(name);
    if (!json.contains(name)) return;
    const nlohmann::json& given = json.at(name);
    try {
      if (fits(given, value)) return void(given.get_to(value));
    } catch (const nlohmann::json::exception&) {}
    throw ConfigError(fmt::format("option '{}': {} is not a value for it", name, given.dump()));
  });
  for (const auto& [key, value] : json.items())
    if (std::find(names.begin(), names.end(), key) == names.end()) throw_unknown_name("option", key, names);
  return options;
}

}  // namespace xgrad::apps
