#include "summary.hpp"

#include <vector>

#include "experiment.hpp"
#include "run_folder.hpp"
#include "xgrad/nn/classification_report.hpp"
#include "xgrad/tensor/kernels/isa.hpp"
#include "xgrad/tensor/matmul.hpp"
#include "xgrad/tensor/matmul_precision.hpp"

namespace xgrad::apps {
namespace {

using Json = nlohmann::ordered_json;

const char* outcome_name(nn::Outcome outcome) {
  switch (outcome) {
    case nn::Outcome::Finished: return "finished";
    case nn::Outcome::EarlyStopped: return "early_stopped";
    case nn::Outcome::Paused: return "paused";
    case nn::Outcome::Interrupted: return "interrupted";
    default: return "diverged";
  }
}

// The figures of the epoch whose weights are kept: the best, or the last where nothing was watched.
template <class T>
void add_best_epoch(Json& summary, const nn::Trainer<T>& trainer) {
  if (trainer.history().empty()) return;
  const std::size_t best = trainer.best_epoch();
  const Json epoch = to_json(best > 0 ? trainer.history().at(best - 1) : trainer.history().back());
  for (const char* name : {"train_loss", "train_accuracy", "val_loss", "val_accuracy", "val_macro_f1"})
    summary[name] = epoch.at(name);
}

template <class T>
void add_test(Json& summary, const TrainOptions& o, nn::Module<T>& model, const data::Dataset<T>& test) {
  if (o.reconstructs()) {
    summary["test_loss"] = nn::evaluate_loss<T>(model, test, nn::Target::Input);
    for (const char* name : {"test_accuracy", "test_macro_f1", "confusion_matrix", "report"}) summary[name] = nullptr;
    return;
  }
  const metrics::MetricAccumulator m = nn::evaluate<T>(model, test, make_loss<T>(o));
  const auto report = metrics::classification_report(m.confusion(), test.description().class_names);
  Json matrix = Json::array();
  const std::size_t classes = test.class_count();
  for (std::size_t i = 0; i < classes; ++i)
    matrix.push_back(std::vector<std::int64_t>(m.confusion().data() + i * classes, m.confusion().data() + (i + 1) * classes));
  summary["test_loss"] = m.loss();
  summary["test_accuracy"] = m.accuracy();
  summary["test_macro_f1"] = m.macro_f1();
  summary["confusion_matrix"] = matrix;
  summary["report"] = Json::parse(report.to_json());
}

}  // namespace

template <class T>
Json summarize(const TrainOptions& o, nn::Trainer<T>& trainer, const data::Dataset<T>& test, nn::Outcome outcome,
               double seconds) {
  Json summary{{"outcome", outcome_name(outcome)}};
  add_best_epoch(summary, trainer);
  if (is_complete(outcome)) add_test(summary, o, trainer.model(), test);
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
  if (o.precision == "bf16") summary["versions"]["bf16"] = std::string(bf16_unit());
  return summary;
}

template Json summarize(const TrainOptions&, nn::Trainer<float>&, const data::Dataset<float>&, nn::Outcome, double);
template Json summarize(const TrainOptions&, nn::Trainer<double>&, const data::Dataset<double>&, nn::Outcome, double);

}  // namespace xgrad::apps
