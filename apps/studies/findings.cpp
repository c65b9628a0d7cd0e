#include "studies/findings.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include <fmt/format.h>

#include "studies/campaign.hpp"
#include "studies/metric.hpp"
#include "studies/rows.hpp"
#include "studies/statistics.hpp"
#include "xgrad/tensor/error.hpp"

namespace xgrad::apps {
namespace {

// A run that diverged counts as one that only guesses.
double figure_of(const RunOutcome& run, const Metric& metric) {
  const auto found = run.figures.find(metric.name);
  return found != run.figures.end() ? found->second : metric.scale * 0.1;
}

std::vector<double> group_figures(const PlannedPart& part, const Json& where, const Metric& metric,
                                  const std::vector<PlannedRun>& runs) {
  std::vector<double> values;
  for (const PlannedRow& row : part.rows) {
    if (!matches(row.options, where)) continue;
    for (const auto& folds : row.runs)
      for (const std::size_t run : folds)
        if (const auto outcome = read_outcome(runs[run].folder)) values.push_back(figure_of(*outcome, metric));
  }
  return values;
}

double statistic(const std::vector<double>& values, const std::string& name) {
  if (name == "best") return *std::max_element(values.begin(), values.end());
  if (name == "worst") return *std::min_element(values.begin(), values.end());
  if (name == "mean") return mean_of(values);
  if (name == "median") return median_of(values);
  throw ConfigError(fmt::format("unknown statistic '{}' in a finding; choose best, worst, mean or median", name));
}

using Groups = std::vector<std::pair<std::string, std::vector<double>>>;

// A number, or "group.statistic".
double value_of(const std::string& word, const Groups& groups) {
  double number = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
  if (error == std::errc() && end == word.data() + word.size()) return number;
  const std::size_t dot = word.rfind('.');
  for (const auto& [name, values] : groups)
    if (dot != std::string::npos && word.substr(0, dot) == name) return statistic(values, word.substr(dot + 1));
  throw ConfigError(fmt::format("'{}' in a finding is neither a number nor group.statistic", word));
}

bool condition_holds(const Finding::Condition& condition, const Groups& groups) {
  const double left = value_of(condition.left, groups), right = value_of(condition.right, groups);
  if (condition.relation == ">=") return left >= right;
  if (condition.relation == "<=") return left <= right;
  if (condition.relation == ">") return left > right;
  if (condition.relation == "<") return left < right;
  throw ConfigError(fmt::format("unknown relation '{}' in a finding; choose >=, <=, > or <", condition.relation));
}

std::string verdict(const Finding& finding, const Groups& groups) {
  for (const auto& [name, values] : groups)
    if (values.empty()) return "not run";
  const auto holding = std::count_if(finding.conditions.begin(), finding.conditions.end(),
                                     [&](const Finding::Condition& condition) { return condition_holds(condition, groups); });
  if (holding == static_cast<std::ptrdiff_t>(finding.conditions.size())) return "confirmed";
  return holding == 0 ? "refuted" : "partly";
}

std::string figures_text(const Metric& metric, const Groups& groups) {
  std::string text = metric.label + (metric.unit.empty() ? "" : " in " + metric.unit) + ": ";
  for (const auto& [name, values] : groups) {
    if (text.back() != ' ') text += "; ";
    if (values.empty())
      text += name + ": no runs";
    else
      text +=
          fmt::format("{}: highest {:.2f}, median {:.2f}, mean {:.2f}, lowest {:.2f} of {} runs", name,
                      statistic(values, "best"), median_of(values), mean_of(values), statistic(values, "worst"), values.size());
  }
  return text;
}

const PlannedPart* part_named(const PlannedStudy& study, const std::string& name) {
  for (const PlannedPart& part : study.parts)
    if (part.part.name == name) return &part;
  return nullptr;
}

}  // namespace

void check_finding(const Finding& finding) {
  Groups groups;
  for (const Finding::Group& group : finding.groups) groups.emplace_back(group.name, std::vector<double>{0});
  for (const Finding::Condition& condition : finding.conditions) condition_holds(condition, groups);
}

Json findings_json(const PlannedStudy& study, const std::vector<PlannedRun>& runs) {
  Json json = Json::array();
  for (const Finding& finding : study.study.findings) {
    const PlannedPart* part = part_named(study, finding.part);
    if (!part) continue;
    const Metric& metric = metric_named(finding.metric);
    Groups groups;
    for (const Finding::Group& group : finding.groups)
      groups.emplace_back(group.name, group_figures(*part, group.where, metric, runs));
    json.push_back(
        {{"claim", finding.claim}, {"verdict", verdict(finding, groups)}, {"figures", figures_text(metric, groups)}});
  }
  return json;
}

}  // namespace xgrad::apps
