// sweep.csv and sweep.json
#include <cmath>

#include <fmt/format.h>

#include "run_options.hpp"
#include "sweep_folder.hpp"
#include "xgrad/tensor/atomic_file.hpp"

namespace xgrad::apps::sweep {
namespace {

std::string quoted(const std::string& text) {
  if (text.find_first_of(",\"\n\r") == text.npos) return text;
  std::string result = "\"";
  for (const char c : text) result += c == '"' ? "\"\"" : std::string(1, c);
  return result + "\"";
}

std::string cell(double x) { return std::isfinite(x) ? fmt::format("{}", x) : ""; }

// A run's best figure; none: NaN.
double best_figure(const SweepFile& file, const Run& run, const RunResult& result) {
  const std::size_t best = result.best_epoch(file.metric);
  const bool counts = best > 0 && run.status != Status::Diverged && run.status != Status::Failed;
  return counts ? file.metric.cost(result.costs(file.metric).back()) : NAN;
}

std::string csv_line(const SweepFile& file, const Run& run, const RunResult& result) {
  std::string line = fmt::format("{},{}", quoted("runs/" + run.name), status_name(run.status));
  for (std::size_t i = 0; i < run.values.size(); ++i)
    if (!file.parameters[i].is_constant()) line += "," + quoted(value_text(run.values[i]));
  const std::size_t best = result.best_epoch(file.metric);
  line +=
      fmt::format(",{},{},{}", result.epochs, best > 0 ? fmt::format("{}", best) : "", cell(best_figure(file, run, result)));
  for (std::size_t i = 0; i < figure_names().size(); ++i) line += "," + (best > 0 ? cell(result.history[best - 1][i]) : "");
  return line + fmt::format(",{},{},{},{:.3f}\n", cell(result.test_loss), cell(result.test_accuracy),
                            cell(result.test_macro_f1), result.seconds);
}

Json axis(const Parameter& p) {
  Json json{{"name", p.name()}};
  if (p.is_listed()) {
    json["values"] = p.values();
  } else {
    json["min"] = p.lowest();
    json["max"] = p.highest();
    json["scale"] = p.is_logarithmic() ? "log" : "linear";
  }
  return json;
}

Json run_entry(const SweepFile& file, const Run& run, const RunResult& result) {
  Json parameters = Json::object();
  for (std::size_t i = 0; i < run.values.size(); ++i)
    if (!file.parameters[i].is_constant()) parameters[file.parameters[i].name()] = run.values[i];
  Json entry{{"run", "runs/" + run.name}, {"status", status_name(run.status)}, {"parameters", std::move(parameters)}};
  const double best = best_figure(file, run, result);
  entry["metric"] = std::isfinite(best) ? Json(best) : Json(nullptr);
  entry["epochs"] = result.epochs;
  if (!run.reason.empty()) entry["reason"] = run.reason;
  return entry;
}

}  // namespace

std::string status_name(Status status) {
  switch (status) {
    case Status::Finished: return "finished";
    case Status::Stopped: return "stopped";
    case Status::Diverged: return "diverged";
    case Status::Failed: return "failed";
    default: return "unfinished";
  }
}

std::string csv_table(const SweepFile& file, const std::vector<Run>& runs, const std::vector<RunResult>& results) {
  std::string text = "run,status";
  for (const Parameter& p : file.parameters)
    if (!p.is_constant()) text += "," + p.name();
  text += ",epochs_run,best_epoch,best_" + file.metric.name;
  for (const std::string& name : figure_names()) text += "," + name;
  text += ",test_loss,test_accuracy,test_macro_f1,seconds\n";
  for (std::size_t i = 0; i < runs.size(); ++i) text += csv_line(file, runs[i], results[i]);
  return text;
}

void SweepFolder::write(const SweepFile& file, const Settings& settings, const std::vector<Run>& runs,
                        const std::vector<RunResult>& results) const {
  write_file_atomically(path_ / "sweep.csv", csv_table(file, runs, results));
  Json json{{"name", file.name}, {"description", file.description}, {"method", file.method}, {"seed", settings.seed}};
  json["metric"] = {{"name", file.metric.name}, {"goal", file.metric.maximize ? "maximize" : "minimize"}};
  json["parameters"] = Json::array();
  for (const Parameter& p : file.parameters)
    if (!p.is_constant()) json["parameters"].push_back(axis(p));
  json["runs"] = Json::array();
  for (std::size_t i = 0; i < runs.size(); ++i) json["runs"].push_back(run_entry(file, runs[i], results[i]));
  write_file_atomically(path_ / "sweep.json", json.dump(1) + "\n");
}

}  // namespace xgrad::apps::sweep
