#include "studies/study.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <fmt/format.h>

#include "embedded.hpp"
#include "studies/findings.hpp"
#include "studies/metric.hpp"
#include "studies/rows.hpp"
#include "xgrad/nn/names.hpp"
#include "xgrad/tensor/error.hpp"
#include "yaml_json.hpp"

namespace xgrad::apps {
namespace {

using Names = std::vector<std::string>;

void check_keys(const Json& json, const std::string& kind, const Names& known) {
  if (!json.is_object()) throw ConfigError(fmt::format("{} must be lines of the form 'name: value'", kind));
  for (const auto& item : json.items())
    if (std::find(known.begin(), known.end(), item.key()) == known.end())
      throw_unknown_name("key of " + kind, item.key(), known);
}

template <class Value>
Value take(const Json& json, const char* key, Value otherwise) {
  if (!json.contains(key)) return otherwise;
  try {
    return json.at(key).get<Value>();
  } catch (const nlohmann::json::exception&) {
    throw ConfigError(fmt::format("'{}': {} is not a value for it", key, json.at(key).dump()));
  }
}

std::size_t take_count(const Json& json, const char* key, std::size_t most) {
  if (!json.contains(key)) return 0;
  const Json& value = json.at(key);
  if (value.is_number_unsigned() && value.get<std::size_t>() <= most) return value.get<std::size_t>();
  throw ConfigError(fmt::format("'{}': {} is not a whole number from 0 to {}", key, value.dump(), most));
}

Json take_options(const Json& json) {
  const Json options = take<Json>(json, "options", Json::object());
  if (options.is_object()) return options;
  throw ConfigError(fmt::format("'options': {} is no list of options, for example {{epochs: 3}}", options.dump()));
}

// A study is kept in a folder of its name.
std::string take_folder_name(const Json& json) {
  const std::string name = take<std::string>(json, "name", "");
  if (name.empty()) throw ConfigError("it needs a 'name'");
  if (name == "." || name == ".." || name.find('/') != std::string::npos)
    throw ConfigError(fmt::format("name '{}': a folder is called so; give a name without /", name));
  return name;
}

// Calls read(item) for each of the list under `key`; what it throws tells which one was wrong.
template <class Read>
auto read_list(const Json& json, const char* key, Read&& read) {
  std::vector<decltype(read(json))> list;
  const Json items = json.contains(key) ? json.at(key) : Json::array();
  if (!items.is_array()) throw ConfigError(fmt::format("'{}' must be a list", key));
  for (std::size_t i = 0; i < items.size(); ++i) try {
      list.push_back(read(items[i]));
    } catch (const ConfigError& error) { throw ConfigError(fmt::format("{} {}: {}", key, i + 1, error.what())); }
  return list;
}

Choice read_choice(const Json& json) {
  check_keys(json, "a choice", {"what", "reason"});
  return {take<std::string>(json, "what", ""), take<std::string>(json, "reason", "")};
}

Curves read_curves(const Json& json) {
  check_keys(json, "curves", {"title", "metric", "rows"});
  return {take<std::string>(json, "title", ""), take<std::string>(json, "metric", "loss"), take<Names>(json, "rows", {})};
}

// A class and its precision, recall and F1, or an epoch and its losses, accuracies and F1.
Json read_table_row(const Json& row, bool of_classes) {
  const std::size_t figures = of_classes ? 3 : 5;
  bool fits = row.is_array() && row.size() == figures + 1 && (!of_classes || row[0].is_string());
  for (std::size_t i = 1; fits && i <= figures; ++i) fits = row[i].is_number();
  if (fits) return row;
  throw ConfigError(fmt::format("{}: expected {} and {} numbers", row.dump(), of_classes ? "a class" : "an epoch", figures));
}

PublishedTable read_table(const Json& json) {
  check_keys(json, "a table", {"title", "kind", "rows"});
  const std::string kind = take<std::string>(json, "kind", "");
  if (kind != "report" && kind != "log") throw ConfigError(fmt::format("a table's kind is report or log, not '{}'", kind));
  const auto read = [&](const Json& row) { return read_table_row(row, kind == "report"); };
  return {take<std::string>(json, "title", ""), kind, Json(read_list(json, "rows", read))};
}

Selection read_selection(const Json& json) {
  check_keys(json, "select", {"by", "published", "published_sd", "at_least", "defect"});
  Json row = json;
  row.erase("by");
  row["name"] = "selected";
  Selection selection{take<std::string>(json, "by", ""), read_row(row)};
  metric_named(selection.by);
  return selection;
}

Part read_part(const Json& json) {
  check_keys(json, "a part",
             {"name", "title", "note", "options", "rows", "grid", "sample", "overrides", "published", "metrics", "select",
              "curves", "tables", "samples", "parallel", "reconstructions", "apart", "folds", "most_seeds"});
  Part part;
  part.name = take<std::string>(json, "name", "");
  if (part.name.empty()) throw ConfigError("it needs a 'name'");
  part.title = take<std::string>(json, "title", part.name);
  part.note = take<std::string>(json, "note", "");
  part.options = take_options(json);
  part.rows = read_list(json, "rows", read_row);
  for (Row& row : grid_rows(json)) part.rows.push_back(std::move(row));
  part.metrics = take<Names>(json, "metrics", {"test_accuracy"});
  for (const std::string& name : part.metrics) metric_named(name);
  if (json.contains("select")) part.selection = read_selection(json.at("select"));
  part.curves = read_list(json, "curves", read_curves);
  part.tables = read_list(json, "tables", read_table);
  part.samples = take<std::string>(json, "samples", "");
  if (!part.samples.empty() && part.samples != "one_per_class" && part.samples != "first_64")
    throw ConfigError(fmt::format("samples: '{}' is not known; choose one_per_class or first_64", part.samples));
  if (!part.samples.empty() && part.rows.empty())
    throw ConfigError("samples: they are of the data set of the part's rows, and it has none; give 'rows' or a 'grid'");
  part.parallel = take(json, "parallel", false);
  part.reconstructions = take(json, "reconstructions", false);
  part.apart = take(json, "apart", false);
  part.folds = take_count(json, "folds", 1000);
  part.most_seeds = take_count(json, "most_seeds", 1000);
  return part;
}

Finding::Group read_group(const Json& json) {
  check_keys(json, "a group", {"name", "where"});
  return {take<std::string>(json, "name", ""), take<Json>(json, "where", Json::object())};
}

Finding::Condition read_condition(const Json& json) {
  if (!json.is_array() || json.size() != 3)
    throw ConfigError(fmt::format("{}: expected [left, relation, right], for example [relu.best, '>=', 85]", json.dump()));
  const auto word = [&](std::size_t i) { return json[i].is_string() ? json[i].get<std::string>() : json[i].dump(); };
  return {word(0), word(1), word(2)};
}

Finding read_finding(const Json& json) {
  check_keys(json, "a finding", {"claim", "part", "metric", "groups", "holds"});
  Finding finding{take<std::string>(json, "claim", ""), take<std::string>(json, "part", ""),
                  take<std::string>(json, "metric", "val_accuracy"), read_list(json, "groups", read_group),
                  read_list(json, "holds", read_condition)};
  metric_named(finding.metric);
  check_finding(finding);
  return finding;
}

}  // namespace

Study parse_study(std::string_view yaml, const std::string& source) try {
  const Json json = json_from_yaml(yaml, source);
  check_keys(json, "a study", {"name", "title", "source", "options", "choices", "parts", "findings", "apart"});
  Study study;
  study.name = take_folder_name(json);
  study.title = take<std::string>(json, "title", study.name);
  study.source = take<std::string>(json, "source", "");
  study.options = take_options(json);
  study.choices = read_list(json, "choices", read_choice);
  study.parts = read_list(json, "parts", read_part);
  study.findings = read_list(json, "findings", read_finding);
  study.apart = take(json, "apart", false);
  Names parts;
  for (const Part& part : study.parts) parts.push_back(part.name);
  for (const Finding& finding : study.findings)
    if (std::find(parts.begin(), parts.end(), finding.part) == parts.end())
      throw_unknown_name("part in a finding", finding.part, parts);
  if (study.parts.empty()) throw ConfigError("it needs 'parts', a list");
  return study;
} catch (const nlohmann::json::exception& error) {
  throw ConfigError(fmt::format("study {}: a value is of another kind than expected: {}", source, error.what()));
} catch (const ConfigError& error) {
  const std::string what = error.what();
  throw ConfigError(what.rfind(source, 0) == 0 ? what : fmt::format("study {}: {}", source, what));
}

std::vector<Study> known_studies() {
  std::vector<Study> studies;
  for (const EmbeddedFile& file : embedded_files())
    if (file.name.rfind("studies/", 0) == 0 && file.text.find("\nparts:") != std::string_view::npos)
      studies.push_back(parse_study(file.text, std::string(file.name)));
  std::stable_sort(studies.begin(), studies.end(), [](const Study& a, const Study& b) { return !a.apart && b.apart; });
  return studies;
}

Study study_named(const std::string& name) {
  std::vector<Study> studies = known_studies();
  Names names;
  for (Study& study : studies) {
    if (study.name == name) return std::move(study);
    names.push_back(study.name);
  }
  const std::string extension = std::filesystem::path(name).extension().string();
  if (extension != ".yaml" && extension != ".yml") throw_unknown_name("study", name, names);
  if (std::filesystem::is_directory(name)) throw ConfigError(fmt::format("study {}: is a folder; give a YAML file", name));
  std::ifstream in(name);
  if (!in) throw IoError(fmt::format("study {}: cannot be opened; check the path", name));
  return parse_study(std::string(std::istreambuf_iterator<char>(in), {}), name);
}

}  // namespace xgrad::apps
