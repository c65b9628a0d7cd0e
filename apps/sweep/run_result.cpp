#include "run_result.hpp"

#include <cmath>
#include <fstream>
#include <limits>

#include "xgrad/tensor/atomic_file.hpp"

namespace xgrad::apps::sweep {
namespace fs = std::filesystem;

namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN();

double number(const Json& object, const std::string& key) {
  return object.contains(key) && object[key].is_number() ? object[key].get<double>() : none;
}

Json read_json(const fs::path& path) {
  std::ifstream file(path);
  Json json = Json::parse(file, nullptr, false);
  return json.is_object() ? json : Json::object();
}

std::size_t position(const Metric& metric) {
  const std::vector<std::string>& names = figure_names();
  return static_cast<std::size_t>(std::find(names.begin(), names.end(), metric.name) - names.begin());
}

}  // namespace

const std::vector<std::string>& figure_names() {
  static const std::vector<std::string> names{"train_loss", "train_accuracy", "val_loss", "val_accuracy", "val_macro_f1"};
  return names;
}

std::vector<double> RunResult::costs(const Metric& metric) const {
  std::vector<double> costs;
  double best = std::numeric_limits<double>::infinity();
  for (const Figures& figures : history) {
    const double cost = metric.cost(figures[position(metric)]);
    if (cost < best) best = cost;
    costs.push_back(best);
  }
  return costs;
}

std::size_t RunResult::best_epoch(const Metric& metric) const {
  const std::vector<double> all = costs(metric);
  for (std::size_t i = 0; i < all.size(); ++i)
    if (std::isfinite(all[i]) && all[i] == all.back()) return i + 1;
  return 0;
}

void RunResult::cut(std::size_t limit) {
  if (epochs <= limit) return;
  epochs = limit;
  history.resize(std::min(limit, history.size()));
  test_loss = test_accuracy = test_macro_f1 = none;
}

RunResult read_result(const fs::path& folder) {
  RunResult result;
  const Json summary = read_json(folder / "summary.json"), failure = read_json(folder / "failed.json");
  result.outcome = summary.contains("outcome") && summary["outcome"].is_string() ? summary["outcome"].get<std::string>() : "";
  result.test_loss = number(summary, "test_loss");
  result.test_accuracy = number(summary, "test_accuracy");
  result.test_macro_f1 = number(summary, "test_macro_f1");
  if (failure.contains("reason")) {
    result.outcome = "failed";
    result.reason = failure["reason"].is_string() ? failure["reason"].get<std::string>() : failure["reason"].dump();
  }
  std::ifstream lines(folder / "metrics.jsonl");
  for (std::string line; std::getline(lines, line);) {
    const Json epoch = Json::parse(line, nullptr, false);
    if (!epoch.is_object()) break;  // it was killed in the middle of a line
    Figures figures;
    for (const std::string& name : figure_names()) figures.push_back(number(epoch, name));
    result.history.push_back(std::move(figures));
    result.seconds += std::isnan(number(epoch, "seconds")) ? 0 : number(epoch, "seconds");
  }
  const double epochs = number(summary, "epochs_run");
  result.epochs = result.outcome == "failed" || std::isnan(epochs) ? result.history.size() : static_cast<std::size_t>(epochs);
  result.history.resize(std::min(result.epochs, result.history.size()));
  return result;
}

void write_failure(const fs::path& folder, const std::string& reason) {
  write_file_atomically(folder / "failed.json", Json{{"reason", reason}}.dump(2) + "\n");
}

bool is_settled(const Run& run, const RunResult& result, const Metric& metric, Outcome& outcome) {
  RunResult known = result;
  if (result.outcome == "failed") {
    outcome.status = Status::Failed;
    outcome.reason = result.reason;
  } else if (result.outcome == "diverged") {
    outcome.status = Status::Diverged;
  } else if (run.target() < run.options.epochs && result.history.size() >= run.target() && result.outcome != "") {
    outcome.status = Status::Paused;
    known.cut(run.target());
  } else if (result.outcome == "finished" || result.outcome == "early_stopped") {
    outcome.status = Status::Finished;
  } else {
    return false;
  }
  outcome.costs = known.costs(metric);
  return true;
}

}  // namespace xgrad::apps::sweep
