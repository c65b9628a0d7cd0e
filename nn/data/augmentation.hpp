#pragma once

#include <cstddef>
#include <vector>

#include "xgrad/tensor/random.hpp"

namespace xgrad::data {

/// How training images are distorted, each time they are used in another way; zeros and false: not at all.
struct AugmentationOptions {
  std::size_t shift = 0;     ///< whole pixels, up to this many to each side
  bool flip = false;         ///< left and right exchanged in half of the cases
  double rotation = 0;       ///< degrees, up to this many in both directions
  double scaling = 0;        ///< each axis is stretched by a factor from 1 − scaling to 1 + scaling
  double shearing = 0;       ///< the upper half is moved against the lower: columns per row, up to this much
  double elastic = 0;        ///< α: the strength of an elastic distortion
  double elastic_sigma = 4;  ///< σ of its smoothing, in pixels

  bool is_any() const;
};

/// Distorts images. A pixel of the result is interpolated (bilinear) from where the distortions, taken backwards, come from;
/// outside of the image there is 0. The elastic one moves every pixel by a field of its own: uniform numbers from −1 to 1 for
/// each pixel and axis, smoothed by a Gaussian of standard deviation σ and multiplied by α.
/// Source: Simard, Steinkraus and Platt, "Best Practices for Convolutional Neural Networks Applied to Visual Document Analysis"
/// (2003), section 2.
template <class T>
class Augmentation {
 public:
  /// Throws: ConfigError for numbers that are negative or not finite, a scaling or shearing of 1 or more, and an empty image.
  Augmentation(const AugmentationOptions& options, std::size_t height, std::size_t width);

  /// Distorts one image in place, as the generator decides. May be called from several threads at once.
  void apply(T* image, Generator generator) const;

 private:
  struct Map;  // from the pixels of the result to places in the image

  Map draw_map(Generator& generator) const;
  Array<double> draw_field(Generator& generator) const;

  AugmentationOptions options_;
  std::size_t height_, width_;
  Array<double> row_smoothing_, column_smoothing_;
};

extern template class Augmentation<float>;
extern template class Augmentation<double>;

}  // namespace xgrad::data
