#include "xgrad/autograd/ops/orientation_histograms.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <utility>

#include "xgrad/autograd/operation_info.hpp"
#include "xgrad/autograd/registry/families.hpp"

namespace xgrad {
namespace {

struct Image {
  const double* pixels;
  std::size_t height, width;

  std::pair<double, double> differences(std::size_t i, std::size_t j) const {
    const double right = pixels[i * width + std::min(j + 1, width - 1)], left = pixels[i * width + (j == 0 ? 0 : j - 1)];
    const double below = pixels[std::min(i + 1, height - 1) * width + j], above = pixels[(i == 0 ? 0 : i - 1) * width + j];
    return {right - left, below - above};
  }
};

Image image_of(const Array<double>& images, std::size_t n) {
  const std::size_t height = images.shape()[images.dimension() - 2], width = images.shape().back();
  return {images.data() + n * height * width, height, width};
}

double angle_of(std::size_t k, std::size_t orientations) {
  return std::numbers::pi * static_cast<double>(k) / static_cast<double>(orientations);
}

// By angles: the vote of a gradient of length m at the angle t from an orientation's, with `step` from one to the next, is
// m·sin(step − |t|)/sin(step) where |t| < step.
double vote(std::pair<double, double> gradient, std::size_t k, std::size_t orientations) {
  const double step = angle_of(1, orientations);
  const double t = std::remainder(std::atan2(gradient.second, gradient.first) - angle_of(k, orientations), std::numbers::pi);
  if (std::abs(t) >= step) return 0;
  return std::hypot(gradient.first, gradient.second) * std::sin(step - std::abs(t)) / std::sin(step);
}

double nearness(std::size_t pixel, std::size_t cell, std::size_t side) {
  const double distance = (static_cast<double>(pixel) + 0.5) / static_cast<double>(side) - (static_cast<double>(cell) + 0.5);
  return std::max(0.0, 1 - std::abs(distance)) / static_cast<double>(side);
}

double mean_vote(const Image& image, std::size_t k, std::size_t row, std::size_t column, const OrientationHistogramOptions& o) {
  double sum = 0;
  for (std::size_t i = 0; i < image.height; ++i)
    for (std::size_t j = 0; j < image.width; ++j)
      sum += vote(image.differences(i, j), k, o.orientations) * nearness(i, row, o.cell) * nearness(j, column, o.cell);
  return sum;
}

Array<double> histograms_of(const Array<double>& images, const OrientationHistogramOptions& o) {
  Shape shape = images.shape();
  const std::size_t rows = shape[shape.size() - 2] /= o.cell, columns = shape.back() /= o.cell;
  shape.insert(shape.end() - 2, o.orientations);
  Array<double> result = empty_array<double>(shape);
  for (std::size_t at = 0; at < result.size(); ++at)
    result.data()[at] = mean_vote(image_of(images, at / (columns * rows * o.orientations)),
                                  at / (columns * rows) % o.orientations, at / columns % rows, at % columns, o);
  return result;
}

// Two steps of finite differences move a difference of pixels by up to 8·10⁻³: so far none may be from a kink.
bool is_smooth(const Array<double>& images, std::size_t orientations) {
  const std::size_t height = image_of(images, 0).height, width = image_of(images, 0).width;
  for (std::size_t p = 0; p < images.size(); ++p) {
    const auto [dx, dy] = image_of(images, p / (height * width)).differences(p / width % height, p % width);
    for (std::size_t k = 0; k < orientations; ++k)
      if (std::abs(dx * std::sin(angle_of(k, orientations)) - dy * std::cos(angle_of(k, orientations))) < 8e-3) return false;
  }
  return true;
}

Array<double> smooth_values(const Shape& shape, std::size_t orientations) {
  std::uint64_t seed = 1;
  while (!is_smooth(sample_values(shape, -2, 2, seed), orientations)) ++seed;
  return sample_values(shape, -2, 2, seed);
}

Sample sample_of(const char* name, const Array<double>& images, OrientationHistogramOptions options) {
  const auto call = [options](const auto& x) { return orientation_histograms(x[0], options); };
  return sample(name, {images}, call, [options](const Sample::Arrays& x) { return histograms_of(x[0], options); });
}

BadInput failure(const char* name, const Shape& shape, OrientationHistogramOptions options, std::vector<std::string> mentions) {
  mentions.push_back("orientation_histograms");
  return {name, [=] { orientation_histograms(Tensor<double>(filled_array(shape, 1.0)), options); }, std::move(mentions)};
}

}  // namespace

std::vector<OperationInfo> orientation_histograms_operations() {
  OperationInfo info{"orientation_histograms",
                     {sample_of("an image", smooth_values({8, 8}, 8), {}),
                      sample_of("two images, not square", smooth_values({2, 4, 8}, 5), {.orientations = 5}),
                      sample_of("odd cells", smooth_values({1, 2, 3, 6}, 3), {.orientations = 3, .cell = 3}),
                      sample_of("cells of one pixel", smooth_values({3, 2}, 2), {.orientations = 2, .cell = 1}),
                      sample_of("one row", distinct_values({2, 1, 4}), {.orientations = 4, .cell = 1}),
                      sample_of("one pixel", sample_values({1, 1}), {.orientations = 4, .cell = 1}),
                      sample_of("one cell", smooth_values({2, 2}, 4), {.orientations = 4, .cell = 2}),
                      sample_of("no image", sample_values({0, 4, 4}), {})}};
  const auto call = [](const Tensor<double>& x) { return orientation_histograms(x, {.orientations = 2, .cell = 1}); };
  const double nan = std::numeric_limits<double>::quiet_NaN();
  // Of two orientations one is |dx|, the other |dy|.
  info.special_values = {
      {"a ramp", call, {{0, 1, 2}}, {{{1, 2, 1}}, {{0, 0, 0}}}, {{-2, 0, 2}}},
      {"nothing to see", call, {{3, 3, 3}}, {{{0, 0, 0}}, {{0, 0, 0}}}, {{0, 0, 0}}},
      {"not a number", call, {{nan, 1, 1, 1}}, {{{nan, nan, 0, 0}}, {{nan, nan, 0, 0}}}, {}},
  };
  info.bad_inputs = {failure("one orientation", {4, 4}, {.orientations = 1}, {"1 orientations", "2 to 180"}),
                     failure("too many orientations", {4, 4}, {.orientations = 181}, {"181 orientations"}),
                     failure("cells without pixels", {4, 4}, {.cell = 0}, {"0 × 0"}),
                     failure("no image", {4}, {}, {"(4,)"}),
                     failure("an empty image", {2, 0, 4}, {}, {"(2, 0, 4)"}),
                     failure("not divided", {2, 4, 6}, {}, {"(2, 4, 6)", "4 × 4"})};
  return {info};
}

}  // namespace xgrad
