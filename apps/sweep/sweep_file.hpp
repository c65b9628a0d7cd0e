#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "hyperband.hpp"
#include "parameter.hpp"

namespace xgrad::apps::sweep {

/// Which figure of a run counts: the best of its epochs.
struct Metric {
  std::string name = "val_accuracy";
  bool maximize = true;

  /// Smaller is better.
  double cost(double figure) const { return maximize ? -figure : figure; }
};

/// What a sweep file says.
struct SweepFile {
  std::string name, description;
  std::string method;  ///< grid, random or bayes
  Metric metric;
  std::vector<Parameter> parameters;  ///< in the order of the file, under the long names of `xgrad train`'s options
  std::optional<Hyperband> early_terminate;
  std::size_t run_cap = 0;         ///< 0: none
  std::vector<std::string> notes;  ///< what is worth saying about it
};

/// Reads a sweep in the schema of Weights & Biases. `where` names the file in messages, and the sweep where it has no name.
/// Throws: ConfigError for what is not a sweep, for options that `xgrad train` does not have, and for values that they do not
/// take.
SweepFile parse_sweep(const std::string& text, const std::string& where);

}  // namespace xgrad::apps::sweep
