#include "report/ranking.hpp"

#include <algorithm>
#include <limits>
#include <numeric>

namespace xgrad::apps {
namespace {

constexpr double none = -std::numeric_limits<double>::infinity();

// The merit of each run in a sweep; empty if one is not among its runs.
std::vector<double> merits_in(const Json& sweep, std::size_t count) {
  const double sign = sweep.at("metric").value("goal", "maximize") == "minimize" ? -1 : 1;
  std::vector<double> merits(count, none);
  std::vector<bool> known(count, false);
  for (const Json& run : sweep.at("runs")) {
    if (!run.at("id").is_number()) continue;
    const std::size_t id = run["id"].get<std::size_t>();
    known[id] = true;
    if (const Json metric = run.value("metric", Json()); metric.is_number()) merits[id] = sign * metric.get<double>();
  }
  return std::find(known.begin(), known.end(), false) == known.end() ? merits : std::vector<double>();
}

std::vector<double> own_merits(const std::vector<RunRecord>& runs) {
  std::vector<double> merits;
  for (const RunRecord& run : runs) merits.push_back(run.merit());
  return merits;
}

}  // namespace

Ranking rank_runs(const std::vector<RunRecord>& runs, const Json& sweeps) {
  std::vector<double> merits;
  if (sweeps.size() == 1) merits = merits_in(sweeps[0], runs.size());
  const bool by_sweep = !merits.empty();
  if (!by_sweep) merits = own_merits(runs);
  const bool has_accuracy =
      std::any_of(runs.begin(), runs.end(), [](const RunRecord& run) { return run.at_best("val_accuracy").is_number(); });
  Ranking ranking{by_sweep ? sweeps[0]["metric"].value("name", "") : has_accuracy ? "val_accuracy" : "val_loss", {}};
  ranking.best_first.resize(runs.size());
  std::iota(ranking.best_first.begin(), ranking.best_first.end(), 0u);
  std::stable_sort(ranking.best_first.begin(), ranking.best_first.end(),
                   [&](std::size_t a, std::size_t b) { return merits[a] > merits[b]; });
  return ranking;
}

}  // namespace xgrad::apps
