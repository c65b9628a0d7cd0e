#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>

namespace xgrad::nn {

/// One update of the parameters.
struct StepRecord {
  std::int64_t step = 0;     ///< from 1, over all epochs
  std::size_t epoch = 0;     ///< from 1
  double loss = 0;           ///< the batch's, before the update
  double learning_rate = 0;  ///< of this update
  double gradient_norm = 0;  ///< of all gradients together, before clipping
};

/// One pass over the training data. Validation figures are NaN where nothing is held out, accuracies and F1 where the network
/// does not classify.
struct EpochRecord {
  std::size_t epoch = 0;  ///< from 1
  double train_loss = 0;  ///< mean over the epoch's samples, each as it was when its batch was used
  double train_accuracy = 0;
  double val_loss = std::numeric_limits<double>::quiet_NaN();
  double val_accuracy = std::numeric_limits<double>::quiet_NaN();
  double val_macro_f1 = std::numeric_limits<double>::quiet_NaN();
  double seconds = 0;             ///< training and validation
  double samples_per_second = 0;  ///< of the training part
  double learning_rate = 0;       ///< of the last update
};

/// How a training run ended. A paused one stands between two epochs, an interrupted one perhaps within one.
enum class Outcome { Finished, EarlyStopped, Paused, Interrupted, Diverged };

}  // namespace xgrad::nn
