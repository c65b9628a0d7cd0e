#include "schedule.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "run_options.hpp"
#include "xgrad/tensor/error.hpp"

namespace xgrad::apps::sweep {

Schedule::Schedule(const SweepFile& file, std::uint64_t seed, std::size_t generation_size, std::size_t run_cap)
    : file_(file), search_(file.method, Space(file.parameters), seed), generation_size_(generation_size), run_cap_(run_cap) {}

std::size_t Schedule::planned() const {
  if (exhausted_) return runs_.size();
  const std::size_t size = search_.space().size();
  return run_cap_ == 0 || (size > 0 && size < run_cap_) ? size : run_cap_;
}

std::optional<std::size_t> Schedule::next() {
  do {
    decide();
    while (first_open_ < runs_.size() && runs_[first_open_].has_ended()) ++first_open_;
    for (std::size_t i = first_open_; i < runs_.size(); ++i)
      if (runs_[i].status == Status::Waiting) {
        runs_[i].status = Status::Running;
        return i;
      }
  } while (create_generation());
  return std::nullopt;
}

void Schedule::report(std::size_t run, const Outcome& outcome) {
  runs_[run].status = outcome.status;
  runs_[run].costs = outcome.costs;
  runs_[run].reason = outcome.reason;
}

// A decision may let a run go on that the next generation's decision at the following bracket waits for, never the reverse: one
// pass over the brackets, from the first, finds all that can be decided.
void Schedule::decide() {
  for (auto& [epoch, bracket] : brackets_)
    while (bracket.decided < generations_ && decide(epoch, bracket)) {}
}

// Compares the next generation at the bracket after `epoch`; false if some of its runs are still before it.
bool Schedule::decide(std::size_t epoch, Bracket& bracket) {
  const std::size_t begin = begin_of(bracket.decided), end = std::min(begin + generation_size_, runs_.size());
  std::vector<std::size_t> here;
  for (std::size_t i = begin; i < end; ++i) {
    const Run& run = runs_[i];
    const bool passes = std::binary_search(run.brackets.begin(), run.brackets.end(), epoch);
    const bool is_before = run.target() < epoch || (run.target() == epoch && run.status != Status::Paused);
    if (passes && !run.has_ended() && is_before) return false;
    if (passes && run.costs.size() >= epoch) here.push_back(i);
  }
  const std::size_t earlier = bracket.costs.size();
  for (const std::size_t i : here) bracket.costs.push_back(runs_[i].costs[epoch - 1]);
  const std::vector<bool> goes_on = file_.early_terminate->goes_on(bracket.costs, earlier);
  for (std::size_t k = 0; k < here.size(); ++k) {
    Run& run = runs_[here[k]];
    if (run.status != Status::Paused) continue;  // it diverged or failed later
    run.passed += goes_on[k];
    run.status = goes_on[k] ? Status::Waiting : Status::Stopped;
  }
  ++bracket.decided;
  return true;
}

bool Schedule::knows_enough() const {
  if (!search_.learns() || generations_ < 2) return true;
  return std::all_of(runs_.begin(), runs_.begin() + static_cast<std::ptrdiff_t>(begin_of(generations_ - 1)),
                     [](const Run& run) { return run.has_ended(); });
}

std::vector<Trial> Schedule::trials(std::size_t generation) const {
  std::vector<Trial> trials;
  if (!search_.learns()) return trials;
  for (const Run& run : runs_) {
    const bool counts = run.generation + 2 <= generation && !run.costs.empty() &&
                        (run.status == Status::Finished || run.status == Status::Stopped);
    trials.push_back({run.point, counts ? std::optional(run.costs.back()) : std::nullopt});
  }
  return trials;
}

bool Schedule::create_generation() {
  if (exhausted_ || !knows_enough()) return false;
  const std::size_t before = runs_.size();
  for (std::size_t i = 0; i < generation_size_ && !exhausted_; ++i) {
    const bool full = run_cap_ > 0 && runs_.size() >= run_cap_;
    const std::optional<Point> point = full ? std::nullopt : search_.suggest(trials(generations_));
    if (point)
      create(*point, generations_);
    else
      exhausted_ = true;
  }
  if (runs_.size() == before) return false;
  ++generations_;
  if (std::all_of(runs_.begin(), runs_.end(), [](const Run& run) { return run.status == Status::Failed && run.costs.empty(); }))
    refuse_nonsense();
  return true;
}

// Otherwise it would create runs without end that cannot begin.
void Schedule::refuse_nonsense() const {
  if (generations_ == 1)
    throw ConfigError(fmt::format("none of the first {} runs can begin: {}", runs_.size(), runs_[0].reason));
}

void Schedule::create(const Point& point, std::size_t generation) {
  Run run{.generation = generation, .point = point, .values = search_.space().values(point)};
  run.name = run_name(runs_.size(), file_.parameters, run.values);
  try {
    run.options = run_options(file_, run.values);
    if (file_.early_terminate) run.brackets = file_.early_terminate->brackets(run.options.epochs);
    for (const std::size_t epoch : run.brackets) brackets_.try_emplace(epoch);
  } catch (const ConfigError& error) {
    run.status = Status::Failed;
    run.reason = error.what();
  }
  runs_.push_back(std::move(run));
}

}  // namespace xgrad::apps::sweep
