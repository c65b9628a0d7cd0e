#pragma once

#include <chrono>
#include <optional>

#include "jobs.hpp"
#include "studies/estimate.hpp"
#include "studies/plan.hpp"

namespace xgrad::apps {

/// What is left of a run once it has ended.
struct RunOutcome {
  std::string outcome;                    ///< finished, early_stopped or diverged
  std::map<std::string, double> figures;  ///< by metric, in the metric's unit
  Json summary;
};

/// The outcome of the run in a folder; nothing if it has not ended. Throws: IoError for a damaged summary.
std::optional<RunOutcome> read_outcome(const std::filesystem::path& folder);

/// Does the runs of a plan that are not done yet, several at once, each in a process of its own; tells on standard error what
/// is done, what runs, what is left and how long that takes.
class Campaign {
 public:
  Campaign(const Plan& plan, std::size_t jobs);

  /// Runs everything. A run that fails is told of and left out. False: it was interrupted; everything done so far is kept.
  /// Throws: IoError if a folder cannot be written, or holds a run with other options; before any run, if its data is missing.
  bool run();

  std::size_t failed() const noexcept { return failed_; }
  /// How many runs had ended before run() began.
  std::size_t done_before() const noexcept { return done_before_; }

 private:
  enum class State { Waiting, Running, Done, Failed };

  void prepare();
  void demand_data() const;
  void start_what_can();
  bool can_start(const PlannedRun& run) const;
  void start(std::size_t index);
  void end(const JobResult& result);
  void show(bool ended, const std::string& text);
  double seconds_left() const;
  std::size_t count(State state) const;

  const Plan& plan_;
  std::size_t jobs_, failed_ = 0, done_before_ = 0;
  JobPool pool_;
  std::vector<State> states_;
  std::vector<double> estimates_;
  std::vector<std::chrono::steady_clock::time_point> started_;
  double estimated_done_ = 0, measured_done_ = 0;
  bool on_terminal_ = false;
};

/// "45 s", "12 min", "1 h 20 min".
std::string duration_text(double seconds);

}  // namespace xgrad::apps
