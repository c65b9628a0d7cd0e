#include "xgrad/nn/data/augmentation.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include <fmt/format.h>

#include "xgrad/tensor/error.hpp"

namespace xgrad::data {
namespace {

void check(const char* name, double value, double below) {
  if (!(value >= 0 && value < below))
    throw ConfigError(fmt::format("augmentation: {} is {}; it must be from 0 to below {}", name, value, below));
}

// A Gaussian of sum 1, cut off at three standard deviations.
std::vector<float> gaussian(double sigma) {
  const auto radius = static_cast<int>(std::ceil(3 * sigma));
  std::vector<float> kernel;
  double sum = 0;
  for (int i = -radius; i <= radius; ++i) sum += std::exp(-i * i / (2 * sigma * sigma));
  for (int i = -radius; i <= radius; ++i) kernel.push_back(static_cast<float>(std::exp(-i * i / (2 * sigma * sigma)) / sum));
  return kernel;
}

// Every row smoothed along itself, and the result transposed: twice this is the smoothing of a field, upright again. What lies
// outside counts 0.
std::vector<float> smooth_rows_and_transpose(const std::vector<float>& field, std::size_t rows, std::size_t columns,
                                             const std::vector<float>& kernel) {
  const std::size_t radius = kernel.size() / 2;
  std::vector<float> padded(columns + 2 * radius, 0.0f), smooth(columns), result(field.size());
  for (std::size_t r = 0; r < rows; ++r) {
    std::copy_n(field.data() + r * columns, columns, padded.data() + radius);
    std::fill(smooth.begin(), smooth.end(), 0.0f);
    for (std::size_t k = 0; k < kernel.size(); ++k)
      for (std::size_t c = 0; c < columns; ++c) smooth[c] += kernel[k] * padded[c + k];
    for (std::size_t c = 0; c < columns; ++c) result[c * rows + r] = smooth[c];
  }
  return result;
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
  std::vector<float> row_field{}, column_field{};
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
  if (options.elastic > 0) kernel_ = gaussian(options.elastic_sigma);
}

template <class T>
std::vector<float> Augmentation<T>::draw_field(Generator& generator) const {
  std::vector<float> field(height_ * width_);
  const auto strength = static_cast<float>(options_.elastic);
  random::fill_uniform(generator, field.data(), field.size(), -strength, strength);
  return smooth_rows_and_transpose(smooth_rows_and_transpose(field, height_, width_, kernel_), width_, height_, kernel_);
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
      if (!map.row_field.empty()) row += map.row_field[i], column += map.column_field[i];
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
