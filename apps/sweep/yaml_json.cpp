#include "yaml_json.hpp"

#include <charconv>
#include <cmath>
#include <cstdint>

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include "xgrad/tensor/error.hpp"

namespace xgrad::apps::sweep {
namespace {

using Json = nlohmann::ordered_json;

template <class Number>
bool reads_as(const std::string& text, Number& value) {
  const char* begin = text.data() + (text[0] == '+' ? 1 : 0);
  const auto [end, error] = std::from_chars(begin, text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size();
}

Json scalar(const YAML::Node& node) {
  const std::string text = node.Scalar();
  if (node.Tag() == "!" || text.empty()) return text;  // in quotes
  if (text == "true" || text == "True") return true;
  if (text == "false" || text == "False") return false;
  std::uint64_t count = 0;
  if (reads_as(text, count)) return count;
  std::int64_t integer = 0;
  if (reads_as(text, integer)) return integer;
  double number = 0;
  if (reads_as(text, number) && std::isfinite(number)) return number;
  return text;
}

Json converted(const YAML::Node& node, const std::string& where) {
  if (!node.IsDefined() || node.IsNull()) return nullptr;
  if (node.IsScalar()) return scalar(node);
  if (node.IsSequence()) {
    Json list = Json::array();
    for (const YAML::Node& item : node) list.push_back(converted(item, where));
    return list;
  }
  Json object = Json::object();
  for (const auto& entry : node) {
    const std::string key = entry.first.as<std::string>();
    if (object.contains(key)) throw ConfigError(fmt::format("{}: '{}' is given twice; keep one", where, key));
    object[key] = converted(entry.second, where);
  }
  return object;
}

}  // namespace

nlohmann::ordered_json json_from_yaml(const std::string& text, const std::string& where) try {
  return converted(YAML::Load(text), where);
} catch (const YAML::Exception& error) { throw ConfigError(fmt::format("{}: not YAML: {}", where, error.what())); }

}  // namespace xgrad::apps::sweep
