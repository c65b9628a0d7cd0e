#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "live_table.hpp"
#include "schedule.hpp"
#include "sweep_folder.hpp"

namespace xgrad::apps {
class JobPool;
}

namespace xgrad::apps::sweep {

struct EngineOptions {
  std::size_t jobs = 1;
  std::size_t run_cap = 0;          ///< 0: none
  std::optional<double> seconds{};  ///< after which everything is saved and left for another time
};

/// Why the engine came back.
enum class Ended { Complete, OutOfTime, Interrupted, NothingWorks };

/// Runs a sweep: starts what its schedule asks for, as child processes, and keeps its folder up to date. What is in the folder
/// already is not done again.
class Engine {
 public:
  Engine(const SweepFile& file, const Settings& settings, const EngineOptions& options, SweepFolder& folder);

  Ended run();

  const std::vector<Run>& runs() const noexcept { return schedule_.runs(); }
  std::size_t planned() const { return schedule_.planned(); }

 private:
  using Clock = std::chrono::steady_clock;

  void start_jobs(JobPool& pool);
  bool take_result(std::size_t run);
  void finish_job(std::size_t run, int status);
  void note_ended();
  bool nothing_works() const;
  void forget_failures();
  void write(bool now);
  double seconds_left(std::size_t running) const;

  const SweepFile& file_;
  Settings settings_;
  EngineOptions options_;
  SweepFolder& folder_;
  Schedule schedule_;
  LiveTable table_;
  std::vector<RunResult> results_;
  std::vector<bool> noted_;  // runs whose end was shown
  std::size_t first_unnoted_ = 0, ended_here_ = 0, found_ = 0;
  Clock::time_point start_ = Clock::now(), written_{};
  bool replaying_ = true;  // nothing was started yet
};

}  // namespace xgrad::apps::sweep
