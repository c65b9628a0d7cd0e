#pragma once

#include <filesystem>
#include <vector>

namespace xgrad::apps {

/// The folders that hold something to report, each kind in the order of their names.
struct Results {
  std::vector<std::filesystem::path> runs;     ///< with config.json and metrics.jsonl
  std::vector<std::filesystem::path> sweeps;   ///< with sweep.json
  std::vector<std::filesystem::path> studies;  ///< with study.json
};

/// Looks for results in these folders and everything below them; a folder that is named twice is found once.
/// Throws: IoError if a path is no folder, or if there is nothing to report in any of them.
Results find_results(const std::vector<std::filesystem::path>& paths);

}  // namespace xgrad::apps
