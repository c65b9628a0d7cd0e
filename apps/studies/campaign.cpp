#include "studies/campaign.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <set>
#include <string>
#include <thread>
#include <utility>

#include <fmt/format.h>
#include <unistd.h>

#include "interrupt.hpp"
#include "json_file.hpp"
#include "path_options.hpp"
#include "program.hpp"
#include "run_folder.hpp"
#include "standard_streams.hpp"
#include "studies/metric.hpp"
#include "xgrad/nn/data/locate.hpp"
#include "xgrad/tensor/atomic_file.hpp"
#include "xgrad/tensor/error.hpp"

namespace xgrad::apps {
namespace fs = std::filesystem;

namespace {

Json read_summary(const fs::path& file) try { return read_json_file(file); } catch (const IoError& error) {
  throw IoError(fmt::format("{}; delete the folder, and its run is done again", error.what()));
}

void take_figures(const Json& json, std::map<std::string, double>& figures) {
  for (const Metric& metric : known_metrics())
    if (json.contains(metric.name) && json.at(metric.name).is_number())
      figures[metric.name] = metric.scale * json.at(metric.name).get<double>();
}

// The line of the best epoch; of the last, where nothing was watched.
Json best_epoch_line(const fs::path& metrics, std::size_t best) {
  std::ifstream in(metrics);
  Json line;
  for (std::string text; std::getline(in, text);) {
    line = Json::parse(text, nullptr, false);
    if (line.is_object() && line.value("epoch", std::size_t{0}) == best) break;
  }
  return line.is_object() ? line : Json::object();
}

// In the options of two runs: the first that differs, or nothing.
std::string difference(const Json& wanted, const Json& found) {
  for (const auto& item : wanted.items()) {
    const Json& other = found.at(item.key());
    if (other != item.value()) return fmt::format("{} is {} there and {} here", item.key(), other.dump(), item.value().dump());
  }
  return "";
}

void write_config(const PlannedRun& run) {
  std::error_code error;
  fs::create_directories(run.folder, error);
  if (error) throw IoError(fmt::format("{}: cannot be made: {}", run.folder.string(), error.message()));
  const fs::path config = run.folder / "config.json";
  const Json wanted = to_json(run.options);
  if (!fs::exists(config)) return write_file_atomically(config, wanted.dump(2) + "\n");
  // Read as options, so that one which did not exist yet when the run began has its default.
  const std::string differs = difference(wanted, to_json(with_absolute_paths(RunFolder::open(run.folder).options())));
  if (!differs.empty())
    throw IoError(
        fmt::format("{}: holds a run with other options ({}): delete that folder to run it again, or give another --out",
                    run.folder.string(), differs));
}

}  // namespace

std::string duration_text(double seconds) {
  const auto whole = static_cast<long>(std::lround(seconds));
  if (whole < 60) return fmt::format("{} s", whole);
  const long minutes = (whole + 30) / 60;
  return minutes < 60 ? fmt::format("{} min", minutes) : fmt::format("{} h {} min", minutes / 60, minutes % 60);
}

std::optional<RunOutcome> read_outcome(const fs::path& folder) {
  const fs::path file = folder / "summary.json";
  if (!fs::exists(file)) return std::nullopt;
  RunOutcome run;
  run.summary = read_summary(file);
  run.outcome = run.summary.value("outcome", std::string());
  if (run.outcome != "finished" && run.outcome != "early_stopped" && run.outcome != "diverged") return std::nullopt;
  take_figures(best_epoch_line(folder / "metrics.jsonl", run.summary.value("best_epoch", std::size_t{0})), run.figures);
  take_figures(run.summary, run.figures);
  return run;
}

Campaign::Campaign(const Plan& plan, std::size_t jobs)
    : plan_(plan),
      jobs_(std::max<std::size_t>(1, jobs)),
      pool_(jobs),
      states_(plan.runs.size(), State::Waiting),
      started_(plan.runs.size()) {
  on_terminal_ = isatty(STDERR_FILENO) != 0;
}

void Campaign::prepare() {
  const Machine machine = Machine::measured();
  for (std::size_t i = 0; i < plan_.runs.size(); ++i) {
    estimates_.push_back(estimated_seconds(plan_.runs[i].options, machine));
    if (read_outcome(plan_.runs[i].folder)) states_[i] = State::Done;
  }
  demand_data();
  for (const PlannedRun& run : plan_.runs) write_config(run);
}

// One message, rather than the same failure of run after run.
void Campaign::demand_data() const {
  std::set<std::pair<std::string, std::string>> found;
  for (std::size_t i = 0; i < plan_.runs.size(); ++i) {
    const TrainOptions& options = plan_.runs[i].options;
    if (states_[i] == State::Done || !found.emplace(options.dataset, options.data_dir).second) continue;
    data::locate(options.dataset, options.data_dir);
  }
}

bool Campaign::can_start(const PlannedRun& run) const {
  return std::all_of(run.after.begin(), run.after.end(), [&](std::size_t i) { return states_[i] == State::Done; });
}

void Campaign::start(std::size_t index) {
  const std::size_t cores = std::max(1u, std::thread::hardware_concurrency());
  const std::string threads = std::to_string(std::max<std::size_t>(1, cores / jobs_));
  const std::string folder = plan_.runs[index].folder.string();
  pool_.start(index, {"train", "--resume", folder, "--quiet", "--threads", threads}, plan_.runs[index].folder / "log.txt");
  states_[index] = State::Running;
  started_[index] = std::chrono::steady_clock::now();
}

void Campaign::start_what_can() {
  for (std::size_t i = 0; i < plan_.runs.size() && !pool_.full(); ++i) {
    if (states_[i] != State::Waiting) continue;
    if (can_start(plan_.runs[i])) start(i);
    const auto& after = plan_.runs[i].after;
    if (std::any_of(after.begin(), after.end(), [&](std::size_t needed) { return states_[needed] == State::Failed; })) {
      states_[i] = State::Failed;
      ++failed_;
    }
  }
}

void Campaign::end(const JobResult& result) {
  const PlannedRun& run = plan_.runs[result.id];
  const bool ended_well = result.status == success || result.status == diverged;
  const auto outcome = ended_well ? read_outcome(run.folder) : std::nullopt;
  states_[result.id] = outcome ? State::Done : State::Failed;
  measured_done_ += result.seconds;
  estimated_done_ += estimates_[result.id];
  std::string text;
  if (!outcome) {
    ++failed_;
    text = fmt::format("failed with status {}; see {}", result.status, (run.folder / "log.txt").string());
  } else if (outcome->outcome == "diverged") {
    text = "diverged";
  } else {
    const auto accuracy = outcome->figures.find("test_accuracy"), loss = outcome->figures.find("test_loss");
    text = accuracy != outcome->figures.end() ? fmt::format("test accuracy {:.2f} %", accuracy->second)
           : loss != outcome->figures.end()   ? fmt::format("test loss {:.5f}", loss->second)
                                              : outcome->outcome;
  }
  show(true, fmt::format("{}: {}, {:.1f} s", run.label, text, result.seconds));
}

std::size_t Campaign::count(State state) const {
  return static_cast<std::size_t>(std::count(states_.begin(), states_.end(), state));
}

// The estimates corrected by how far those of the runs done so far were off, less what the runs under way have taken.
double Campaign::seconds_left() const {
  const auto now = std::chrono::steady_clock::now();
  const double off = estimated_done_ > 0 ? measured_done_ / estimated_done_ : 1;
  double left = 0;
  for (std::size_t i = 0; i < states_.size(); ++i) {
    if (states_[i] == State::Waiting) left += off * estimates_[i];
    if (states_[i] != State::Running) continue;
    left += std::max(0.0, off * estimates_[i] - std::chrono::duration<double>(now - started_[i]).count());
  }
  return left / static_cast<double>(jobs_);
}

void Campaign::show(bool ended, const std::string& text) {
  const std::string where = fmt::format("[{}/{} done, {} running, {} left]", count(State::Done) + count(State::Failed),
                                        states_.size(), count(State::Running), duration_text(seconds_left()));
  if (on_terminal_) print_error("\r\033[K");
  if (ended)
    print_error("{} {}\n", where, text);
  else if (on_terminal_)
    print_error("{} {}", where, text);
  std::fflush(stderr);
}

bool Campaign::run() {
  prepare();
  const InterruptGuard guard;
  done_before_ = count(State::Done);
  if (done_before_ > 0) print_error("{} of {} runs were done before\n", done_before_, states_.size());
  for (;;) {
    start_what_can();
    if (pool_.running() == 0) return true;
    if (const auto result = pool_.wait(0.5))
      end(*result);
    else
      show(false, "");
    if (InterruptGuard::requested()) {
      pool_.stop();
      if (on_terminal_) print_error("\r\033[K");
      return false;
    }
  }
}

}  // namespace xgrad::apps
