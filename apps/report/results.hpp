#pragma once

#include <filesystem>
#include <vector>

namespace xgrad::apps {

/// Where there is something to report, each kind in the order of names.
struct Results {
  std::vector<std::filesystem::path> runs;     ///< folders with config.json and metrics.jsonl
  std::vector<std::filesystem::path> sweeps;   ///< folders with sweep.json
  std::vector<std::filesystem::path> studies;  ///< files: study.json, or without one study_<part>.json
};

/// Looks for results in these folders and everything below them; a folder that is named twice is found once.
/// Throws: IoError if a path is no folder, or if there is nothing to report in any of them.
Results find_results(const std::vector<std::filesystem::path>& paths);

}  // namespace xgrad::apps
