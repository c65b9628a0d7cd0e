// Two builds of the library train the same workload in one process, in turns of 20 ms, so that a machine that is slow for a
// second, or for a minute, is slow for both: compare_training WORKLOAD THREADS SECONDS MODULE MODULE. Each module has a
// namespace of its own (dlmopen), with all that it needs. Prints the samples a second of every turn: a line for each pair of
// turns.

#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <string>

#include <dlfcn.h>
#include <unistd.h>

#include "training_module.hpp"

namespace {

constexpr double turn = 0.02, warm_up = 0.3;  // seconds
constexpr const char* has_room = "XGRAD_COMPARE_HAS_ROOM";

double now() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

class Module {
 public:
  Module(const char* path, const char* workload, std::size_t threads)
      : library_(dlmopen(LM_ID_NEWLM, path, RTLD_NOW | RTLD_LOCAL)) {
    if (!library_) throw std::runtime_error(std::string("cannot load ") + path + ": " + dlerror());
    step_ = function<decltype(train_one_batch)>("train_one_batch");
    training_ = function<decltype(prepare_training)>("prepare_training")(workload, threads);
    if (!training_) throw std::runtime_error(std::string(path) + " cannot prepare " + workload);
  }

  /// Samples a second over at least `seconds`, and one batch.
  double train(double seconds) {
    const double start = now();
    std::size_t samples = 0;
    do {
      const std::size_t batch = step_(training_);
      if (batch == 0) throw std::runtime_error("a step failed");
      samples += batch;
    } while (now() - start < seconds);
    return static_cast<double>(samples) / (now() - start);
  }

 private:
  template <class F>
  F* function(const char* name) {
    void* const found = dlsym(library_, name);
    if (!found) throw std::runtime_error(std::string("no ") + name + ": " + dlerror());
    return reinterpret_cast<F*>(found);
  }

  void* library_;
  void* training_ = nullptr;
  decltype(&train_one_batch) step_ = nullptr;
};

// What the other one has put into the caches is not counted.
double take_turn(Module& module) {
  module.train(turn / 10);
  return module.train(turn);
}

void run(char** arguments) {
  const std::size_t threads = std::strtoul(arguments[2], nullptr, 10);
  const double seconds = std::strtod(arguments[3], nullptr);
  std::array<Module, 2> modules{Module(arguments[4], arguments[1], threads), Module(arguments[5], arguments[1], threads)};
  for (Module& module : modules) module.train(warm_up);
  const double start = now();
  for (std::size_t pair = 0; pair == 0 || now() - start < 2 * seconds; ++pair) {
    std::array<double, 2> rates{};
    for (const std::size_t i : {pair % 2, 1 - pair % 2}) rates[i] = take_turn(modules[i]);  // each is first in turn
    std::printf("%.1f %.1f\n", rates[0], rates[1]);
  }
}

// What modules have that is thread_local must fit into room that a process sets aside when it begins, as it is told to.
void begin_anew_with_room(char** argv) {
  if (setenv("GLIBC_TUNABLES", "glibc.rtld.optional_static_tls=400000", 0) != 0) return;
  if (setenv(has_room, "1", 1) == 0) execv("/proc/self/exe", argv);
}

}  // namespace

int main(int argc, char** argv) try {
  if (argc != 6) throw std::runtime_error("usage: compare_training WORKLOAD THREADS SECONDS MODULE MODULE");
  if (!std::getenv(has_room)) begin_anew_with_room(argv);
  run(argv);
  std::fflush(stdout);
  std::_Exit(0);  // what the modules began goes on: neither can be taken down in good order
} catch (const std::exception& error) {
  std::fprintf(stderr, "%s\n", error.what());
  return 1;
}
