#pragma once

#include <string>
#include <vector>

#include "schedule.hpp"

namespace xgrad::apps::sweep {

/// What a sweep says so far, as Markdown: how many runs ended how, the best of them, and for every value of every listed
/// parameter how many runs had it, which share of them was stopped at the first bracket (where there are some) and which was
/// trained to the end, their median (of an even number the worse of the two in the middle) and their best figure. Of runs that
/// have ended only.
std::string summary_markdown(const SweepFile& file, const std::vector<Run>& runs, std::size_t planned);

}  // namespace xgrad::apps::sweep
