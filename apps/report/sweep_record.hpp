#pragma once

#include <filesystem>

#include "report/run_index.hpp"

namespace xgrad::apps {

/// A sweep's folder as the page wants it: sweep.json, each run with the position of its folder among the report's runs, and the
/// analysis of its parameters (see analysis_json()). Throws: IoError, nlohmann::json::exception for damaged files.
Json read_sweep(const std::filesystem::path& folder, const RunIndex& index);

}  // namespace xgrad::apps
