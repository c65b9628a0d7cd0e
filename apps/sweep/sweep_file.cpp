#include "sweep_file.hpp"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "option_names.hpp"
#include "run_options.hpp"
#include "xgrad/nn/names.hpp"
#include "xgrad/nn/train/monitor.hpp"
#include "xgrad/tensor/error.hpp"
#include "yaml_json.hpp"

namespace xgrad::apps::sweep {
namespace {

using Names = std::vector<std::string>;

bool contains(const Names& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

void check_keys(const Json& object, const std::string& kind, const Names& known) {
  for (const auto& [key, value] : object.items())
    if (!contains(known, key)) throw_unknown_name(kind, key, known);
}

std::string text_of(const Json& object, const char* key) {
  if (!object.contains(key) || object[key].is_null()) return "";
  return object[key].is_string() ? object[key].get<std::string>() : object[key].dump();
}

std::size_t count_of(const Json& object, const char* key, const std::string& in) {
  if (object[key].is_number_unsigned() && object[key].get<std::size_t>() > 0) return object[key].get<std::size_t>();
  throw ConfigError(fmt::format("{}{}: {} is not a whole number from 1 on", in, key, object[key].dump()));
}

Metric read_metric(const Json& json, bool needed) {
  if (!json.contains("metric")) {
    if (needed)
      throw ConfigError("method bayes and early_terminate need a metric, for example {name: val_accuracy, goal: maximize}");
    return {};
  }
  const Json& given = json["metric"];
  if (!given.is_object()) throw ConfigError("metric: give its name and goal, for example {name: val_accuracy, goal: maximize}");
  if (given.contains("target")) throw ConfigError("metric: 'target' is not supported; end a sweep by run_cap or --time_limit");
  check_keys(given, "key of metric:", {"name", "goal", "impute", "impute_while_running"});
  Metric metric{.name = text_of(given, "name")};
  if (metric.name.rfind("test_", 0) == 0)
    throw ConfigError(fmt::format("metric '{}': choosing by test images would spoil them; use val_accuracy", metric.name));
  if (!contains(nn::monitor_names(), metric.name)) throw_unknown_name("metric", metric.name, nn::monitor_names());
  const std::string goal = text_of(given, "goal");
  if (!goal.empty() && goal != "maximize" && goal != "minimize") throw_unknown_name("goal", goal, {"maximize", "minimize"});
  metric.maximize = goal == "maximize";
  if (goal.empty() && metric.name.find("loss") == std::string::npos)
    throw ConfigError(fmt::format("metric: without a goal, {} would be minimized; add goal: maximize", metric.name));
  return metric;
}

Hyperband read_hyperband(const Json& given) {
  const std::string in = "early_terminate: ";
  if (!given.is_object()) throw ConfigError(in + "give a type, for example {type: hyperband, min_iter: 1}");
  check_keys(given, "key of early_terminate:", {"type", "min_iter", "max_iter", "s", "eta", "strict"});
  if (text_of(given, "type") != "hyperband")
    throw_unknown_name("type of early_terminate:", text_of(given, "type"), {"hyperband"});
  Hyperband hyperband;
  if (given.contains("min_iter")) hyperband.min_iter = count_of(given, "min_iter", in);
  if (given.contains("max_iter")) hyperband.max_iter = count_of(given, "max_iter", in);
  if (given.contains("s")) hyperband.s = count_of(given, "s", in);
  if (hyperband.s ? !hyperband.max_iter || hyperband.min_iter : !hyperband.min_iter)
    throw ConfigError(in + "give min_iter (the first epoch after which runs are stopped), or max_iter with s; not both");
  if (given.contains("eta")) {
    if (!given["eta"].is_number() || given["eta"].get<double>() < 1.1)
      throw ConfigError(fmt::format("{}eta: {} is not a number from 1.1 on; 3 is usual", in, given["eta"].dump()));
    hyperband.eta = given["eta"].get<double>();
  }
  if (given.contains("strict")) {
    if (!given["strict"].is_boolean()) throw ConfigError(in + "strict: give true or false");
    hyperband.strict = given["strict"].get<bool>();
  }
  return hyperband;
}

std::vector<Parameter> read_parameters(const Json& json, std::vector<std::string>& notes) {
  if (!json.contains("parameters") || !json["parameters"].is_object() || json["parameters"].empty())
    throw ConfigError(
        "parameters: list the options of `xgrad train` to vary, for example learning_rate: {values: [0.001, 0.0001]}");
  std::vector<Parameter> parameters;
  for (const auto& [given, description] : json["parameters"].items()) {
    const std::string name = option_name(given);
    for (const Parameter& earlier : parameters)
      if (earlier.name() == name) throw ConfigError(fmt::format("parameters: '{}' is {} a second time; keep one", given, name));
    parameters.emplace_back(name, description, takes_whole_numbers(name));
  }
  check_values(parameters);
  if (std::all_of(parameters.begin(), parameters.end(), [](const Parameter& p) { return p.is_constant(); }))
    notes.push_back("no parameter varies: the sweep is one run");
  return parameters;
}

void check_grid(const std::vector<Parameter>& parameters) {
  for (const Parameter& p : parameters)
    if (p.count() == 0)
      throw ConfigError(
          fmt::format("method grid: parameter '{}' ({}) has no end of values; list some by 'values', or use method "
                      "random or bayes",
                      p.name(), p.distribution()));
}

SweepFile read(const Json& json, const std::string& where) {
  if (!json.is_object()) throw ConfigError("expected the keys method, metric and parameters");
  const Names ignored{"program", "command", "entity", "controller", "apiVersion", "kind", "job", "image_uri"};
  Names known{"name", "description", "project", "method", "metric", "parameters", "early_terminate", "run_cap"};
  known.insert(known.end(), ignored.begin(), ignored.end());
  check_keys(json, "key of a sweep:", known);
  SweepFile file;
  for (const std::string& key : ignored)
    if (json.contains(key)) file.notes.push_back(fmt::format("'{}' is ignored: every run is an `xgrad train`", key));
  file.name = text_of(json, "name");
  if (file.name.empty()) file.name = std::filesystem::path(where).stem().string();
  file.description = text_of(json, "description");
  file.method = text_of(json, "method");
  if (!contains({"grid", "random", "bayes"}, file.method))
    throw_unknown_name("method", file.method, {"grid", "random", "bayes"});
  file.metric = read_metric(json, file.method == "bayes" || json.contains("early_terminate"));
  if (json.contains("early_terminate")) file.early_terminate = read_hyperband(json["early_terminate"]);
  if (json.contains("run_cap")) file.run_cap = count_of(json, "run_cap", "");
  file.parameters = read_parameters(json, file.notes);
  if (file.method == "grid") check_grid(file.parameters);
  return file;
}

}  // namespace

SweepFile parse_sweep(const std::string& text, const std::string& where) {
  const Json json = json_from_yaml(text, where);
  try {
    return read(json, where);
  } catch (const ConfigError& error) { throw ConfigError(fmt::format("{}: {}", where, error.what())); }
}

}  // namespace xgrad::apps::sweep
