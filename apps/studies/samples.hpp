#pragma once

#include "studies/plan.hpp"

namespace xgrad::apps {

/// The pictures that a part wants of its training images: `one_per_class` (the first of each) or `first_64`, as
/// {"title", "kind", "images": [{"label", "pixels": base64 of the bytes}]}. Throws: ConfigError for another kind; IoError.
Json sample_images(const PlannedPart& part, const std::string& data_dir);

}  // namespace xgrad::apps
