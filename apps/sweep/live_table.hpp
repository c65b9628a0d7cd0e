#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include "run_result.hpp"
#include "schedule.hpp"

namespace xgrad::apps::sweep {

/// The positions of the runs with the best figures, best first; diverged and failed runs have none.
std::vector<std::size_t> best_runs(const std::vector<Run>& runs, std::size_t most);

/// Where the parameters begin in the lines of best_table().
constexpr std::size_t parameters_column = 12 + 2 + 10 + 1 + 6 + 2 + 5 + 2;

/// The best runs as lines: figure, status and epochs, run, parameters.
std::vector<std::string> best_table(const SweepFile& file, const std::vector<Run>& runs, std::size_t most);

/// "12 of 500 runs done (8 finished, 4 stopped)".
std::string progress_text(const std::vector<Run>& runs, std::size_t planned);

/// Shows how a sweep goes on standard error: on a terminal a table that is drawn over and over, else a line for each run that
/// ends.
class LiveTable {
 public:
  explicit LiveTable(const SweepFile& file);
  ~LiveTable() { erase(); }
  LiveTable(const LiveTable&) = delete;
  LiveTable& operator=(const LiveTable&) = delete;

  /// A run has ended in this session, the one that makes `done`.
  void ended(const std::vector<Run>& runs, std::size_t run, std::size_t done, std::size_t planned);
  /// Draws the table, at most twice a second. `seconds_left`: negative while nobody knows.
  void draw(const std::vector<Run>& runs, std::size_t planned, double seconds_left);
  void erase();

 private:
  using Clock = std::chrono::steady_clock;

  const SweepFile& file_;
  bool on_terminal_;
  std::size_t drawn_ = 0;  // lines
  Clock::time_point last_{};
};

}  // namespace xgrad::apps::sweep
