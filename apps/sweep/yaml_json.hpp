#pragma once

#include <string>

#include <nlohmann/json.hpp>

namespace xgrad::apps::sweep {

/// A YAML document as JSON: words without quotes become true, false, null or numbers where they read as such (1e-3 too), all
/// else is text. `where` names the document in messages. Throws: ConfigError for what is not YAML.
nlohmann::ordered_json json_from_yaml(const std::string& text, const std::string& where);

}  // namespace xgrad::apps::sweep
