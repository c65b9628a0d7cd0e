#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "schedule.hpp"

namespace xgrad::apps::sweep {

/// The figures of an epoch, in the order of figure_names(); NaN where there is none.
using Figures = std::vector<double>;
/// train_loss, train_accuracy, val_loss, val_accuracy, val_macro_f1.
const std::vector<std::string>& figure_names();

/// What a run's folder tells of it.
struct RunResult {
  std::string outcome{};   ///< as in summary.json, "failed", or empty while there is neither
  std::size_t epochs = 0;  ///< that were completed and saved
  std::vector<Figures> history{};
  double seconds = 0;                              ///< of those epochs
  double test_loss, test_accuracy, test_macro_f1;  ///< NaN where it has not ended
  std::string reason{};                            ///< why it failed

  /// The epochs' costs by a metric: after each, the best so far.
  std::vector<double> costs(const Metric& metric) const;
  /// The first epoch, from 1, of the best figure; 0: none has one.
  std::size_t best_epoch(const Metric& metric) const;
  /// Only what was known after as many epochs.
  void cut(std::size_t epochs);
};

/// Reads the folder of a run; one that does not exist, or breaks off, tells as much as it holds.
RunResult read_result(const std::filesystem::path& folder);

/// Notes in the folder that its run failed, so that it is not tried again.
void write_failure(const std::filesystem::path& folder, const std::string& reason);

/// Whether the run has come as far as its target; then `outcome` says how.
bool is_settled(const Run& run, const RunResult& result, const Metric& metric, Outcome& outcome);

}  // namespace xgrad::apps::sweep
