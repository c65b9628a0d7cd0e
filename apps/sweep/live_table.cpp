#include "live_table.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include <fmt/format.h>
#include <unistd.h>

#include "option_names.hpp"
#include "run_options.hpp"
#include "standard_streams.hpp"
#include "sweep_folder.hpp"
#include "terminal.hpp"

namespace xgrad::apps::sweep {
namespace {

constexpr std::size_t shown = 5;

bool has_figure(const Run& run) {
  const bool usable = run.status != Status::Diverged && run.status != Status::Failed;
  return usable && !run.costs.empty() && std::isfinite(run.costs.back());
}

std::string figure_text(const Metric& metric, double cost) { return fmt::format("{:.4f}", metric.cost(cost)); }

std::string parameters_text(const SweepFile& file, const Run& run) {
  std::string text;
  for (std::size_t i = 0; i < run.values.size(); ++i) {
    if (file.parameters[i].is_constant()) continue;
    const Json& value = run.values[i];
    text += (text.empty() ? "" : "  ") + short_key(file.parameters[i].name()) + " " +
            (value.is_number_float() ? fmt::format("{:.4g}", value.get<double>()) : value_text(value));
  }
  return text;
}

std::string duration_text(double seconds) {
  if (seconds < 90) return fmt::format("{:.0f} s", seconds);
  return seconds < 5400 ? fmt::format("{:.0f} min", seconds / 60) : fmt::format("{:.1f} h", seconds / 3600);
}

}  // namespace

std::vector<std::size_t> best_runs(const std::vector<Run>& runs, std::size_t most) {
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < runs.size(); ++i)
    if (has_figure(runs[i])) order.push_back(i);
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return runs[a].costs.back() < runs[b].costs.back(); });
  order.resize(std::min(most, order.size()));
  return order;
}

std::vector<std::string> best_table(const SweepFile& file, const std::vector<Run>& runs, std::size_t most) {
  std::vector<std::string> lines{
      fmt::format("{:>12}  {:<10} {:>6}  {:>5}  {}", file.metric.name, "status", "epochs", "run", "parameters")};
  for (const std::size_t i : best_runs(runs, most)) {
    const std::string status = runs[i].has_ended() ? status_name(runs[i].status) : "under way";
    lines.push_back(fmt::format("{:>12}  {:<10} {:>6}  {:>5}  {}", figure_text(file.metric, runs[i].costs.back()), status,
                                runs[i].costs.size(), i + 1, parameters_text(file, runs[i])));
  }
  return lines;
}

std::string progress_text(const std::vector<Run>& runs, std::size_t planned) {
  std::string kinds;
  std::size_t done = 0;
  for (const Status status : {Status::Finished, Status::Stopped, Status::Diverged, Status::Failed}) {
    const auto count = std::count_if(runs.begin(), runs.end(), [&](const Run& run) { return run.status == status; });
    done += static_cast<std::size_t>(count);
    if (count > 0) kinds += fmt::format("{}{} {}", kinds.empty() ? "" : ", ", count, status_name(status));
  }
  return fmt::format("{}{} runs done{}", done, planned > 0 ? fmt::format(" of {}", planned) : "",
                     kinds.empty() ? "" : " (" + kinds + ")");
}

LiveTable::LiveTable(const SweepFile& file) : file_(file), on_terminal_(isatty(STDERR_FILENO) != 0) {}

void LiveTable::ended(const std::vector<Run>& runs, std::size_t run, std::size_t done, std::size_t planned) {
  if (on_terminal_) return;
  const Run& r = runs[run];
  const std::vector<std::size_t> best = best_runs(runs, 1);
  print_error("{}{}  {}  {} after {} {}{}{}{}\n", done, planned > 0 ? fmt::format("/{}", planned) : "", r.name,
              status_name(r.status), r.costs.size(), r.costs.size() == 1 ? "epoch" : "epochs",
              has_figure(r) ? fmt::format(", {} {}", file_.metric.name, figure_text(file_.metric, r.costs.back())) : "",
              best.empty() ? "" : fmt::format("  (best {})", figure_text(file_.metric, runs[best[0]].costs.back())),
              r.reason.empty() ? "" : ": " + r.reason);
}

void LiveTable::draw(const std::vector<Run>& runs, std::size_t planned, double seconds_left) {
  const Clock::time_point now = Clock::now();
  if (!on_terminal_ || now - last_ < std::chrono::milliseconds(500)) return;
  last_ = now;
  const auto running = std::count_if(runs.begin(), runs.end(), [](const Run& run) { return run.status == Status::Running; });
  std::vector<std::string> lines{fmt::format("{}: {}, {} running{}", file_.name, progress_text(runs, planned), running,
                                             seconds_left < 0 ? "" : ", " + duration_text(seconds_left) + " left")};
  for (std::string& line : best_table(file_, runs, shown)) lines.push_back(std::move(line));
  erase();
  const std::size_t width = terminal_width(STDERR_FILENO) - 1;
  for (const std::string& line : lines) print_error("{}\n", cut_to(line, width));
  drawn_ = lines.size();
  std::fflush(stderr);
}

void LiveTable::erase() {
  if (drawn_ > 0) print_error("\x1b[{}A\x1b[J", drawn_);
  drawn_ = 0;
}

}  // namespace xgrad::apps::sweep
