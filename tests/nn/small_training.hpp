#pragma once

#include <memory>
#include <string>

#include "xgrad/nn/data/gaussian_blobs.hpp"
#include "xgrad/nn/mlp.hpp"
#include "xgrad/nn/optim/factory.hpp"
#include "xgrad/nn/train/trainer.hpp"

/// Training of a small network on clouds of points, for tests of the training loop.
struct SmallTraining {
  xgrad::nn::MLP<double> network;
  std::unique_ptr<xgrad::optim::Optimizer<double>> optimizer;
  xgrad::nn::Trainer<double> trainer;

  explicit SmallTraining(xgrad::nn::TrainerOptions<double> options, const std::string& method = "adam", double lr = 0.02,
                         const xgrad::nn::MlpOptions& network_options = {.seed = 1})
      : network({2, 6, 3}, network_options),
        optimizer(xgrad::optim::make_optimizer<double>(method, network.parameters(), {.lr = lr})),
        trainer(network, *optimizer, std::move(options)) {}
};

/// `samples` points in three clouds that overlap.
inline xgrad::data::Dataset<double> clouds(std::size_t samples, std::uint64_t seed = 1) {
  return xgrad::data::gaussian_blobs<double>({.samples = samples, .classes = 3, .spread = 2, .deviation = 1, .seed = seed});
}
