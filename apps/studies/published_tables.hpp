#pragma once

#include "studies/plan.hpp"

namespace xgrad::apps {

/// The tables that were published of a part's selected model, beside ours: [{"title", "columns", "rows"}]. A class report shows
/// our means over the seeds of `row`, a log of epochs that of `selected`.
Json published_tables(const Part& part, const PlannedRow& row, const std::vector<PlannedRun>& runs, const PlannedRun& selected);

}  // namespace xgrad::apps
