// xgrad evaluate
#include <memory>

#include <fmt/format.h>

#include "commands.hpp"
#include "program.hpp"
#include "saved_run.hpp"
#include "splits.hpp"
#include "xgrad/nn/classification_report.hpp"
#include "xgrad/tensor/error.hpp"

namespace xgrad::apps {
namespace {

struct EvaluateOptions {
  SavedRun run;
  std::string split = "test";
  bool json = false;
};

template <class T>
int evaluate(const EvaluateOptions& e) {
  const TrainOptions o = e.run.options();
  use_precision_if_possible(o);
  const Splits<T> splits = load_splits<T>(o);
  const data::Dataset<T>& dataset = e.split == "train"        ? splits.train
                                    : e.split == "validation" ? splits.validation
                                                              : splits.test;
  if (dataset.size() == 0)
    throw ConfigError(
        fmt::format("--split {}: the run held no such images out; its --val_fraction is {}", e.split, o.val_fraction));
  const auto network =
      e.run.network<T>(o, dataset.feature_count(), output_count(o, dataset.feature_count(), dataset.class_count()));
  if (o.reconstructs()) {
    const double loss = nn::evaluate_loss<T>(*network, dataset, nn::Target::Input);
    if (e.json)
      fmt::print("{}\n", nlohmann::ordered_json{{"split", e.split}, {"images", dataset.size()}, {"loss", loss}}.dump(2));
    else
      fmt::print("{} {} images: loss {:.6f}\n", dataset.size(), e.split, loss);
    return success;
  }
  const metrics::MetricAccumulator m = nn::evaluate<T>(*network, dataset, make_loss<T>(o));
  const auto report = metrics::classification_report(m.confusion(), dataset.description().class_names);
  if (e.json) {
    const nlohmann::ordered_json json{{"split", e.split},         {"images", m.count()},
                                      {"loss", m.loss()},         {"accuracy", m.accuracy()},
                                      {"macro_f1", m.macro_f1()}, {"report", nlohmann::ordered_json::parse(report.to_json())}};
    fmt::print("{}\n", json.dump(2));
  } else {
    fmt::print("{}\n{} {} images: accuracy {:.2f} %, macro-F1 {:.4f}, loss {:.4f}\n", report.to_string(), m.count(), e.split,
               100 * m.accuracy(), m.macro_f1(), m.loss());
  }
  return success;
}

}  // namespace

void add_evaluate_command(CLI::App& app, int& status) {
  CLI::App* command = app.add_subcommand("evaluate", "measure a trained model: accuracy, F1, and the report for each class");
  const auto options = std::make_shared<EvaluateOptions>();
  options->run.add_options(*command);
  command->add_option("--split", options->split, "test, validation or train, as the run divided them")
      ->capture_default_str()
      ->check(CLI::IsMember({"test", "validation", "train"}));
  command->add_flag("--json", options->json, "print JSON");
  command->callback([options, &status] {
    status = with_dtype(options->run.options().dtype, [&]<class T>() { return evaluate<T>(*options); });
  });
}

}  // namespace xgrad::apps
