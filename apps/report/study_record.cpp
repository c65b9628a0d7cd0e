#include "report/study_record.hpp"

#include "report/analysis.hpp"
#include "report/parameter_columns.hpp"

namespace xgrad::apps {
namespace {

class StudyReader {
 public:
  StudyReader(std::filesystem::path folder, const RunIndex& index, const std::vector<RunRecord>& runs,
              std::set<std::size_t>& pointed_at)
      : folder_(std::move(folder)), index_(index), runs_(runs), pointed_at_(pointed_at) {}

  void read(Json& part) {
    for (Json& row : part["rows"])
      for (Json& run : row["runs"]) run = position(run);
    if (part.contains("curves"))
      for (Json& curve : part["curves"])
        for (Json& run : curve["runs"]) run["id"] = position(run.at("run"));
    if (part.contains("selected")) {
      part["selected"]["id"] = position(part["selected"].at("run"));
      point_at(part["selected"]["id"]);
    }
    if (part.contains("reconstructions"))
      for (Json& run : part["reconstructions"]) {
        run = position(run);
        point_at(run);
      }
    if (part.value("parallel", false)) part["sweep"] = as_sweep(part);
  }

 private:
  Json position(const Json& run) const { return index_.position(folder_ / run.get<std::string>()); }
  void point_at(const Json& id) {
    if (id.is_number()) pointed_at_.insert(id.get<std::size_t>());
  }

  // The runs of a part, in the form of a sweep's.
  Json as_sweep(const Json& part) const {
    Json runs = Json::array();
    for (const Json& row : part["rows"])
      for (const Json& id : row["runs"]) {
        if (id.is_null()) continue;
        const RunRecord& run = runs_[id.get<std::size_t>()];
        runs.push_back({{"run", run.folder.string()},
                        {"id", id},
                        {"status", run.status},
                        {"parameters", row.value("options", Json::object())},
                        {"metric", run.at_best("val_accuracy")},
                        {"epochs", run.epochs}});
      }
    Json parameters = Json::array();
    make_plain(runs);
    const std::vector<Column> columns = parameter_columns(runs);
    for (const Column& column : columns) parameters.push_back({{"name", column.name}});
    return {{"name", part.value("title", part.value("name", ""))},
            {"metric", {{"name", "val_accuracy"}, {"goal", "maximize"}}},
            {"parameters", parameters},
            {"analysis", analysis_json(columns, metric_column(runs))},
            {"runs", runs}};
  }

  std::filesystem::path folder_;
  const RunIndex& index_;
  const std::vector<RunRecord>& runs_;
  std::set<std::size_t>& pointed_at_;
};

}  // namespace

Json read_study(const std::filesystem::path& file, const RunIndex& index, const std::vector<RunRecord>& runs,
                std::set<std::size_t>& pointed_at) {
  Json study = read_json(file);
  StudyReader reader(file.parent_path(), index, runs, pointed_at);
  for (Json& part : study.at("parts")) reader.read(part);
  return study;
}

}  // namespace xgrad::apps
