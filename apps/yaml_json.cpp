#include "yaml_json.hpp"

#include <charconv>

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include "xgrad/tensor/error.hpp"

namespace xgrad::apps {
namespace {

using Json = nlohmann::ordered_json;

template <class Number>
bool parses(const std::string& text, Number& value) {
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  return error == std::errc() && stop == end;
}

Json scalar(const YAML::Node& node) {
  const std::string& text = node.Scalar();
  if (node.Tag() == "!") return text;  // quoted
  std::uint64_t natural = 0;
  std::int64_t whole = 0;
  double number = 0;
  if (parses(text, natural)) return natural;
  if (parses(text, whole)) return whole;
  if (text.find_first_of("0123456789") != std::string::npos && parses(text, number)) return number;
  if (text == "true" || text == "false") return text == "true";
  return text;
}

Json convert(const YAML::Node& node, const std::string& source) {
  if (node.IsNull()) return nullptr;
  if (node.IsScalar()) return scalar(node);
  if (node.IsSequence()) {
    Json list = Json::array();
    for (const YAML::Node& item : node) list.push_back(convert(item, source));
    return list;
  }
  Json object = Json::object();
  for (const auto& entry : node) {
    const int line = entry.first.Mark().line + 1;
    if (!entry.first.IsScalar()) throw ConfigError(fmt::format("{}, line {}: a key must be a word", source, line));
    const std::string& key = entry.first.Scalar();
    if (object.contains(key)) throw ConfigError(fmt::format("{}, line {}: '{}' is given twice", source, line, key));
    object[key] = convert(entry.second, source);
  }
  return object;
}

}  // namespace

Json json_from_yaml(std::string_view text, const std::string& source) try {
  return convert(YAML::Load(std::string(text)), source);
} catch (const YAML::Exception& error) {
  throw ConfigError(fmt::format("{}, line {}: not YAML: {}", source, error.mark.line + 1, error.msg));
}

}  // namespace xgrad::apps
