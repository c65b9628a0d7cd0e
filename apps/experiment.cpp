#include "experiment.hpp"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "standard_streams.hpp"
#include "xgrad/autograd/ops.hpp"
#include "xgrad/nn/data.hpp"
#include "xgrad/nn/model_file.hpp"
#include "xgrad/nn/optim/lbfgs.hpp"
#include "xgrad/nn/optim/schedules.hpp"
#include "xgrad/tensor/error.hpp"
#include "xgrad/tensor/matmul_precision.hpp"

namespace xgrad::apps {
namespace {

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

nn::OrientedGradientsOptions square_images(std::size_t side, std::size_t orientations) {
  return {.height = side, .width = side, .orientations = orientations};
}

// What IDX files hold is taken for square images.
std::optional<nn::OrientedGradientsOptions> oriented_gradients(const TrainOptions& o, std::size_t pixels) {
  if (o.oriented_gradients == 0) return std::nullopt;
  const auto side = static_cast<std::size_t>(std::lround(std::sqrt(static_cast<double>(pixels))));
  const nn::OrientedGradientsOptions options = square_images(side, o.oriented_gradients);
  if (side * side != pixels || side % options.cell != 0 || side < options.cell * options.block)
    throw ConfigError(fmt::format(
        "--oriented_gradients: images of {} pixels are no squares whose side is a multiple of {}, from {}; leave it "
        "out",
        pixels, options.cell, options.cell * options.block));
  return options;
}

}  // namespace

std::size_t input_count(const TrainOptions& o, std::size_t first_layer) {
  if (o.oriented_gradients == 0) return first_layer;
  const auto [cell, block] = std::pair{nn::OrientedGradientsOptions{}.cell, nn::OrientedGradientsOptions{}.block};
  std::size_t side = cell * block;
  while (nn::OrientedGradients<float>(square_images(side, o.oriented_gradients)).output_width() < first_layer) side += cell;
  return side * side;
}

std::size_t output_count(const TrainOptions& o, std::size_t inputs, std::size_t classes) {
  return o.reconstructs() ? inputs : classes;
}

std::string bf16_advice(double speed) {
  if (speed >= 1) return "";
  return fmt::format(
      "--precision bf16: products of matrices are only {:.1f} times as fast as in float32 with this processor's {}; "
      "leave it out to train faster\n",
      speed, bf16_unit());
}

void use_precision(const TrainOptions& o) try {
  set_float32_matmul_precision(o.precision == "bf16" ? MatmulPrecision::Medium : MatmulPrecision::Highest);
} catch (const ConfigError& error) { throw ConfigError(fmt::format("--precision {}: {}", o.precision, error.what())); }

void use_precision_if_possible(const TrainOptions& o) {
  if (o.precision != "bf16" || bf16_supported()) return use_precision(o);
  print_error("the run's products were computed in bfloat16, which is not to be had here; now in float32\n");
}

template <class T>
std::unique_ptr<nn::MLP<T>> make_network(const TrainOptions& o, std::size_t inputs, std::size_t outputs) {
  std::vector<std::size_t> widths = o.hidden_widths();
  widths.insert(widths.begin(), inputs);
  widths.push_back(outputs);
  auto network = std::make_unique<nn::MLP<T>>(widths, nn::MlpOptions{.activation = o.activation,
                                                                     .normalization = o.batch_norm ? "batch" : "none",
                                                                     .dropout = o.dropout,
                                                                     .noise = o.noise,
                                                                     .initializer = lower(o.weight_init),
                                                                     .init_sd = o.init_sd,
                                                                     .oriented_gradients = oriented_gradients(o, inputs),
                                                                     .random_features = o.random_features,
                                                                     .kernel_gamma = o.kernel_gamma,
                                                                     .seed = o.seed});
  if (!o.init_from.empty()) nn::load_model(*network, o.init_from);
  return network;
}

template <class T>
nn::LossFunction<T> make_loss(const TrainOptions& o) {
  if (o.loss == "mean_squared_error")
    return [](const Tensor<T>& outputs, const Indices& labels) {
      const std::size_t classes = outputs.shape().back();
      return mean(square(softmax(outputs) - Tensor<T>(data::one_hot<T>(labels, classes))));
    };
  if (o.loss == "hinge")
    return [](const Tensor<T>& outputs, const Indices& labels) { return multi_margin_loss(outputs, labels); };
  return [smoothing = o.label_smoothing](const Tensor<T>& outputs, const Indices& labels) {
    return cross_entropy(outputs, labels, CrossEntropyOptions<T>{.label_smoothing = smoothing});
  };
}

template <class T>
std::unique_ptr<optim::Optimizer<T>> make_optimizer(const TrainOptions& o, nn::Module<T>& network) {
  // An iteration an epoch, as scikit-learn counts them; the line search begins with the whole step.
  if (o.optimizer == "lbfgs")
    return std::make_unique<optim::LBFGS<T>>(network.parameters(),
                                             optim::LBFGSOptions{.max_iter = 1, .weight_decay = o.weight_decay});
  return optim::make_optimizer<T>(o.optimizer, network.parameters(),
                                  {.lr = o.learning_rate,
                                   .momentum = o.momentum,
                                   .beta = o.beta,
                                   .beta1 = o.beta1,
                                   .beta2 = o.beta2,
                                   .eps = o.epsilon,
                                   .weight_decay = o.weight_decay});
}

template <class T>
std::shared_ptr<optim::Scheduler<T>> make_scheduler(const TrainOptions& o, optim::Optimizer<T>& optimizer,
                                                    std::size_t steps_per_epoch, bool& per_step) {
  per_step = o.scheduler == "one_cycle" || o.scheduler == "cosine" || o.scheduler == "linear_warmup";
  const std::size_t steps = o.epochs * steps_per_epoch;
  if (o.scheduler == "step") return std::make_shared<optim::StepLR<T>>(optimizer, o.step_size, o.gamma);
  if (o.scheduler == "multi_step") return std::make_shared<optim::MultiStepLR<T>>(optimizer, o.milestones, o.gamma);
  if (o.scheduler == "exponential") return std::make_shared<optim::ExponentialLR<T>>(optimizer, o.gamma);
  if (o.scheduler == "cosine") return std::make_shared<optim::CosineAnnealingLR<T>>(optimizer, steps);
  if (o.scheduler == "linear_warmup")
    return std::make_shared<optim::LinearLR<T>>(optimizer, 0.01, 1,
                                                std::max<std::size_t>(1, o.warmup_epochs * steps_per_epoch));
  if (o.scheduler == "one_cycle")
    return std::make_shared<optim::OneCycleLR<T>>(
        optimizer, optim::OneCycleOptions{.max_lr = o.learning_rate, .total_steps = steps, .cycle_momentum = false});
  if (o.scheduler == "reduce_on_plateau")
    return std::make_shared<optim::ReduceLROnPlateau<T>>(
        optimizer,
        optim::PlateauOptions{
            .higher_is_better = o.monitor.find("loss") == std::string::npos, .factor = o.gamma, .patience = o.step_size});
  return nullptr;
}

#define XGRAD_INSTANTIATE(T)                                                                         \
  template std::unique_ptr<nn::MLP<T>> make_network(const TrainOptions&, std::size_t, std::size_t);  \
  template nn::LossFunction<T> make_loss(const TrainOptions&);                                       \
  template std::unique_ptr<optim::Optimizer<T>> make_optimizer(const TrainOptions&, nn::Module<T>&); \
  template std::shared_ptr<optim::Scheduler<T>> make_scheduler(const TrainOptions&, optim::Optimizer<T>&, std::size_t, bool&);
XGRAD_INSTANTIATE(float)
XGRAD_INSTANTIATE(double)
#undef XGRAD_INSTANTIATE

}  // namespace xgrad::apps
