#include "xgrad/nn/oriented_gradients.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include <fmt/format.h>

#include "xgrad/autograd/ops/arithmetic.hpp"
#include "xgrad/autograd/ops/elementwise.hpp"
#include "xgrad/autograd/ops/join.hpp"
#include "xgrad/autograd/ops/reduction.hpp"
#include "xgrad/autograd/ops/shape.hpp"
#include "xgrad/autograd/ops/slice.hpp"
#include "xgrad/tensor/error.hpp"

namespace xgrad::nn {
namespace {

// `count` positions of an axis from `start`.
template <class T>
Tensor<T> positions(const Tensor<T>& x, int axis, std::size_t start, std::size_t count) {
  return slice(x, axis, static_cast<std::ptrdiff_t>(start), static_cast<std::ptrdiff_t>(start + count));
}

}  // namespace

template <class T>
OrientedGradients<T>::OrientedGradients(const OrientedGradientsOptions& options) : options_(options) {
  const OrientedGradientsOptions& o = options_;
  check_orientation_histograms({o.height, o.width}, {o.orientations, o.cell});
  if (o.block == 0 || o.block > std::min(o.height, o.width) / o.cell)
    throw ConfigError(fmt::format("OrientedGradients: blocks of {0} × {0} cells in images of {1} × {2}; give from 1 to {3}",
                                  o.block, o.height / o.cell, o.width / o.cell, std::min(o.height, o.width) / o.cell));
  if (!(o.eps > 0 && std::isfinite(o.eps)))
    throw ConfigError(fmt::format("OrientedGradients: eps is {}; it must be above 0, and finite", o.eps));
}

template <class T>
Tensor<T> OrientedGradients<T>::forward(const Tensor<T>& x) {
  output_shape(x.shape());
  const OrientedGradientsOptions& o = options_;
  const std::size_t n = x.shape()[0];
  const Tensor<T> histograms = orientation_histograms(reshape(x, Shape{n, o.height, o.width}),
                                                      {o.orientations, o.cell});  // (n, orientations, rows, columns)
  // Of all blocks the cells in the same place.
  std::vector<Tensor<T>> cells;
  for (std::size_t i = 0; i < o.block; ++i)
    for (std::size_t j = 0; j < o.block; ++j)
      cells.push_back(positions(positions(histograms, 2, i, blocks_down()), 3, j, blocks_across()));
  const Tensor<T> blocks = concat(cells, 1);
  const Tensor<T> length = sqrt(sum(square(blocks), {1}, true) + static_cast<T>(o.eps * o.eps));
  return concat<T>({x, reshape(blocks / length, Shape{n, output_width() - input_width()})}, 1);
}

template <class T>
std::size_t OrientedGradients<T>::output_width() const {
  return input_width() + blocks_down() * blocks_across() * options_.orientations * options_.block * options_.block;
}

template <class T>
std::string OrientedGradients<T>::describe() const {
  return fmt::format("OrientedGradients({} × {}, {} orientations)", options_.height, options_.width, options_.orientations);
}

template <class T>
Shape OrientedGradients<T>::output_shape(const Shape& input) const {
  if (input.size() != 2 || input.back() != input_width())
    throw ShapeError(fmt::format("{}: the input has shape {}; give (n, {}): images of {} × {} pixels", describe(),
                                 to_string(input), input_width(), options_.height, options_.width));
  return {input[0], output_width()};
}

template class OrientedGradients<float>;
template class OrientedGradients<double>;

}  // namespace xgrad::nn
