#pragma once

#include <string>
#include <vector>

#include "report/run_record.hpp"

namespace xgrad::apps {

/// The options in which these runs differ, in the order of the first run's config.json; those that decide no result (folders,
/// threads, names) are not among them.
std::vector<std::string> differing_options(const std::vector<RunRecord>& runs);

/// The options that are equal in all of these runs, with their values, without those that say where results go and what is told
/// about them.
Json common_options(const std::vector<RunRecord>& runs);

/// A short name for each run, unlike all others: what differs, as far as that is at most `most` options ("lr 0.005, hidden
/// 256"), otherwise the end of its folder's path, as long as it takes to tell runs apart; with a number where even that fails.
std::vector<std::string> run_labels(const std::vector<RunRecord>& runs, const std::vector<std::string>& differing,
                                    std::size_t most = 4);

}  // namespace xgrad::apps
