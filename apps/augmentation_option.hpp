#pragma once

#include <string>

#include "xgrad/nn/data/augmentation.hpp"

namespace xgrad::apps {

/// What --augment says: "shift,flip,affine,elastic" or some of them, each perhaps with its strength: shift:2 pixels, affine:1
/// times 15 degrees, 15 % and a shear of 0.15, elastic:34 for α. Nothing: no distortion. Throws: ConfigError.
data::AugmentationOptions parse_augmentation(const std::string& text);

}  // namespace xgrad::apps
