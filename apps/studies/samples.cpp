#include "studies/samples.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base64.hpp"
#include "xgrad/nn/data.hpp"
#include "xgrad/tensor/error.hpp"

namespace xgrad::apps {
namespace {

constexpr std::size_t looked_at = 1000;  // every class is among the first thousand

std::string pixels(const data::Dataset<float>& images, std::size_t row) {
  const Array<float> image = images.image(row);
  std::vector<unsigned char> bytes(image.size());
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<unsigned char>(std::lround(255 * image.data()[i]));
  return base64(bytes);
}

std::vector<std::size_t> chosen_rows(const std::string& kind, const Indices& labels, std::size_t classes) {
  std::vector<std::size_t> rows;
  if (kind == "first_64") {
    for (std::size_t row = 0; row < std::min<std::size_t>(64, labels.size()); ++row) rows.push_back(row);
  } else if (kind == "one_per_class") {
    for (std::size_t label = 0; label < classes; ++label)
      for (std::size_t row = 0; row < labels.size(); ++row)
        if (labels(row) == static_cast<std::int64_t>(label)) {
          rows.push_back(row);
          break;
        }
  } else {
    throw ConfigError(fmt::format("samples: '{}' is not known; choose one_per_class or first_64", kind));
  }
  return rows;
}

}  // namespace

Json sample_images(const PlannedPart& part, const std::string& data_dir) {
  const std::string name =
      part.rows.empty() ? "fashion_mnist" : part.rows[0].options.value("dataset", std::string("fashion_mnist"));
  const auto train = data::load<float>(name, {.data_dir = data_dir}).train;
  const auto images = train.first(std::min(looked_at, train.size()));
  const Indices labels = images.labels();
  const auto& classes = images.description().class_names;
  const bool each = part.part.samples == "one_per_class";
  Json json{{"title", each ? "One training image of each class" : "The first 64 training images"},
            {"kind", part.part.samples},
            {"images", Json::array()}};
  for (const std::size_t row : chosen_rows(part.part.samples, labels, classes.size()))
    json["images"].push_back({{"label", classes[static_cast<std::size_t>(labels(row))]}, {"pixels", pixels(images, row)}});
  return json;
}

}  // namespace xgrad::apps
