#pragma once

#include <string>

#include "train_options.hpp"

namespace xgrad::apps {

/// What to say where a run that this one builds on (--teachers, --features_from) was trained on images that are held out here:
/// what it learnt from them reaches this run's network, whose validation figures then promise more than test images keep. Empty
/// where there is none.  Throws: IoError where a folder is not that of a run.
std::string held_out_advice(const TrainOptions& options);

}  // namespace xgrad::apps
