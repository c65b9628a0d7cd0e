#include "experiment.hpp"

#include <algorithm>
#include <cctype>
#include <cmath>

#include <fmt/format.h>

#include "xgrad/autograd/ops.hpp"
#include "xgrad/nn/classification_report.hpp"
#include "xgrad/nn/data.hpp"
#include "xgrad/nn/model_file.hpp"
#include "xgrad/nn/optim/schedules.hpp"
#include "xgrad/tensor/error.hpp"
#include "xgrad/tensor/kernels/isa.hpp"
#include "xgrad/tensor/matmul.hpp"

namespace xgrad::apps {
namespace {

constexpr std::uint64_t split_stream = 4;  // 1 to 3 are initial values, masks and the order of images

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

template <class T>
data::Dataset<T> limited(const data::Dataset<T>& dataset, std::size_t limit) {
  return limit == 0 || limit >= dataset.size() ? dataset : dataset.first(limit);
}

const char* outcome_name(nn::Outcome outcome) {
  switch (outcome) {
    case nn::Outcome::Finished: return "finished";
    case nn::Outcome::EarlyStopped: return "early_stopped";
    case nn::Outcome::Paused: return "paused";
    case nn::Outcome::Interrupted: return "interrupted";
    default: return "diverged";
  }
}

}  // namespace

template <class T>
Splits<T> load_splits(const TrainOptions& o) {
  auto [train, test] = data::load<T>(o.dataset, {.data_dir = o.data_dir});
  train = limited(train, o.limit_train);
  test = limited(test, o.limit_test);
  Splits<T> splits{train, {}, test};
  if (o.val_fraction > 0) {
    const double kept_at_least = static_cast<double>(train.size()) * (1 - o.val_fraction);
    if (kept_at_least <= 0.5)
      throw ConfigError(fmt::format("--val_fraction {} holds out all of {} images; lower it, or raise --limit_train",
                                    o.val_fraction, train.size()));
    auto [kept, held_out] = data::hold_out(train, o.val_fraction, {.seed = Generator(o.seed).split(split_stream).stream()});
    splits.train = kept;
    splits.validation = held_out;
  }
  if (splits.train.size() == 0)
    throw ConfigError(fmt::format("no training images are left; lower --val_fraction ({})", o.val_fraction));
  if (o.standardize) {
    const auto standardizer = data::Standardizer<T>::fit(splits.train, data::Scope::Global);
    splits.train = standardizer.apply(splits.train);
    if (splits.validation.size() > 0) splits.validation = standardizer.apply(splits.validation);
    splits.test = standardizer.apply(splits.test);
  }
  return splits;
}

template <class T>
std::unique_ptr<nn::MLP<T>> make_network(const TrainOptions& o, std::size_t inputs, std::size_t classes) {
  std::vector<std::size_t> widths = o.hidden_widths();
  widths.insert(widths.begin(), inputs);
  widths.push_back(classes);
  auto network = std::make_unique<nn::MLP<T>>(widths, nn::MlpOptions{.activation = o.activation,
                                                                     .normalization = o.batch_norm ? "batch" : "none",
                                                                     .dropout = o.dropout,
                                                                     .initializer = lower(o.weight_init),
                                                                     .init_sd = o.init_sd,
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
  return [smoothing = o.label_smoothing](const Tensor<T>& outputs, const Indices& labels) {
    return cross_entropy(outputs, labels, CrossEntropyOptions<T>{.label_smoothing = smoothing});
  };
}

template <class T>
std::unique_ptr<optim::Optimizer<T>> make_optimizer(const TrainOptions& o, nn::Module<T>& network) {
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

template <class T>
nlohmann::ordered_json summarize(const TrainOptions& o, nn::Trainer<T>& trainer, const data::Dataset<T>& test,
                                 nn::Outcome outcome, double seconds) {
  nlohmann::ordered_json summary{{"outcome", outcome_name(outcome)}};
  if (outcome == nn::Outcome::Finished || outcome == nn::Outcome::EarlyStopped) {
    const metrics::MetricAccumulator m = nn::evaluate<T>(trainer.model(), test, make_loss<T>(o));
    const auto report = metrics::classification_report(m.confusion(), test.description().class_names);
    nlohmann::ordered_json matrix = nlohmann::ordered_json::array();
    const std::size_t classes = test.class_count();
    for (std::size_t i = 0; i < classes; ++i)
      matrix.push_back(std::vector<std::int64_t>(m.confusion().data() + i * classes, m.confusion().data() + (i + 1) * classes));
    summary["test_loss"] = m.loss();
    summary["test_accuracy"] = m.accuracy();
    summary["test_macro_f1"] = m.macro_f1();
    summary["confusion_matrix"] = matrix;
    summary["report"] = nlohmann::ordered_json::parse(report.to_json());
  }
  summary["best_epoch"] = trainer.best_epoch();
  summary["epochs_run"] = trainer.history().size();
  summary["steps"] = trainer.progress().step;
  summary["parameters"] = trainer.model().parameter_count();
  summary["seed"] = o.seed;
  summary["duration"] = seconds;
  summary["versions"] = {{"xgrad", XGRAD_VERSION},
                         {"compiler", __VERSION__},
                         {"blas", blas_name()},
                         {"isa", std::string(kernels::name(kernels::active_isa()))}};
  return summary;
}

#define XGRAD_INSTANTIATE(T)                                                                                                   \
  template Splits<T> load_splits(const TrainOptions&);                                                                         \
  template std::unique_ptr<nn::MLP<T>> make_network(const TrainOptions&, std::size_t, std::size_t);                            \
  template nn::LossFunction<T> make_loss(const TrainOptions&);                                                                 \
  template std::unique_ptr<optim::Optimizer<T>> make_optimizer(const TrainOptions&, nn::Module<T>&);                           \
  template std::shared_ptr<optim::Scheduler<T>> make_scheduler(const TrainOptions&, optim::Optimizer<T>&, std::size_t, bool&); \
  template nlohmann::ordered_json summarize(const TrainOptions&, nn::Trainer<T>&, const data::Dataset<T>&, nn::Outcome, double);
XGRAD_INSTANTIATE(float)
XGRAD_INSTANTIATE(double)
#undef XGRAD_INSTANTIATE

}  // namespace xgrad::apps
