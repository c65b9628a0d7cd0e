#pragma once

#include <filesystem>
#include <set>

#include "report/run_index.hpp"

namespace xgrad::apps {

/// A study as the page wants it: its file (study.json) with every run as its position among the report's runs (null if it is
/// not there); parts with "parallel" get the analysis of the options in which their runs differ. Runs whose pictures the study
/// shows go to `pointed_at`. Throws: IoError, nlohmann::json::exception for damaged files.
Json read_study(const std::filesystem::path& file, const RunIndex& index, const std::vector<RunRecord>& runs,
                std::set<std::size_t>& pointed_at);

}  // namespace xgrad::apps
