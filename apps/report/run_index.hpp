#pragma once

#include <filesystem>
#include <map>
#include <vector>

#include "report/run_record.hpp"

namespace xgrad::apps {

/// Finds a run by its folder, as sweeps and studies name it.
class RunIndex {
 public:
  explicit RunIndex(const std::vector<RunRecord>& runs) {
    for (std::size_t i = 0; i < runs.size(); ++i) positions_.emplace(std::filesystem::weakly_canonical(runs[i].folder), i);
  }

  /// The position of the run in this folder; null if it is not among those of the report.
  Json position(const std::filesystem::path& folder) const {
    const auto found = positions_.find(std::filesystem::weakly_canonical(folder));
    return found == positions_.end() ? Json() : Json(found->second);
  }

 private:
  std::map<std::filesystem::path, std::size_t> positions_;
};

}  // namespace xgrad::apps
