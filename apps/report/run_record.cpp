#include "report/run_record.hpp"

#include <array>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <limits>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "json_file.hpp"
#include "xgrad/tensor/error.hpp"

namespace xgrad::apps {
namespace fs = std::filesystem;

namespace {

constexpr std::array<const char*, 8> figures{"train_loss",   "train_accuracy", "val_loss",           "val_accuracy",
                                             "val_macro_f1", "seconds",        "samples_per_second", "learning_rate"};

// Six digits are more than a chart shows, and halve the page of a sweep.
Json shortened(const Json& value) {
  if (!value.is_number_float()) return value;
  const double x = value.get<double>();
  if (!std::isfinite(x)) return nullptr;
  return std::strtod(fmt::format("{:.6g}", x).c_str(), nullptr);
}

void read_metrics(const fs::path& file, RunRecord& run) {
  std::ifstream in(file);
  if (!in) throw IoError(fmt::format("{}: cannot be opened", file.string()));
  for (const char* figure : figures) run.curves[figure] = Json::array();
  for (std::string line; std::getline(in, line);) {
    const Json epoch = Json::parse(line, nullptr, false);
    if (!epoch.is_object()) {
      if (in.eof()) break;  // being written just now
      throw IoError(fmt::format("{}: line {} is no JSON object", file.string(), run.epochs + 1));
    }
    for (const char* figure : figures) {
      const auto found = epoch.find(figure);
      run.curves[figure].push_back(found != epoch.end() && found->is_number() ? shortened(*found) : Json(nullptr));
    }
    ++run.epochs;
  }
}

// What the network was, whichever of the three options said so.
void join_hidden(Json& options) {
  std::vector<std::size_t> widths;
  if (options.contains("hidden") && options["hidden"].is_array() && !options["hidden"].empty())
    widths = options["hidden"].get<std::vector<std::size_t>>();
  else if (options.contains("num_layers") && options.contains("hidden_size"))
    widths.assign(options["num_layers"].get<std::size_t>(), options["hidden_size"].get<std::size_t>());
  options["hidden"] = widths.empty() ? "none" : fmt::format("{}", fmt::join(widths, "-"));
  options.erase("num_layers");
  options.erase("hidden_size");
}

}  // namespace

Json read_json(const fs::path& file) { return read_json_file(file); }

RunRecord RunRecord::read(const fs::path& folder) try {
  RunRecord run;
  run.folder = folder;
  run.options = read_json(folder / "config.json");
  join_hidden(run.options);
  read_metrics(folder / "metrics.jsonl", run);
  std::error_code ignored;
  if (fs::exists(folder / "summary.json", ignored)) {
    run.summary = read_json(folder / "summary.json");
    run.status = run.summary.value("outcome", "finished");
  }
  if (fs::exists(folder / "pictures.json", ignored)) run.pictures = read_json(folder / "pictures.json");
  run.to_json({});  // throws where a value is of another type than a run writes
  return run;
} catch (const nlohmann::json::exception& error) {
  throw IoError(fmt::format("{}: the run's files do not hold what a run writes: {}", folder.string(), error.what()));
}

Json RunRecord::at_best(const std::string& figure) const {
  const auto found = curves.find(figure);
  if (found == curves.end() || found->empty()) return nullptr;
  const auto best = summary.find("best_epoch");
  const std::size_t epoch = best != summary.end() && best->is_number_unsigned() ? best->get<std::size_t>() : 0;
  return (*found)[epoch >= 1 && epoch <= found->size() ? epoch - 1 : found->size() - 1];
}

double RunRecord::merit() const {
  if (const Json accuracy = at_best("val_accuracy"); accuracy.is_number()) return accuracy.get<double>();
  if (const Json loss = at_best("val_loss"); loss.is_number()) return -loss.get<double>();
  return -std::numeric_limits<double>::infinity();
}

Json RunRecord::to_json(const std::vector<std::string>& shown_options) const {
  Json run{
      {"path", folder.string()}, {"status", status}, {"epochs", epochs}, {"best_epoch", summary.value("best_epoch", Json())}};
  run["options"] = Json::object();
  for (const std::string& name : shown_options) run["options"][name] = options.value(name, Json());
  run["curves"] = curves;
  run["best"] = Json::object();
  for (const char* figure : {"train_loss", "train_accuracy", "val_loss", "val_accuracy", "val_macro_f1"})
    run["best"][figure] = at_best(figure);
  for (const char* figure : {"test_loss", "test_accuracy", "test_macro_f1", "duration"})
    run["best"][figure] = shortened(summary.value(figure, Json()));
  run["parameters"] = summary.value("parameters", Json());
  run["steps"] = summary.value("steps", Json());
  run["seed"] = options.value("seed", Json());
  run["fold"] = options.value("fold", "");
  run["task"] = options.value("task", "classify");
  run["dataset"] = options.value("dataset", "");
  run["confusion"] = summary.value("confusion_matrix", Json());
  run["classes"] = Json::array();
  if (const auto report = summary.find("report"); report != summary.end() && report->is_object() && report->contains("classes"))
    for (const Json& row : (*report)["classes"]) {
      Json kept{{"class", row.value("class", "")}};
      for (const char* figure : {"precision", "recall", "f1", "support"}) kept[figure] = shortened(row.value(figure, Json()));
      run["classes"].push_back(kept);
    }
  return run;
}

}  // namespace xgrad::apps
