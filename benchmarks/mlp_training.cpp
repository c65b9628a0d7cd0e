// Samples a second of training with xgrad: mlp_training WORKLOAD THREADS SECONDS [--precision float32|bf16] prints
// "xgrad W1 1 65000.0".
#include <string_view>

#include "training.hpp"
#include "training_program.hpp"

namespace {

struct Trainer : bench::Training {
  explicit Trainer(const bench::Command& command) : Training((xgrad::set_thread_count(command.threads), command.workload)) {}
};

// Takes the last two arguments if they are --precision and its value.  Throws: xgrad::ConfigError.
int take_precision(int argc, char** argv) {
  if (argc < 3 || argv[argc - 2] != std::string_view("--precision")) return argc;
  const std::string_view name = argv[argc - 1];
  if (name != "float32" && name != "bf16") throw xgrad::ConfigError("--precision: give float32 or bf16");
  xgrad::set_float32_matmul_precision(name == "bf16" ? "medium" : "highest");
  return argc - 2;
}

}  // namespace

int main(int argc, char** argv) try {
  return bench::train_and_report<Trainer>("xgrad", take_precision(argc, argv), argv);
} catch (const xgrad::ConfigError& error) {
  std::fprintf(stderr, "%s: %s\n", argv[0], error.what());
  return 2;
}
