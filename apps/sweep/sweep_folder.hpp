#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "folder_lock.hpp"
#include "run_result.hpp"
#include "schedule.hpp"

namespace xgrad::apps::sweep {

/// What decides a sweep beside its file.
struct Settings {
  std::uint64_t seed = 1;
  std::size_t generation = 8;
};

/// The folder of a sweep: sweep.yaml (its file), sweep.csv and sweep.json (its results), runs/ (a folder for each run).
/// While it is open, no other sweep can open it, nor while runs of one are still ending.
class SweepFolder {
 public:
  /// Makes the folder, or goes on with the sweep in it; then `settings` become those it began with, unless they were given.
  /// Throws: IoError; ConfigError if it holds another sweep, or other settings than the given ones.
  SweepFolder(const std::filesystem::path& path, const std::string& text, Settings& settings, bool seed_given,
              bool generation_given);
  SweepFolder(const SweepFolder&) = delete;
  SweepFolder& operator=(const SweepFolder&) = delete;

  const std::filesystem::path& path() const noexcept { return path_; }
  /// Whether a sweep was in it before.
  bool goes_on() const noexcept { return goes_on_; }
  std::filesystem::path run(const Run& run) const { return path_ / "runs" / run.name; }
  /// Makes a run's folder with its config.json, unless it is there.
  void prepare(const Run& run) const;
  /// Removes what only a run that goes on needs.
  void clean(const Run& run) const;

  /// Writes sweep.csv and sweep.json.
  void write(const SweepFile& file, const Settings& settings, const std::vector<Run>& runs,
             const std::vector<RunResult>& results) const;

 private:
  std::filesystem::path path_;
  bool goes_on_ = false;
  FolderLock lock_;
};

/// finished, stopped, diverged, failed; unfinished for a run that has not ended.
std::string status_name(Status status);

/// One line for each run, in order of creation: run, status, the parameters that vary, epochs_run, best_epoch, the metric, the
/// figures of that epoch, those on the test images, seconds.
std::string csv_table(const SweepFile& file, const std::vector<Run>& runs, const std::vector<RunResult>& results);

}  // namespace xgrad::apps::sweep
