#pragma once

#include <vector>

#include "report/importance.hpp"
#include "report/run_record.hpp"

namespace xgrad::apps {

/// What the runs of a sweep say about its parameters; runs whose metric is NaN take no part.
/// Where the largest metric is over a hundred times the median, as the losses of runs that nearly diverged are, a single run
/// would be nearly all of the variance: then shares are those of the variance of the metric's logarithm.
///   "used":        how many runs took part
///   "logarithm":   whether shares are those of the logarithm
///   "importance":  per parameter, the most important first, the share of the metric's variance that its values explain alone
///                  (variance_explained()); null where the runs cannot tell
///   "pairs":       the same for two parameters together, beyond what each explains alone (interaction())
///   "correlation": per numeric parameter the rank correlation with the metric; of others, one per value, with whether a run
///                  has it
///   "values":      per parameter and value (or interval) the number of runs, the mean, the standard deviation and the best
///                  metric
Json analysis_json(std::vector<Column> columns, std::vector<double> metric, bool higher_is_better = true);

}  // namespace xgrad::apps
