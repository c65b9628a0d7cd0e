#pragma once

#include <string>

#include "studies/study.hpp"

namespace xgrad::apps {

/// The outcome of a study (study_outcome) as a page of Markdown: the command, every part's table, tables published of the
/// selected model beside ours, findings and choices.
std::string outcome_markdown(const Json& outcome);

}  // namespace xgrad::apps
