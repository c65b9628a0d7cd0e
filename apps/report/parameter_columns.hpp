#pragma once

#include "report/importance.hpp"
#include "report/run_record.hpp"

namespace xgrad::apps {

/// Turns parameters that are lists ("hidden": [512, 256]) into texts ("512, 256"), so that they compare and print as one value.
void make_plain(Json& runs);

/// The parameters of a list of runs, each {"parameters": {name: value, …}, …}, as columns. A parameter is numeric if all its
/// values are numbers; a run that lacks it has the level "–". Parameters that never change are left out.
std::vector<Column> parameter_columns(const Json& runs);

/// The figure "metric" of each run; NaN where it is null or missing.
std::vector<double> metric_column(const Json& runs);

}  // namespace xgrad::apps
