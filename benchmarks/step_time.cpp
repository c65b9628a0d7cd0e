// How the time of a training step grows with the network and the batch: step_time WIDTH DEPTH BATCH SECONDS trains an MLP with
// DEPTH hidden ReLU layers of WIDTH on Fashion-MNIST (Adam, cross-entropy) and prints "xgrad PARAMETERS SECONDS_A_STEP".
#include <cstdlib>

#include "training.hpp"
#include "training_program.hpp"

int main(int argc, char** argv) try {
  if (argc != 5) throw std::invalid_argument("usage: step_time WIDTH DEPTH BATCH SECONDS");
  const std::size_t width = std::strtoul(argv[1], nullptr, 10), depth = std::strtoul(argv[2], nullptr, 10);
  const std::size_t batch = std::strtoul(argv[3], nullptr, 10);
  const double seconds = std::strtod(argv[4], nullptr);
  bench::Workload workload{"scaling", 60000, {784}, "relu", batch, "adam", 1e-3, 0, false, false};
  workload.widths.insert(workload.widths.end(), depth, width);
  workload.widths.push_back(10);
  std::size_t parameters = 0;
  for (std::size_t layer = 0; layer < workload.layers(); ++layer)
    parameters += (workload.widths[layer] + 1) * workload.widths[layer + 1];
  bench::Training training(workload);
  const double rate = bench::samples_per_second(training, seconds);
  fmt::print("xgrad {} {:.3e}\n", parameters, static_cast<double>(batch) / rate);
} catch (const std::exception& error) {
  fmt::print(stderr, "step_time: {}\n", error.what());
  return 2;
}
