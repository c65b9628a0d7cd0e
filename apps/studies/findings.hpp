#pragma once

#include "studies/plan.hpp"

namespace xgrad::apps {

/// Throws: ConfigError for a condition that cannot be decided: an unknown group, statistic or relation. Asked when a study is
/// read, since its runs may take hours.
void check_finding(const Finding& finding);

/// The claims of a study, each with the figures that decide it and the verdict: confirmed if all its conditions hold, refuted
/// if none does, otherwise partly; "not run" if a group has no runs.
Json findings_json(const PlannedStudy& study, const std::vector<PlannedRun>& runs);

}  // namespace xgrad::apps
