#include "studies/published_tables.hpp"

#include <fstream>

#include <fmt/format.h>

#include "studies/campaign.hpp"
#include "studies/statistics.hpp"

namespace xgrad::apps {
namespace {

// Precision, recall and F1 of a class in each seed's report.
std::vector<double> class_figures(const std::string& name, const char* figure, const PlannedRow& row,
                                  const std::vector<PlannedRun>& runs) {
  std::vector<double> values;
  for (const auto& folds : row.runs)
    if (const auto outcome = read_outcome(runs[folds[0]].folder);
        outcome && outcome->summary.value("report", Json()).is_object())
      for (const Json& line : outcome->summary.at("report").at("classes"))
        if (line.at("class") == name) values.push_back(line.at(figure).get<double>());
  return values;
}

Json report_table(const PublishedTable& table, const PlannedRow& row, const std::vector<PlannedRun>& runs) {
  Json json{{"title", table.title},
            {"columns", {"class", "precision, published", "ours", "recall, published", "ours", "F1, published", "ours"}},
            {"rows", Json::array()}};
  for (const Json& line : table.rows) {
    const std::string name = line.at(0).get<std::string>();
    Json shown = Json::array({name});
    std::size_t column = 1;
    for (const char* figure : {"precision", "recall", "f1"}) {
      const std::vector<double> values = class_figures(name, figure, row, runs);
      shown.push_back(fmt::format("{:.2f}", line.at(column++).get<double>()));
      shown.push_back(values.empty() ? "–" : fmt::format("{:.2f}", mean_of(values)));
    }
    json["rows"].push_back(shown);
  }
  return json;
}

Json log_table(const PublishedTable& table, const PlannedRun& run) {
  const std::vector<const char*> figures{"train_loss", "train_accuracy", "val_loss", "val_accuracy", "val_macro_f1"};
  Json json{{"title", table.title}, {"columns", {"epoch"}}, {"rows", Json::array()}};
  for (const char* name : {"train loss", "train accuracy", "validation loss", "validation accuracy", "validation F1"}) {
    json["columns"].push_back(fmt::format("{}, published", name));
    json["columns"].push_back("ours");
  }
  std::ifstream in(run.folder / "metrics.jsonl");
  std::size_t epoch = 0;
  for (std::string text; epoch < table.rows.size() || in; ++epoch) {
    const bool ours = static_cast<bool>(std::getline(in, text));
    const bool published = epoch < table.rows.size();
    if (!ours && !published) break;
    const Json line = ours ? Json::parse(text) : Json::object();
    Json shown = Json::array({std::to_string(epoch + 1)});
    for (std::size_t i = 0; i < figures.size(); ++i) {
      shown.push_back(published ? fmt::format("{:.4f}", table.rows[epoch].at(i + 1).get<double>()) : "–");
      shown.push_back(ours && line.at(figures[i]).is_number() ? fmt::format("{:.4f}", line.at(figures[i]).get<double>()) : "–");
    }
    json["rows"].push_back(shown);
  }
  return json;
}

}  // namespace

Json published_tables(const Part& part, const PlannedRow& row, const std::vector<PlannedRun>& runs,
                      const PlannedRun& selected) {
  Json json = Json::array();
  for (const PublishedTable& table : part.tables) {
    json.push_back(table.kind == "report" ? report_table(table, row, runs) : log_table(table, selected));
  }
  return json;
}

}  // namespace xgrad::apps
