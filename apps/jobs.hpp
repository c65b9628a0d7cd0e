#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

namespace xgrad::apps {

/// How a job ended.
struct JobResult {
  std::size_t id = 0;
  int status = 0;      ///< its exit status, or 128 + the signal that ended it
  double seconds = 0;  ///< from start to end
};

/// Child processes of this very program, at most `parallel` at once. None outlives this object, nor this process.
class JobPool {
 public:
  /// parallel = 0 counts as 1.
  explicit JobPool(std::size_t parallel);
  JobPool(const JobPool&) = delete;
  JobPool& operator=(const JobPool&) = delete;
  ~JobPool();

  bool full() const noexcept { return children_.size() >= parallel_; }
  std::size_t running() const noexcept { return children_.size(); }

  /// Runs this program with `arguments`; what it prints, on both outputs, is added to the file `log`.
  /// Throws: IoError if the log cannot be written or no process can be made.
  void start(std::size_t id, const std::vector<std::string>& arguments, const std::filesystem::path& log);

  /// The next job that ends; nothing if none does within that time, or none is running.
  std::optional<JobResult> wait(double seconds);

  /// Asks all jobs to save and end (SIGINT), and waits for them.
  void stop();

 private:
  using Clock = std::chrono::steady_clock;
  struct Child {
    std::size_t id;
    pid_t pid;
    Clock::time_point started;
  };

  std::optional<JobResult> reap(bool block);

  std::size_t parallel_;
  std::vector<Child> children_;
};

}  // namespace xgrad::apps
