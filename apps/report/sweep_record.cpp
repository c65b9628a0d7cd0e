#include "report/sweep_record.hpp"

#include "report/analysis.hpp"
#include "report/parameter_columns.hpp"

namespace xgrad::apps {

Json read_sweep(const std::filesystem::path& folder, const RunIndex& index) {
  Json sweep = read_json(folder / "sweep.json");
  sweep["path"] = folder.string();
  for (Json& run : sweep.at("runs")) run["id"] = index.position(folder / run.at("run").get<std::string>());
  make_plain(sweep["runs"]);
  const bool minimize = sweep.at("metric").value("goal", "maximize") == "minimize";
  sweep["analysis"] = analysis_json(parameter_columns(sweep["runs"]), metric_column(sweep["runs"]), !minimize);
  return sweep;
}

}  // namespace xgrad::apps
