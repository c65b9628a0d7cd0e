#pragma once

#include <string>
#include <vector>

#include "studies/study.hpp"
#include "terminal.hpp"

namespace xgrad::apps {

/// A table's lines of cells; the first are the titles of its columns, of which the first two hold words, the last a verdict.
using OutcomeTable = std::vector<std::vector<std::string>>;

/// A part of an outcome as a table: for every row and metric the published value, ours, the best, the difference, the verdict.
OutcomeTable outcome_table(const Json& part);

/// The outcome of a study (study_outcome) as tables for a terminal: for every part its rows with published value, ours, the
/// difference and whether it holds; then the findings. Tables wider than `width` columns have their rows' names on lines of
/// their own.
std::string outcome_text(const Json& outcome, std::size_t width = any_width);

/// How many figures of an outcome can be judged, and how many of those hold.
struct JudgedFigures {
  std::size_t judged = 0, held = 0;
};
JudgedFigures judged_figures(const Json& outcome);

/// One line: "s0: 62 of 62 judged figures hold (36 runs, 12 min of training)"; "s0: nothing was published to judge by (…)".
std::string outcome_line(const Json& outcome);

}  // namespace xgrad::apps
