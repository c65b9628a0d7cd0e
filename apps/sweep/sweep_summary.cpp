#include "sweep_summary.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "live_table.hpp"
#include "run_options.hpp"
#include "sweep_folder.hpp"

namespace xgrad::apps::sweep {
namespace {

constexpr std::size_t most_best = 10;

using Runs = std::vector<const Run*>;

// As in a table of best runs: the best of all epochs; a run without a figure counts as worse than any other.
double cost_of(const Run& run) {
  const bool counts = run.status != Status::Diverged && run.status != Status::Failed && !run.costs.empty();
  return counts && std::isfinite(run.costs.back()) ? run.costs.back() : std::numeric_limits<double>::infinity();
}

std::string figure(const Metric& metric, double cost) {
  return std::isfinite(cost) ? fmt::format("{:.4f}", metric.cost(cost)) : "–";
}

std::string best_lines(const SweepFile& file, const std::vector<Run>& runs) {
  std::string head = fmt::format("| {} | status | epochs | run |", file.metric.name), rule = "|---:|---|---:|---:|", lines;
  for (const Parameter& p : file.parameters)
    if (!p.is_constant()) head += " " + p.name() + " |", rule += "---|";
  for (const std::size_t i : best_runs(runs, most_best)) {
    lines += fmt::format("| {} | {} | {} | {} |", figure(file.metric, runs[i].costs.back()),
                         runs[i].has_ended() ? status_name(runs[i].status) : "under way", runs[i].costs.size(), i + 1);
    for (std::size_t k = 0; k < runs[i].values.size(); ++k)
      if (!file.parameters[k].is_constant()) lines += " " + value_text(runs[i].values[k]) + " |";
    lines += "\n";
  }
  return head + "\n" + rule + "\n" + lines;
}

std::string share(const Runs& runs, bool (*is_one)(const Run&)) {
  const auto count = std::count_if(runs.begin(), runs.end(), [&](const Run* run) { return is_one(*run); });
  return fmt::format("{:.1f}", 100 * static_cast<double>(count) / static_cast<double>(runs.size()));
}

std::string value_line(const SweepFile& file, const std::string& value, const Runs& runs) {
  std::vector<double> costs;
  for (const Run* run : runs) costs.push_back(cost_of(*run));
  std::sort(costs.begin(), costs.end());
  std::string line = fmt::format("| {} | {} |", value, runs.size());
  if (file.early_terminate)
    line += " " + share(runs, [](const Run& r) { return r.status == Status::Stopped && r.passed == 0; }) + " |";
  return line + fmt::format(" {} | {} | {} |\n", share(runs, [](const Run& r) { return r.status == Status::Finished; }),
                            figure(file.metric, costs[costs.size() / 2]), figure(file.metric, costs.front()));
}

std::string parameter_table(const SweepFile& file, std::size_t parameter, const std::vector<Run>& runs) {
  std::string text = fmt::format("| {} | runs |{} finished, % | median {} | best |\n|---|---:|{}---:|---:|---:|\n",
                                 file.parameters[parameter].name(), file.early_terminate ? " stopped at once, % |" : "",
                                 file.metric.name, file.early_terminate ? "---:|" : "");
  for (const Json& value : file.parameters[parameter].values()) {
    Runs same;
    for (const Run& run : runs)
      if (run.has_ended() && run.values[parameter] == value) same.push_back(&run);
    if (!same.empty()) text += value_line(file, value_text(value), same);
  }
  return text;
}

}  // namespace

std::string summary_markdown(const SweepFile& file, const std::vector<Run>& runs, std::size_t planned) {
  std::string text = fmt::format("# Sweep {}\n\n", file.name);
  if (!file.description.empty()) text += file.description + ".\n\n";
  text += fmt::format("{}.\n\n## The best\n\n{}", progress_text(runs, planned), best_lines(file, runs));
  text += "\n## By value\n";
  if (file.early_terminate)
    text +=
        "\nRuns that were stopped count with the figure that they had reached by then; at once means at the first bracket.\n";
  for (std::size_t i = 0; i < file.parameters.size(); ++i)
    if (file.parameters[i].is_listed() && !file.parameters[i].is_constant()) text += "\n" + parameter_table(file, i, runs);
  return text;
}

}  // namespace xgrad::apps::sweep
