#pragma once

#include "studies/study.hpp"

namespace xgrad::apps {

/// A row as it stands in a study file. Throws: ConfigError.
Row read_row(const Json& json);

/// The rows of a part's `grid` (every combination of the listed values, the first option changing slowest; `sample: {count,
/// seed}` takes so many of them at random, each once), with what `published` (columns and rows in that order) says of them, and
/// the options of `overrides` ([{when, options}]) put on those that match. Empty without a grid. Throws: ConfigError.
std::vector<Row> grid_rows(const Json& part);

/// Whether options have, for each key of `where`, that value or one of those values.
bool matches(const Json& options, const Json& where);

}  // namespace xgrad::apps
