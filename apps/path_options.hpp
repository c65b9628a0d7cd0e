#pragma once

#include "train_options.hpp"

namespace xgrad::apps {

/// The options with absolute paths in place of relative ones, so that they mean the same from every folder: what config.json
/// holds.  Throws: ConfigError if the current folder's name is no text.
TrainOptions with_absolute_paths(TrainOptions options);

}  // namespace xgrad::apps
