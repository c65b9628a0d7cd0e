#include "studies/metric.hpp"

#include "xgrad/nn/names.hpp"

namespace xgrad::apps {

const std::vector<Metric>& known_metrics() {
  static const std::vector<Metric> metrics{
      {"train_loss", "training loss", "", 1, 0, 4},
      {"train_accuracy", "training accuracy", "%", 100, 0, 2},
      {"val_loss", "validation loss", "", 1, 0, 4},
      {"val_accuracy", "validation accuracy", "%", 100, 0.5, 2},
      {"val_macro_f1", "validation macro-F1", "", 1, 0.005, 4},
      {"teachers_val_accuracy", "validation accuracy of the teachers together", "%", 100, 0, 2},
      {"test_loss", "test loss", "", 1, 0, 4},
      {"test_accuracy", "test accuracy", "%", 100, 0.5, 2},
      {"test_macro_f1", "test macro-F1", "", 1, 0.005, 4},
      {"teachers_test_accuracy", "test accuracy of the teachers together", "%", 100, 0, 2},
      {"best_epoch", "best epoch", "", 1, 0, 1},
      {"epochs_run", "epochs run", "", 1, 0, 1},
  };
  return metrics;
}

const Metric& metric_named(const std::string& name) {
  std::vector<std::string> names;
  for (const Metric& metric : known_metrics()) {
    if (metric.name == name) return metric;
    names.push_back(metric.name);
  }
  throw_unknown_name("metric", name, names);
}

}  // namespace xgrad::apps
