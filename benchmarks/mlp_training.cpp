// Samples a second of training with xgrad: mlp_training WORKLOAD THREADS SECONDS prints "xgrad W1 1 65000.0".
#include "training.hpp"
#include "training_program.hpp"

namespace {

struct Trainer : bench::Training {
  explicit Trainer(const bench::Command& command) : Training((xgrad::set_thread_count(command.threads), command.workload)) {}
};

}  // namespace

int main(int argc, char** argv) { return bench::train_and_report<Trainer>("xgrad", argc, argv); }
