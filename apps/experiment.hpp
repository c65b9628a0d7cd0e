#pragma once

#include <memory>

#include "train_options.hpp"
#include "xgrad/nn/mlp.hpp"
#include "xgrad/nn/optim/factory.hpp"
#include "xgrad/nn/train/trainer.hpp"

namespace xgrad::apps {

/// How many inputs the network has whose first Linear takes `first_layer` numbers: as many, or, with --oriented_gradients, the
/// pixels among them.
std::size_t input_count(const TrainOptions& options, std::size_t first_layer);

/// How many outputs the network has: one for each class, or for each input that it is to reconstruct.
std::size_t output_count(const TrainOptions& options, std::size_t inputs, std::size_t classes);

/// The network that the options describe, with its initial weights (from --init_from, where given).
template <class T>
std::unique_ptr<nn::MLP<T>> make_network(const TrainOptions& options, std::size_t inputs, std::size_t outputs);

template <class T>
nn::LossFunction<T> make_loss(const TrainOptions& options);

template <class T>
std::unique_ptr<optim::Optimizer<T>> make_optimizer(const TrainOptions& options, nn::Module<T>& network);

/// The scheduler, or null; `per_step` tells whether it moves on with every step or every epoch.
template <class T>
std::shared_ptr<optim::Scheduler<T>> make_scheduler(const TrainOptions& options, optim::Optimizer<T>& optimizer,
                                                    std::size_t steps_per_epoch, bool& per_step);

/// What to say of --precision bf16 where products in bfloat16 are `speed` times as fast as in float32; empty where it pays.
std::string bf16_advice(double speed);

/// Lets products of matrices be as precise as --precision says.  Throws: ConfigError if the processor cannot.
void use_precision(const TrainOptions& options);

/// The same for a run that is only looked at: in float32, which is more precise, and a line on standard error says so, where
/// the processor cannot.
void use_precision_if_possible(const TrainOptions& options);

/// Calls f.template operator()<T>() with the number type that --dtype names.
template <class F>
decltype(auto) with_dtype(const std::string& dtype, F&& f) {
  return dtype == "float64" ? f.template operator()<double>() : f.template operator()<float>();
}

}  // namespace xgrad::apps
