#include "run_options.hpp"

#include <cctype>
#include <optional>
#include <sstream>

#include <fmt/format.h>

#include "option_names.hpp"
#include "xgrad/tensor/error.hpp"
#include "yaml_json.hpp"

namespace xgrad::apps::sweep {
namespace {

constexpr std::size_t longest_name = 200;  // file systems take 255 bytes

// A list may also be written as on the command line: 512,256. In YAML 1.1, yes and no are true and false.
Json as_option(const std::string& name, const Json& value) {
  const Json usual = to_json(TrainOptions{}).at(name);
  if (usual.is_boolean() && (value == "yes" || value == "no")) return value == "yes";
  if (!value.is_string() || !usual.is_array()) return value;
  return json_from_yaml("[" + value.get<std::string>() + "]", "parameter '" + name + "'");
}

Json defaults() {
  Json json = to_json(TrainOptions{});
  json["recipe"] = "plain";
  return json;
}

// What is wrong with these options; nothing: an empty text.
std::string complaint(const Json& options) try {
  check_train_options(train_options_from_json(options));
  return "";
} catch (const ConfigError& error) { return error.what(); }

// The defaults with a value for each parameter: the first one listed or the last.
enum class Others { First, Last };
Json with_others(const std::vector<Parameter>& parameters, Others which) {
  Json json = defaults();
  for (const Parameter& p : parameters) {
    const Json value = p.is_listed() ? (which == Others::First ? p.values().front() : p.values().back())
                                     : p.value(which == Others::First ? 0.25 : 0.75);
    json[p.name()] = as_option(p.name(), value);
  }
  return json;
}

}  // namespace

TrainOptions run_options(const SweepFile& sweep, const std::vector<Json>& values) {
  Json json = defaults();
  bool monitored = false;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::string& name = sweep.parameters[i].name();
    json[name] = as_option(name, values[i]);
    monitored |= name == "monitor";
  }
  const bool rises = sweep.metric.name.find("loss") == std::string::npos;
  if (!monitored && rises == sweep.metric.maximize) json["monitor"] = sweep.metric.name;
  const TrainOptions options = train_options_from_json(json);
  check_train_options(options);
  if (!options.holds_out() && sweep.metric.name.rfind("val_", 0) == 0)
    throw ConfigError(fmt::format("metric {} needs validation images; give val_fraction or fold", sweep.metric.name));
  return options;
}

void check_values(const std::vector<Parameter>& parameters) {
  Json constants = defaults();
  for (const Parameter& p : parameters)
    if (p.is_constant()) constants[p.name()] = as_option(p.name(), p.values().front());
  for (const Parameter& p : parameters)
    for (const Json& value : p.values()) {
      // A value may need others beside it (scheduler multi_step needs milestones): it is wrong only if it is so in all company.
      std::string why;
      bool fits = false;
      for (Json company :
           {constants, with_others(parameters, Others::First), with_others(parameters, Others::Last), defaults()}) {
        company[p.name()] = as_option(p.name(), value);
        why = complaint(company);
        if ((fits = why.empty())) break;
      }
      if (!fits) throw ConfigError(fmt::format("parameter '{}': {}", p.name(), why));
    }
}

std::string value_text(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_number_float()) return fmt::format("{}", value.get<double>());
  if (!value.is_array()) return value.dump();
  std::string text;
  for (const Json& item : value) text += (text.empty() ? "" : ",") + value_text(item);
  return text;
}

std::string run_name(std::size_t index, const std::vector<Parameter>& parameters, const std::vector<Json>& values) {
  std::string name = fmt::format("{:05}", index + 1);
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    if (parameters[i].is_constant()) continue;
    std::string text = values[i].is_number_float() ? fmt::format("{:.4g}", values[i].get<double>()) : value_text(values[i]);
    for (char& c : text)
      if (!std::isalnum(static_cast<unsigned char>(c)) && c != '.' && c != '-' && c != '+' && c != '_') c = '-';
    name += "_" + short_key(parameters[i].name()) + "_" + text;
  }
  return name.substr(0, longest_name);
}

}  // namespace xgrad::apps::sweep
