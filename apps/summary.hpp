#pragma once

#include <nlohmann/json.hpp>

#include "train_options.hpp"
#include "xgrad/nn/data/dataset.hpp"
#include "xgrad/nn/train/trainer.hpp"

namespace xgrad::apps {

/// Whether the model holds what the run was made for, so that it can be tested.
inline bool is_complete(nn::Outcome outcome) {
  return outcome == nn::Outcome::Finished || outcome == nn::Outcome::EarlyStopped;
}

/// What summary.json holds: the figures of the best epoch, and of a complete run the outcome on the test set.
template <class T>
nlohmann::ordered_json summarize(const TrainOptions& options, nn::Trainer<T>& trainer, const data::Dataset<T>& test,
                                 nn::Outcome outcome, double seconds);

extern template nlohmann::ordered_json summarize(const TrainOptions&, nn::Trainer<float>&, const data::Dataset<float>&,
                                                 nn::Outcome, double);
extern template nlohmann::ordered_json summarize(const TrainOptions&, nn::Trainer<double>&, const data::Dataset<double>&,
                                                 nn::Outcome, double);

}  // namespace xgrad::apps
