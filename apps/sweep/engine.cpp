#include "engine.hpp"

#include <algorithm>
#include <fstream>

#include <fmt/format.h>

#include "interrupt.hpp"
#include "jobs.hpp"
#include "program.hpp"
#include "xgrad/tensor/error.hpp"

namespace xgrad::apps::sweep {
namespace fs = std::filesystem;

namespace {

constexpr double seconds_between_looks = 0.2;
constexpr std::chrono::seconds between_writes{2};

std::string last_line(const fs::path& path) {
  std::ifstream file(path);
  std::string last;
  for (std::string line; std::getline(file, line);)
    if (!line.empty()) last = line;
  return last;
}

std::string failure_text(int status, const fs::path& log) {
  if (status > 128) return fmt::format("killed by signal {}", status - 128);
  const std::string said = last_line(log);
  return said.empty() ? fmt::format("exit status {}", status) : said;
}

}  // namespace

Engine::Engine(const SweepFile& file, const Settings& settings, const EngineOptions& options, SweepFolder& folder)
    : file_(file),
      settings_(settings),
      options_(options),
      folder_(folder),
      schedule_(file, settings.seed, settings.generation, options.run_cap),
      table_(file) {}

Ended Engine::run() {
  const InterruptGuard guard;
  JobPool pool(options_.jobs);
  Ended ended = Ended::Complete;
  for (;;) {
    start_jobs(pool);
    note_ended();
    write(false);
    if (nothing_works()) ended = Ended::NothingWorks;
    if (InterruptGuard::requested()) ended = Ended::Interrupted;
    if (options_.seconds && Clock::now() - start_ > std::chrono::duration<double>(*options_.seconds)) ended = Ended::OutOfTime;
    if (ended != Ended::Complete || pool.running() == 0) break;
    table_.draw(runs(), planned(), seconds_left(pool.running()));
    if (const auto result = pool.wait(seconds_between_looks)) finish_job(result->id, result->status);
  }
  pool.stop();
  table_.erase();
  if (ended == Ended::NothingWorks) forget_failures();
  write(true);
  return ended;
}

void Engine::start_jobs(JobPool& pool) {
  while (!pool.full() && !InterruptGuard::requested()) {
    const std::optional<std::size_t> next = schedule_.next();
    results_.resize(runs().size());
    if (!next) return;
    if (take_result(*next)) continue;  // it is there from an earlier session
    const Run& run = runs()[*next];
    folder_.prepare(run);
    const fs::path path = folder_.run(run);
    std::vector<std::string> arguments{"train", "--resume", path.string(), "--quiet", "--threads", "1"};
    if (run.target() < run.options.epochs)
      arguments.insert(arguments.end(), {"--stop_after_epoch", fmt::format("{}", run.target())});
    pool.start(*next, arguments, path / "log.txt");
    replaying_ = false;
  }
}

// Tells the schedule how the run stands, if it came as far as it was to.
bool Engine::take_result(std::size_t run) {
  results_[run] = read_result(folder_.run(runs()[run]));
  Outcome outcome;
  if (!is_settled(runs()[run], results_[run], file_.metric, outcome)) return false;
  schedule_.report(run, outcome);
  return true;
}

void Engine::finish_job(std::size_t run, int status) {
  const fs::path path = folder_.run(runs()[run]);
  if (status == interrupted) return schedule_.put_back(run);  // by somebody else: it has saved, and goes on
  const bool ended_well = status == success || status == diverged;
  if (ended_well && take_result(run)) return;
  write_failure(path, ended_well ? "it ended without a result" : failure_text(status, path / "log.txt"));
  take_result(run);
}

// Decisions may end runs that have long been paused.
void Engine::note_ended() {
  noted_.resize(runs().size());
  for (std::size_t i = first_unnoted_; i < runs().size(); ++i) {
    if (noted_[i] || !runs()[i].has_ended()) continue;
    noted_[i] = true;
    folder_.clean(runs()[i]);
    if (runs()[i].status == Status::Stopped) results_[i].cut(runs()[i].costs.size());
    if (replaying_) {
      ++found_;
    } else {
      ++ended_here_;
      table_.ended(runs(), i, found_ + ended_here_, planned());
    }
  }
  while (first_unnoted_ < noted_.size() && noted_[first_unnoted_]) ++first_unnoted_;
}

// Where the first runs fail one and all, so would the others: a folder that is not there, a full disk.
bool Engine::nothing_works() const {
  const std::size_t first = std::min(settings_.generation, runs().size());
  return first > 0 && std::all_of(runs().begin(), runs().begin() + static_cast<std::ptrdiff_t>(first),
                                  [](const Run& run) { return run.status == Status::Failed; });
}

void Engine::forget_failures() {
  std::error_code ignored;
  for (const Run& run : runs()) fs::remove(folder_.run(run) / "failed.json", ignored);
}

void Engine::write(bool now) {
  if (!now && Clock::now() - written_ < between_writes) return;
  results_.resize(runs().size());
  folder_.write(file_, settings_, runs(), results_);
  written_ = Clock::now();
}

// What is left takes as long as what was done here.
double Engine::seconds_left(std::size_t running) const {
  const double elapsed = std::chrono::duration<double>(Clock::now() - start_).count();
  const double until_limit = options_.seconds ? *options_.seconds - elapsed : -1;
  if (planned() == 0 || ended_here_ == 0) return until_limit;
  const std::size_t left = planned() - std::min(planned(), found_ + ended_here_);
  const double all = elapsed / static_cast<double>(ended_here_) * static_cast<double>(std::max(left, running));
  return until_limit < 0 ? all : std::min(all, until_limit);
}

}  // namespace xgrad::apps::sweep
