#include "xgrad/nn/data/augmentation.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include <fmt/format.h>

#include "xgrad/tensor/error.hpp"
#include "xgrad/tensor/matmul.hpp"

namespace xgrad::data {
namespace {

void check(const char* name, double value, double below) {
  if (!(value >= 0 && value < below))
    throw ConfigError(fmt::format("augmentation: {} is {}; it must be from 0 to below {}", name, value, below));
}

// Of a line of n pixels, the weights with which each goes into each smoothed one: a Gaussian of sum 1, cut off at three
// standard deviations. What lies outside counts 0.
Array<double> smoothing(std::size_t n, double sigma) {
  const double radius = std::ceil(3 * sigma);
  double sum = 0;
  for (double i = -radius; i <= radius; ++i) sum += std::exp(-i * i / (2 * sigma * sigma));
  Array<double> weights = filled_array<double>({n, n}, 0);
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < n; ++j) {
      const double distance = static_cast<double>(i) - static_cast<double>(j);
      if (std::abs(distance) <= radius) weights(i, j) = std::exp(-distance * distance / (2 * sigma * sigma)) / sum;
    }
  return weights;
}

}  // namespace

bool AugmentationOptions::is_any() const {
  return shift > 0 || flip || rotation > 0 || scaling > 0 || shearing > 0 || elastic > 0;
}

// Row and column of the image for row r and column c of the result, both from the centre: a matrix, a shift, and fields.
template <class T>
struct Augmentation<T>::Map {
  std::array<double, 4> matrix{1, 0, 0, 1};
  double row_shift = 0, column_shift = 0;
  Array<double> row_field = empty_array<double>({0}), column_field = row_field;  // empty without an elastic distortion
};

template <class T>
Augmentation<T>::Augmentation(const AugmentationOptions& options, std::size_t height, std::size_t width)
    : options_(options), height_(height), width_(width) {
  if (height == 0 || width == 0) throw ConfigError("augmentation: the samples are not images; leave the augmentation out");
  check("shift", static_cast<double>(options.shift), static_cast<double>(std::max(height, width)));
  check("rotation", options.rotation, 360);
  check("scaling", options.scaling, 1);
  check("shearing", options.shearing, 1);
  check("elastic", options.elastic, 1e6);
  if (!(options.elastic_sigma > 0 && options.elastic_sigma <= 100))
    throw ConfigError(
        fmt::format("augmentation: elastic_sigma is {}; it must be above 0, and at most 100", options.elastic_sigma));
  if (options.elastic == 0) return;
  row_smoothing_ = smoothing(width, options.elastic_sigma);
  column_smoothing_ = smoothing(height, options.elastic_sigma);
}

// Smoothing along rows and columns is a product with a matrix from either side; both are their own transposes. In double, which
// no setting of float32 products changes.
template <class T>
Array<double> Augmentation<T>::draw_field(Generator& generator) const {
  Array<double> field = empty_array<double>({height_, width_}), along_rows = field;
  random::fill_uniform(generator, field.data(), field.size(), -options_.elastic, options_.elastic);
  matmul(field, Transpose::No, row_smoothing_, Transpose::No, along_rows);
  matmul(column_smoothing_, Transpose::No, along_rows, Transpose::No, field);
  return field;
}

template <class T>
typename Augmentation<T>::Map Augmentation<T>::draw_map(Generator& generator) const {
  std::array<double, 7> u;  // from −1 to 1: always as many, so that one kind of distortion does not change another
  random::fill_uniform(generator, u.data(), u.size(), -1, 1);
  Map map;
  const double angle = u[0] * options_.rotation * std::numbers::pi / 180, cosine = std::cos(angle), sine = std::sin(angle);
  const double rows = 1 + u[1] * options_.scaling, columns = 1 + u[2] * options_.scaling, shear = u[3] * options_.shearing;
  const double mirror = options_.flip && u[6] < 0 ? -1 : 1;
  // The inverse of the scaling, after that of the shearing, after that of the rotation.
  map.matrix = {cosine / rows, sine / rows, mirror * (-sine - shear * cosine) / columns,
                mirror * (cosine - shear * sine) / columns};
  // From −shift to shift, each as likely.
  const auto whole = [&](double x) {
    const double values = 2 * static_cast<double>(options_.shift) + 1;
    return std::min(std::floor((x + 1) / 2 * values), values - 1) - static_cast<double>(options_.shift);
  };
  map.row_shift = whole(u[4]);
  map.column_shift = whole(u[5]);
  if (options_.elastic > 0) {
    map.row_field = draw_field(generator);
    map.column_field = draw_field(generator);
  }
  return map;
}

template <class T>
void Augmentation<T>::apply(T* image, Generator generator) const {
  const Map map = draw_map(generator);
  const std::vector<T> original(image, image + height_ * width_);
  const double middle_row = (static_cast<double>(height_) - 1) / 2, middle_column = (static_cast<double>(width_) - 1) / 2;
  const bool elastic = map.row_field.size() > 0;
  const auto at = [&](std::ptrdiff_t r, std::ptrdiff_t c) {
    const bool inside = r >= 0 && c >= 0 && r < static_cast<std::ptrdiff_t>(height_) && c < static_cast<std::ptrdiff_t>(width_);
    return inside ? original[static_cast<std::size_t>(r) * width_ + static_cast<std::size_t>(c)] : T(0);
  };
  for (std::size_t r = 0; r < height_; ++r)
    for (std::size_t c = 0; c < width_; ++c) {
      const std::size_t i = r * width_ + c;
      const double y = static_cast<double>(r) - middle_row - map.row_shift,
                   x = static_cast<double>(c) - middle_column - map.column_shift;
      double row = map.matrix[0] * y + map.matrix[1] * x + middle_row,
             column = map.matrix[2] * y + map.matrix[3] * x + middle_column;
      if (elastic) row += map.row_field.data()[i], column += map.column_field.data()[i];
      const double top = std::floor(row), left = std::floor(column);
      const T down = static_cast<T>(row - top), right = static_cast<T>(column - left);
      const auto r0 = static_cast<std::ptrdiff_t>(std::clamp(top, -2.0, static_cast<double>(height_))),
                 c0 = static_cast<std::ptrdiff_t>(std::clamp(left, -2.0, static_cast<double>(width_)));
      image[i] = (1 - down) * ((1 - right) * at(r0, c0) + right * at(r0, c0 + 1)) +
                 down * ((1 - right) * at(r0 + 1, c0) + right * at(r0 + 1, c0 + 1));
    }
}

template class Augmentation<float>;
template class Augmentation<double>;

}  // namespace xgrad::data
