#include "report/collect.hpp"

#include <set>

#include <fmt/format.h>

#include "report/labels.hpp"
#include "report/ranking.hpp"
#include "report/run_index.hpp"
#include "report/study_record.hpp"
#include "report/sweep_record.hpp"
#include "xgrad/tensor/error.hpp"

namespace xgrad::apps {
namespace fs = std::filesystem;

namespace {

// A run's pictures take 80 KB: of many runs, only the best show theirs, and those that a study points at.
constexpr std::size_t most_runs_with_pictures = 12;

template <class Read>
void try_each(const std::vector<fs::path>& folders, Json& warnings, Read read) {
  for (const fs::path& folder : folders) try {
      read(folder);
    } catch (const Error& error) { warnings.push_back(error.what()); } catch (const nlohmann::json::exception& error) {
      warnings.push_back(fmt::format("{}: holds another form than expected: {}", folder.string(), error.what()));
    }
}

Json runs_json(const std::vector<RunRecord>& runs, const std::vector<std::size_t>& best_first,
               const std::set<std::size_t>& pointed_at) {
  const std::vector<std::string> differing = differing_options(runs), labels = run_labels(runs, differing);
  std::set<std::size_t> with_pictures = pointed_at;
  for (std::size_t i : best_first) {
    if (with_pictures.size() >= most_runs_with_pictures + pointed_at.size()) break;
    if (!runs[i].pictures.is_null()) with_pictures.insert(i);
  }
  Json result = Json::array();
  for (std::size_t i = 0; i < runs.size(); ++i) {
    Json run{{"id", i}, {"label", labels[i]}};
    run.update(runs[i].to_json(differing));
    if (with_pictures.count(i)) run["pictures"] = runs[i].pictures;
    result.push_back(std::move(run));
  }
  return result;
}

}  // namespace

Json collect(const Results& results) {
  Json warnings = Json::array();
  std::vector<RunRecord> runs;
  try_each(results.runs, warnings, [&](const fs::path& folder) { runs.push_back(RunRecord::read(folder)); });
  const RunIndex index(runs);
  Json sweeps = Json::array(), studies = Json::array();
  std::set<std::size_t> pointed_at;
  try_each(results.sweeps, warnings, [&](const fs::path& folder) { sweeps.push_back(read_sweep(folder, index)); });
  try_each(results.studies, warnings,
           [&](const fs::path& file) { studies.push_back(read_study(file, index, runs, pointed_at)); });
  if (runs.empty() && sweeps.empty() && studies.empty())
    throw IoError(fmt::format("nothing that was found can be read: {}", warnings.front().get<std::string>()));
  const Ranking ranking = rank_runs(runs, sweeps);
  return {{"runs", runs_json(runs, ranking.best_first, pointed_at)},
          {"options", differing_options(runs)},
          {"common", common_options(runs)},
          {"ranked_by", ranking.by},
          {"best_first", ranking.best_first},
          {"sweeps", sweeps},
          {"studies", studies},
          {"warnings", warnings}};
}

}  // namespace xgrad::apps
