#pragma once

#include <string>
#include <vector>

#include "train_options.hpp"
#include "xgrad/nn/train/distillation.hpp"

namespace xgrad::apps {

/// What --teachers, --distill_weight and --distill_temperature ask for: the networks of the runs in those folders. Throws:
/// IoError where a folder is not that of a trained run; ConfigError where its network does not see images as they are, of as
/// many pixels, or does not tell the same classes apart.
template <class T>
nn::Distillation<T> load_teachers(const TrainOptions& options, std::size_t pixels, std::size_t classes);

/// The folders that --teachers names.
std::vector<std::string> teacher_folders(const TrainOptions& options);

extern template nn::Distillation<float> load_teachers(const TrainOptions&, std::size_t, std::size_t);
extern template nn::Distillation<double> load_teachers(const TrainOptions&, std::size_t, std::size_t);

}  // namespace xgrad::apps
