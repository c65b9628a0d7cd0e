#pragma once

#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

namespace xgrad::apps {

/// YAML as JSON, the order of keys kept. Plain words are what they look like: whole numbers, numbers (1e-4 too), true and
/// false (True and FALSE too), null; quoted ones are text. `source` names the file in messages.
/// Throws: ConfigError with the line, for what is not YAML or not UTF-8, keys given twice, keys that are not words, nodes that
/// contain themselves, and more than a hundred thousand values.
nlohmann::ordered_json json_from_yaml(std::string_view text, const std::string& source);

}  // namespace xgrad::apps
