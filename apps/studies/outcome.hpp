#pragma once

#include "studies/plan.hpp"

namespace xgrad::apps {

/// What came of a study, as study.json holds it and the report and the terminal show it: for every row and metric the
/// published value, ours (mean, standard deviation over the seeds, best), the difference and whether it holds.
///
/// A published accuracy or F1 holds if our mean is no lower than it minus 0.5 points; a published failure also if ours is at
/// most twice chance level. A marked defect is not judged by the published value, but by what is true instead, if the study
/// says so. Losses and epochs are shown, not judged. A row whose runs failed does not hold.
Json study_outcome(const PlannedStudy& study, const std::vector<PlannedRun>& runs);

/// Whether everything judged in it holds.
bool all_holds(const Json& outcome);

}  // namespace xgrad::apps
