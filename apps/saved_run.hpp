#pragma once

#include <memory>
#include <string>

#include <CLI/CLI.hpp>

#include "experiment.hpp"

namespace xgrad::apps {

/// What `evaluate` and `predict` are told of a trained model: a run's folder, whose options say which network and data belong
/// to it.
struct SavedRun {
  std::string folder;
  std::string model;     ///< another .safetensors file for the same network; empty: the run's best
  std::string data_dir;  ///< instead of the run's
  std::size_t limit_test = 0;

  void add_options(CLI::App& command);
  /// The run's options, with what was overridden. Throws: IoError, ConfigError.
  TrainOptions options() const;
  /// The network with its trained weights, in evaluation mode. Throws: IoError, ConfigError, ShapeError.
  template <class T>
  std::unique_ptr<nn::MLP<T>> network(const TrainOptions& options, std::size_t inputs, std::size_t outputs) const;
};

}  // namespace xgrad::apps
