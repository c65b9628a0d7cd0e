#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

/// What a process left behind.
struct Finished {
  int status = -1;     ///< exit status; -1 if a signal ended it
  int signal = 0;      ///< that signal; 0 if it ended by itself
  std::string output;  ///< what it wrote to standard output
  std::string errors;  ///< and to standard error
};

/// How a process is started.
struct Surroundings {
  std::filesystem::path folder{};                    ///< its current folder; empty: this process's
  std::vector<std::string> environment{};            ///< "NAME=value", beside those of this process; "NAME" takes one away
  std::optional<std::size_t> file_size_limit{};      ///< bytes; a longer file fails like one on a full disk
  std::optional<std::filesystem::path> output_to{};  ///< instead of capturing standard output
  std::optional<std::filesystem::path> errors_to{};  ///< instead of capturing standard error
  std::vector<int> closed{};                         ///< streams that it starts without
};

/// A program that runs beside the test. It is killed if it outlives this object, or `patience`.
class ChildProcess {
 public:
  ChildProcess(const std::string& program, const std::vector<std::string>& arguments, const Surroundings& surroundings = {});
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;
  ~ChildProcess();

  bool is_running();
  void send(int signal) const;
  /// Waits for the end. Throws: std::runtime_error, having killed it, if it takes longer than `patience`.
  Finished wait();

  static constexpr std::chrono::seconds patience{120};

 private:
  std::string captured(int file) const;

  pid_t pid_ = -1;
  int output_ = -1, errors_ = -1;  // files without names
  std::optional<int> ended_{};     // as waitpid tells it
};
