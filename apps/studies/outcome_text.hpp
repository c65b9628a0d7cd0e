#pragma once

#include <string>

#include "studies/study.hpp"

namespace xgrad::apps {

/// The outcome of a study (study_outcome) as tables for a terminal: for every part its rows with published value, ours, the
/// difference and whether it holds; then the findings.
std::string outcome_text(const Json& outcome);

/// One line: "s0: 62 of 62 judged figures hold (36 runs, 12 min of training)".
std::string outcome_line(const Json& outcome);

}  // namespace xgrad::apps
