#pragma once

#include <string>

#include "report/results.hpp"
#include "report/run_record.hpp"

namespace xgrad::apps {

/// Everything that a report shows, as one JSON object:
/// "runs" (each with its label, options that differ, curves, figures, confusion matrix, pictures), "options" (the names of
/// those that differ), "common" (the values of the others), "sweeps", "studies" (as in their files, with runs as positions in
/// "runs" or null), "warnings" (folders that were left out because their files are damaged, and why). Throws: IoError if
/// nothing is left to show.
Json collect(const Results& results);

}  // namespace xgrad::apps
