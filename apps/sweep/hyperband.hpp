#pragma once

#include <cstddef>
#include <optional>
#include <vector>

namespace xgrad::apps::sweep {

/// When runs that do worse than others are stopped. A run pauses after certain epochs, the brackets, and goes on if its figure
/// is among the best ⌈n/eta⌉ of the n runs that reached the same bracket in this generation and earlier ones (strict: in this
/// generation alone). Equal figures rank in order of creation.
/// Source: Li, Jamieson, DeSalvo, Rostamizadeh, Talwalkar, "Hyperband", 2018, for successive halving; the schema, and ranking
/// against all earlier runs, are those of Weights & Biases.
struct Hyperband {
  /// Brackets after min_iter, min_iter·eta, min_iter·eta², … epochs, below max_iter where that is given; or, with s, after
  /// max_iter/eta, …, max_iter/eta^s.
  std::optional<std::size_t> min_iter{}, max_iter{}, s{};
  double eta = 3;
  bool strict = false;

  /// The brackets that a run of `epochs` epochs passes: those before its last epoch, ascending.
  std::vector<std::size_t> brackets(std::size_t epochs) const;

  /// Of the costs (smaller is better) of the runs that reached a bracket, in order of creation: which of those from
  /// `generation_begin` on go on.
  std::vector<bool> goes_on(const std::vector<double>& costs, std::size_t generation_begin) const;
};

}  // namespace xgrad::apps::sweep
