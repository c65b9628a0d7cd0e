#include "augmentation_option.hpp"

#include <charconv>
#include <cmath>
#include <sstream>

#include <fmt/format.h>

#include "xgrad/nn/names.hpp"
#include "xgrad/tensor/error.hpp"

namespace xgrad::apps {
namespace {

double strength_of(const std::string& item, double otherwise) {
  const std::size_t colon = item.find(':');
  if (colon == std::string::npos) return otherwise;
  double value = 0;
  const char* const end = item.data() + item.size();
  const auto [stop, error] = std::from_chars(item.data() + colon + 1, end, value);
  if (error == std::errc() && stop == end && value > 0 && std::isfinite(value)) return value;
  throw ConfigError(fmt::format("--augment {}: after the colon stands how strong it is, a number above 0", item));
}

}  // namespace

data::AugmentationOptions parse_augmentation(const std::string& text) {
  data::AugmentationOptions options;
  std::istringstream items(text);
  for (std::string item; std::getline(items, item, ',');) {
    const std::string name = item.substr(0, item.find(':'));
    if (name == "shift") {
      const double pixels = strength_of(item, 2);
      if (pixels != std::floor(pixels) || pixels > 1000)
        throw ConfigError(fmt::format("--augment {}: images are shifted by whole pixels", item));
      options.shift = static_cast<std::size_t>(pixels);
    } else if (name == "flip") {
      if (item != name) throw ConfigError(fmt::format("--augment {}: a flip has no strength; write flip", item));
      options.flip = true;
    } else if (name == "affine") {
      const double strength = strength_of(item, 1);
      options.rotation = 15 * strength;
      options.scaling = options.shearing = 0.15 * strength;
    } else if (name == "elastic") {
      options.elastic = strength_of(item, 34);
    } else {
      throw_unknown_name("augmentation", name, {"shift", "flip", "affine", "elastic"});
    }
  }
  return options;
}

}  // namespace xgrad::apps
