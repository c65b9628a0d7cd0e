#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "report/run_record.hpp"

namespace xgrad::apps {

/// The runs of a report in the order of their merit.
struct Ranking {
  std::string by;                       ///< the figure that decides
  std::vector<std::size_t> best_first;  ///< positions of the runs
};

/// Ranks runs by the metric of the sweep that they all belong to, as read_sweep() gives it; otherwise by RunRecord::merit().
/// Runs without a figure come last.
Ranking rank_runs(const std::vector<RunRecord>& runs, const Json& sweeps);

}  // namespace xgrad::apps
