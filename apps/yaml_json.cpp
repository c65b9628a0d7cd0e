#include "yaml_json.hpp"

#include <charconv>

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include "utf8.hpp"
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
  for (const char* word : {"true", "True", "TRUE"})
    if (text == word) return true;
  for (const char* word : {"false", "False", "FALSE"})
    if (text == word) return false;
  return text;
}

// A node may be among its own contents, by an alias, and a few nodes may stand for billions: there is an end to both.
class Converter {
 public:
  explicit Converter(const std::string& source) : source_(source) {}

  Json convert(const YAML::Node& node, int depth) {
    if (depth > deepest)
      fail(node, fmt::format("lists in lists more than {} deep; does one refer to itself by an alias?", deepest));
    if (++nodes_ > most_nodes) fail(node, fmt::format("more than {} values; list fewer, also by aliases", most_nodes));
    if (node.IsNull()) return nullptr;
    if (node.IsScalar()) return scalar(checked(node));
    if (node.IsSequence()) {
      Json list = Json::array();
      for (const YAML::Node& item : node) list.push_back(convert(item, depth + 1));
      return list;
    }
    Json object = Json::object();
    for (const auto& entry : node) {
      if (!entry.first.IsScalar()) fail(entry.first, "a key must be a word");
      const std::string& key = checked(entry.first).Scalar();
      if (object.contains(key)) fail(entry.first, fmt::format("'{}' is given twice", key));
      object[key] = convert(entry.second, depth + 1);
    }
    return object;
  }

 private:
  static constexpr int deepest = 64;
  static constexpr std::size_t most_nodes = 100000;

  const YAML::Node& checked(const YAML::Node& node) const {
    if (!is_utf8(node.Scalar())) fail(node, "is not UTF-8 text; save the file as UTF-8");
    return node;
  }

  [[noreturn]] void fail(const YAML::Node& node, const std::string& why) const {
    throw ConfigError(fmt::format("{}, line {}: {}", source_, node.Mark().line + 1, why));
  }

  const std::string& source_;
  std::size_t nodes_ = 0;
};

}  // namespace

Json json_from_yaml(std::string_view text, const std::string& source) try {
  return Converter(source).convert(YAML::Load(std::string(text)), 0);
} catch (const YAML::Exception& error) {
  throw ConfigError(fmt::format("{}, line {}: not YAML: {}", source, error.mark.line + 1, error.msg));
}

}  // namespace xgrad::apps
