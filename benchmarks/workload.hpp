#pragma once
// What xgrad and its peers train, the same for all. peers/workloads.py holds this table for Python; a test compares the two.
// No more than C++17: libtorch's headers ask for that.

#include <cstddef>
#include <stdexcept>
#include <string>
#include <vector>

namespace bench {

/// A network, how it is trained, and on how many images of Fashion-MNIST (pixels / 255).
struct Workload {
  std::string name;
  std::size_t samples;              ///< in an epoch; the last batch is left out where it is smaller than the others
  std::vector<std::size_t> widths;  ///< of the input, the hidden layers, the output
  std::string activation;           ///< relu or tanh
  std::size_t batch;
  std::string optimizer;  ///< sgd, momentum (SGD with momentum 0.9), rmsprop, adam
  double lr;
  double dropout;     ///< after every hidden activation; 0 for none
  bool batch_norm;    ///< before every hidden activation
  bool reconstructs;  ///< the mean squared error against the input, instead of the cross-entropy with the labels

  std::size_t layers() const { return widths.size() - 1; }
};

inline const std::vector<Workload>& workloads() {
  static const std::vector<Workload> all{
      {"W1", 54000, {784, 128, 128, 128, 128, 10}, "relu", 16, "rmsprop", 1e-4, 0, false, false},
      {"W2", 54000, {784, 64, 64, 64, 10}, "tanh", 32, "momentum", 1e-2, 0, false, false},
      {"W3", 47104, {784, 512, 256, 10}, "relu", 1024, "adam", 1e-3, 0.3, true, false},
      {"W4", 48000, {784, 256, 128, 64, 32, 10}, "relu", 128, "sgd", 1e-1, 0, false, false},
      {"W5", 54000, {784, 700, 200, 50, 10}, "relu", 128, "rmsprop", 1e-3, 0.15, false, false},
      {"W6", 8000, {784, 256, 128, 64, 128, 256, 784}, "relu", 128, "adam", 1e-3, 0, false, true},
      {"W7", 60000, {784, 256, 10}, "relu", 64, "adam", 1e-3, 0, false, false},
      {"W8", 54000, {784, 2048, 2048, 10}, "relu", 256, "adam", 1e-3, 0, false, false},
  };
  return all;
}

/// The workload of this name. Throws: std::invalid_argument.
inline const Workload& workload(const std::string& name) {
  for (const Workload& one : workloads())
    if (one.name == name) return one;
  throw std::invalid_argument("there is no workload '" + name + "'; they are called W1 to W8");
}

}  // namespace bench
