#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "search.hpp"
#include "train_options.hpp"

namespace xgrad::apps::sweep {

enum class Status { Waiting, Running, Paused, Finished, Stopped, Diverged, Failed };

/// One run of a sweep.
struct Run {
  std::size_t generation = 0;
  Point point{};
  std::vector<Json> values{};  ///< of the sweep's parameters
  std::string name{};
  TrainOptions options{};
  std::vector<std::size_t> brackets{};  ///< epochs after which it may be stopped
  std::size_t passed = 0;               ///< how many of them it passed
  Status status = Status::Waiting;
  std::vector<double> costs{};  ///< after each epoch: the best so far; smaller is better
  std::string reason{};         ///< why it failed

  /// The epoch until which it trains next.
  std::size_t target() const { return passed < brackets.size() ? brackets[passed] : options.epochs; }
  bool has_ended() const { return status >= Status::Finished; }
};

/// What a run came to: status Paused (at its target), Finished, Diverged or Failed.
struct Outcome {
  Status status = Status::Failed;
  std::vector<double> costs{};
  std::string reason{};
};

/// Decides which run comes next. Runs are created in generations of fixed size, and nothing that is decided depends on the
/// order in which they end:
/// - suggestions that learn from trials see those of all generations but the latest two, so that two are under way at once;
/// - a run is compared at a bracket when all runs of its generation and of earlier ones are there, are past it, or have ended.
class Schedule {
 public:
  /// run_cap = 0: until all points were tried.
  Schedule(const SweepFile& file, std::uint64_t seed, std::size_t generation_size, std::size_t run_cap);

  /// The number of a run that is to train until its target(), now Running; nothing if none can before others end.
  std::optional<std::size_t> next();
  void report(std::size_t run, const Outcome& outcome);
  /// The run did not get to its target and is to be started again.
  void put_back(std::size_t run) { runs_[run].status = Status::Waiting; }

  const std::vector<Run>& runs() const noexcept { return runs_; }
  /// How many runs there will be; 0: nobody knows.
  std::size_t planned() const;

 private:
  struct Bracket {
    std::size_t decided = 0;      // generations
    std::vector<double> costs{};  // of the runs that reached it, in order of creation
  };

  void decide();
  bool decide(std::size_t epoch, Bracket& bracket);
  bool create_generation();
  bool knows_enough() const;
  void refuse_nonsense() const;
  void create(const Point& point, std::size_t generation);
  std::vector<Trial> trials(std::size_t generation) const;
  std::size_t begin_of(std::size_t generation) const { return generation * generation_size_; }

  SweepFile file_;
  Search search_;
  std::size_t generation_size_, run_cap_, generations_ = 0;
  std::size_t first_open_ = 0;  // all runs before it have ended
  bool exhausted_ = false;
  std::vector<Run> runs_;
  std::map<std::size_t, Bracket> brackets_;
};

}  // namespace xgrad::apps::sweep
