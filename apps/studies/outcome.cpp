#include "studies/outcome.hpp"

#include <algorithm>
#include <set>

#include "studies/campaign.hpp"
#include "studies/findings.hpp"
#include "studies/metric.hpp"
#include "studies/published_tables.hpp"
#include "studies/samples.hpp"
#include "studies/statistics.hpp"

namespace xgrad::apps {
namespace {

constexpr double chance_doubled = 20;  // per cent, of ten classes

bool lower_is_better(const Metric& metric) { return metric.name.find("loss") != std::string::npos; }

// One figure for each seed: the mean over its folds. Empty if a run of the row has none.
std::vector<double> figures(const PlannedRow& row, const std::vector<PlannedRun>& runs, const std::string& metric) {
  std::vector<double> values;
  for (const auto& folds : row.runs) {
    std::vector<double> of_seed;
    for (const std::size_t run : folds) {
      const auto outcome = read_outcome(runs[run].folder);
      if (!outcome || !outcome->figures.contains(metric)) return {};
      of_seed.push_back(outcome->figures.at(metric));
    }
    values.push_back(mean_of(of_seed));
  }
  return values;
}

bool has_diverged(const PlannedRow& row, const std::vector<PlannedRun>& runs) {
  for (const auto& folds : row.runs)
    for (const std::size_t run : folds)
      if (const auto outcome = read_outcome(runs[run].folder); outcome && outcome->outcome == "diverged") return true;
  return false;
}

Json judge(const Row& row, const Metric& metric, const std::vector<double>& values) {
  const auto published = row.published.find(metric.name);
  const auto wanted = row.at_least.find(metric.name);
  const bool judged_by_published = row.defect.empty() && published != row.published.end() && metric.tolerance > 0;
  if (wanted == row.at_least.end() && !judged_by_published) return nullptr;
  if (values.empty()) return row.fails;
  const double mean = mean_of(values);
  if (wanted != row.at_least.end()) return mean >= wanted->second;
  return mean >= published->second - metric.tolerance || (row.fails && mean <= chance_doubled);
}

// A published failure that holds for no other reason than that ours is one too.
bool fails_too(const Row& row, const Metric& metric, const std::vector<double>& values) {
  if (!row.fails || row.at_least.contains(metric.name) || judge(row, metric, values) != true) return false;
  return values.empty() || mean_of(values) < row.published.at(metric.name) - metric.tolerance;
}

Json metric_json(const Row& row, const std::string& name, const std::vector<double>& values, bool diverged) {
  const Metric& metric = metric_named(name);
  Json json{{"metric", name}, {"label", metric.label}, {"unit", metric.unit}, {"digits", metric.digits}};
  const auto published = row.published.find(name);
  const auto published_sd = row.published_sd.find(name);
  const auto wanted = row.at_least.find(name);
  json["published"] = published == row.published.end() ? Json() : Json(published->second);
  json["published_sd"] = published_sd == row.published_sd.end() ? Json() : Json(published_sd->second);
  json["at_least"] = wanted == row.at_least.end() ? Json() : Json(wanted->second);
  for (const char* key : {"mean", "sd", "best", "difference"}) json[key] = nullptr;
  if (!values.empty()) {
    json["mean"] = mean_of(values);
    json["sd"] = values.size() > 1 ? Json(deviation_of(values)) : Json();
    json["best"] = lower_is_better(metric) ? *std::min_element(values.begin(), values.end())
                                           : *std::max_element(values.begin(), values.end());
    if (published != row.published.end()) json["difference"] = mean_of(values) - published->second;
  }
  json["seeds"] = values.size();
  json["holds"] = judge(row, metric, values);
  json["fails_too"] = fails_too(row, metric, values);
  json["defect"] = row.defect.empty() || published == row.published.end() ? Json() : Json(row.defect);
  json["note"] = diverged ? Json("diverged") : Json();
  return json;
}

Json run_paths(const PlannedStudy& study, const PlannedRow& row, const std::vector<PlannedRun>& runs) {
  Json paths = Json::array();
  for (const auto& folds : row.runs)
    for (const std::size_t run : folds) paths.push_back(std::filesystem::relative(runs[run].folder, study.folder).string());
  return paths;
}

std::vector<std::string> shown_metrics(const Part& part, const Row& row) {
  std::vector<std::string> names = part.metrics;
  for (const auto* extra : {&row.published, &row.at_least})
    for (const auto& [name, value] : *extra)
      if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  return names;
}

Json row_json(const PlannedStudy& study, const Part& part, const PlannedRow& row, const std::vector<PlannedRun>& runs) {
  Json json{{"name", row.row.name}, {"options", row.row.options}, {"runs", run_paths(study, row, runs)}};
  const bool diverged = has_diverged(row, runs);
  json["metrics"] = Json::array();
  for (const std::string& name : shown_metrics(part, row.row))
    json["metrics"].push_back(metric_json(row.row, name, figures(row, runs, name), diverged));
  return json;
}

// The row with the best mean.
const PlannedRow* best_row(const PlannedPart& part, const std::vector<PlannedRun>& runs, const Metric& by) {
  const PlannedRow* best = nullptr;
  double best_mean = 0;
  for (const PlannedRow& row : part.rows) {
    const std::vector<double> values = figures(row, runs, by.name);
    if (values.empty()) continue;
    const double mean = lower_is_better(by) ? -mean_of(values) : mean_of(values);
    if (best && mean <= best_mean) continue;
    best = &row;
    best_mean = mean;
  }
  return best;
}

std::size_t best_seed(const PlannedRow& row, const std::vector<PlannedRun>& runs, const Metric& by) {
  const std::vector<double> values = figures(row, runs, by.name);
  const auto best =
      lower_is_better(by) ? std::min_element(values.begin(), values.end()) : std::max_element(values.begin(), values.end());
  return static_cast<std::size_t>(best - values.begin());
}

void add_selection(Json& json, const PlannedStudy& study, const PlannedPart& part, const std::vector<PlannedRun>& runs) {
  const Selection& selection = part.part.selection;
  if (selection.by.empty()) return;
  const Metric& by = metric_named(selection.by);
  const PlannedRow* chosen = best_row(part, runs, by);
  if (!chosen) return;
  PlannedRow selected = *chosen;
  selected.row = selection.row;
  selected.row.name = chosen->row.name;
  selected.row.options = chosen->row.options;
  Part shown = part.part;
  shown.metrics = {"test_accuracy", "test_macro_f1"};
  const PlannedRun& run = runs[chosen->runs[best_seed(*chosen, runs, by)][0]];
  json["selected"] = row_json(study, shown, selected, runs);
  json["selected"]["row"] = chosen->row.name;
  json["selected"]["run"] = std::filesystem::relative(run.folder, study.folder).string();
  json["selected"]["by"] = selection.by;
  json["selected"]["by_label"] = by.label;
  json["tables"] = published_tables(part.part, *chosen, runs, run);
}

Json curves_json(const PlannedStudy& study, const PlannedPart& part, const Curves& curves,
                 const std::vector<PlannedRun>& runs) {
  Json json{{"title", curves.title}, {"metric", curves.metric}, {"runs", Json::array()}};
  for (const PlannedRow& row : part.rows) {
    const auto& names = curves.rows;
    if (!names.empty() && std::find(names.begin(), names.end(), row.row.name) == names.end()) continue;
    json["runs"].push_back({{"label", row.row.name}, {"run", run_paths(study, row, runs)[0]}});
  }
  return json;
}

Json part_json(const PlannedStudy& study, const PlannedPart& part, const std::vector<PlannedRun>& runs) {
  Json json{{"name", part.part.name}, {"title", part.part.title}, {"note", part.part.note}, {"rows", Json::array()}};
  for (const PlannedRow& row : part.rows) json["rows"].push_back(row_json(study, part.part, row, runs));
  add_selection(json, study, part, runs);
  json["curves"] = Json::array();
  for (const Curves& curves : part.part.curves) json["curves"].push_back(curves_json(study, part, curves, runs));
  if (part.part.parallel) json["parallel"] = true;
  if (part.part.reconstructions) {
    json["reconstructions"] = Json::array();
    for (const PlannedRow& row : part.rows) json["reconstructions"].push_back(run_paths(study, row, runs)[0]);
  }
  if (!part.part.samples.empty())
    json["samples"] = sample_images(part, runs[part.rows.at(0).runs.at(0).at(0)].options.data_dir);
  return json;
}

bool row_holds(const Json& row) {
  return std::none_of(row.at("metrics").begin(), row.at("metrics").end(),
                      [](const Json& metric) { return metric.at("holds") == false; });
}

}  // namespace

Json study_outcome(const PlannedStudy& study, const std::vector<PlannedRun>& runs) {
  Json json{{"study", study.study.name}, {"title", study.study.title}, {"source", study.study.source}};
  json["choices"] = Json::array();
  for (const Choice& choice : study.study.choices)
    json["choices"].push_back({{"what", choice.what}, {"reason", choice.reason}});
  json["parts"] = Json::array();
  for (const PlannedPart& part : study.parts) json["parts"].push_back(part_json(study, part, runs));
  json["findings"] = findings_json(study, runs);
  double seconds = 0;
  std::set<std::size_t> counted;
  for (const PlannedPart& part : study.parts)
    for (const PlannedRow& row : part.rows)
      for (const auto& folds : row.runs)
        for (const std::size_t run : folds)
          if (counted.insert(run).second)
            if (const auto outcome = read_outcome(runs[run].folder)) seconds += outcome->summary.value("duration", 0.0);
  json["runs"] = counted.size();
  json["seconds"] = seconds;
  json["holds"] = all_holds(json);
  return json;
}

bool all_holds(const Json& outcome) {
  for (const Json& part : outcome.at("parts")) {
    for (const Json& row : part.at("rows"))
      if (!row_holds(row)) return false;
    if (part.contains("selected") && !row_holds(part.at("selected"))) return false;
  }
  return true;
}

}  // namespace xgrad::apps
