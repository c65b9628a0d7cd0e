#pragma once
// The frame of a program that trains a workload: PROGRAM WORKLOAD THREADS SECONDS [SETTING] prints "NAME W1 1 65000.0", the
// samples a second; and on standard error the loss of the last step, so that one sees that it learned, and the peak of memory.

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <stdexcept>
#include <string>

#include <sys/resource.h>

#include "workload.hpp"

namespace bench {

struct Command {
  const Workload& workload;
  std::size_t threads;
  double seconds;
  std::string setting;  ///< empty, or a name that the program knows
};

inline double now() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

/// Throws: std::invalid_argument with the text to show.
inline Command parse_command(int argc, char** argv) {
  if (argc < 4 || argc > 5) throw std::invalid_argument("usage: WORKLOAD THREADS SECONDS, with a workload from W1 to W8");
  const long threads = std::strtol(argv[2], nullptr, 10);
  const double seconds = std::strtod(argv[3], nullptr);
  if (threads < 1) throw std::invalid_argument("the number of threads must be at least 1, not '" + std::string(argv[2]) + "'");
  if (!(seconds > 0)) throw std::invalid_argument("the seconds must be more than 0, not '" + std::string(argv[3]) + "'");
  return {workload(argv[1]), static_cast<std::size_t>(threads), seconds, argc == 5 ? argv[4] : ""};
}

/// Samples a second of trainer.step(), over at least `seconds`, after the first steps and 0.3 s (or `seconds`, if that is
/// less) of others, in which caches fill and choices are made.
template <class Trainer>
double samples_per_second(Trainer& trainer, double seconds) {
  const double warm_up = seconds < 0.3 ? seconds : 0.3;
  double start = now();
  for (int steps = 0; steps < 3 || now() - start < warm_up; ++steps) trainer.step();
  std::size_t samples = 0;
  start = now();
  double end = start;
  for (; end - start < seconds; end = now()) samples += trainer.step();
  return static_cast<double>(samples) / (end - start);
}

/// The most memory that this process had at once, in MB (10⁶ bytes).
inline double peak_memory() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) * 1024 / 1e6;
}

/// main() of a program. Trainer(command) prepares, step() trains one batch and gives its size, loss() is that of the last one.
template <class Trainer>
int train_and_report(const char* name, int argc, char** argv) try {
  if (std::getenv("OPENBLAS_CORETYPE"))
    std::fprintf(stderr, "warning: OPENBLAS_CORETYPE is set; OpenBLAS will not use its natural kernels\n");
  const Command command = parse_command(argc, argv);
  Trainer trainer(command);
  const double rate = samples_per_second(trainer, command.seconds);
  std::printf("%s %s %zu %.1f\n", name, command.workload.name.c_str(), command.threads, rate);
  std::fprintf(stderr, "loss %.4f\npeak %.1f MB\n", trainer.loss(), peak_memory());
  return 0;
} catch (const std::invalid_argument& error) {
  std::fprintf(stderr, "%s: %s\n", argv[0], error.what());
  return 2;
} catch (const std::exception& error) {
  std::fprintf(stderr, "%s: %s\n", argv[0], error.what());
  return 1;
}

}  // namespace bench
