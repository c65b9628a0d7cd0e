#pragma once

#include <filesystem>
#include <string>

#include <nlohmann/json.hpp>

namespace xgrad::apps {

/// The content of a JSON file. Throws: IoError that names the file if it cannot be read, is not JSON, or is nested deeper than
/// anything that xgrad writes: what walks through JSON calls itself for each level.
nlohmann::ordered_json read_json_file(const std::filesystem::path& file);

}  // namespace xgrad::apps
