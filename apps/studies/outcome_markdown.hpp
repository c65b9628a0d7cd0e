#pragma once

#include <string>
#include <vector>

#include "studies/study.hpp"

namespace xgrad::apps {

/// The outcome of a study (study_outcome) as a page of Markdown: the command, every part's table, tables published of the
/// selected model beside ours, findings and choices.
std::string outcome_markdown(const Json& outcome);

/// Several outcomes as a page with a line for each: runs, time of training, figures that hold, what became of the findings, and
/// the command, with a link to STUDY/study.md. `summary` stands above the table.
std::string overview_markdown(const std::vector<Json>& outcomes, const std::string& summary);

}  // namespace xgrad::apps
