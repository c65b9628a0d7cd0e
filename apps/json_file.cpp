#include "json_file.hpp"

#include <fstream>

#include <fmt/format.h>

#include "xgrad/tensor/error.hpp"

namespace xgrad::apps {

using Json = nlohmann::ordered_json;

Json read_json_file(const std::filesystem::path& file) {
  constexpr int deepest = 64;
  std::error_code ignored;
  if (std::filesystem::is_directory(file, ignored)) throw IoError(fmt::format("{}: is a folder, not a file", file.string()));
  std::ifstream in(file);
  if (!in) throw IoError(fmt::format("{}: cannot be opened", file.string()));
  try {
    return Json::parse(in, [&](int depth, Json::parse_event_t, Json&) {
      if (depth > deepest) throw IoError(fmt::format("{}: is nested more than {} deep", file.string(), deepest));
      return true;
    });
  } catch (const Json::exception& error) { throw IoError(fmt::format("{}: is not JSON: {}", file.string(), error.what())); }
}

}  // namespace xgrad::apps
