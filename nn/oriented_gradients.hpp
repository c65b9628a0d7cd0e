#pragma once

#include <cstddef>

#include "xgrad/autograd/ops/orientation_histograms.hpp"
#include "xgrad/nn/module.hpp"

namespace xgrad::nn {

struct OrientedGradientsOptions {
  std::size_t height = 28, width = 28;  ///< of the images
  std::size_t orientations = 8;         ///< see OrientationHistogramOptions
  std::size_t cell = 4;                 ///< side of a cell, in pixels
  std::size_t block = 2;                ///< side of a block, in cells
  double eps = 0.1;                     ///< see below; in units of brightness
};

/// What a network sees of images beside their pixels: histograms of oriented gradients (HOG), in blocks of cells that overlap.
/// The histograms h of all cells of a block are divided by √(Σh² + eps²): faint and strong edges look alike then, and what is
/// far below eps, noise, fades. Nothing in it is trained.
/// Shapes: (n, height·width) → (n, height·width + blocks·orientations·block²), pixels first.  Gradient: as
/// orientation_histograms.
/// Throws: ConfigError where an image has no whole block, or for an eps that is not above 0 and finite; as
/// check_orientation_histograms; forward: ShapeError.
/// Source: Dalal and Triggs, "Histograms of Oriented Gradients for Human Detection" (2005).
template <class T = float>
class OrientedGradients : public Module<T> {
 public:
  explicit OrientedGradients(const OrientedGradientsOptions& options = {});

  Tensor<T> forward(const Tensor<T>& x) override;
  const char* type_name() const override { return "OrientedGradients"; }
  std::string describe() const override;
  Shape output_shape(const Shape& input) const override;

  std::size_t input_width() const { return options_.height * options_.width; }
  std::size_t output_width() const;
  const OrientedGradientsOptions& options() const { return options_; }

 private:
  std::size_t blocks_down() const { return options_.height / options_.cell + 1 - options_.block; }
  std::size_t blocks_across() const { return options_.width / options_.cell + 1 - options_.block; }

  OrientedGradientsOptions options_;
};

extern template class OrientedGradients<float>;
extern template class OrientedGradients<double>;

}  // namespace xgrad::nn
