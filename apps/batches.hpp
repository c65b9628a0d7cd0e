#pragma once

#include <cstddef>

#include "train_options.hpp"

namespace xgrad::apps {

/// How many of so many training images a step takes: --batch_size, and for L-BFGS all.
std::size_t batch_size(const TrainOptions& options, std::size_t samples);

std::size_t steps_per_epoch(const TrainOptions& options, std::size_t samples);

/// What only the number of images tells.  Throws: ConfigError if an epoch would have no batch, or one whose images have no
/// variance to normalise by.
void check_batches(const TrainOptions& options, std::size_t samples);

}  // namespace xgrad::apps
