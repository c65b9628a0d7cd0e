#pragma once

#include "xgrad/tensor/array.hpp"

namespace xgrad {

/// How an image is divided for its histograms of oriented gradients.
struct OrientationHistogramOptions {
  std::size_t orientations = 8;  ///< over half a turn, at angles π·k/orientations; a direction and its opposite count as one
  std::size_t cell = 4;          ///< side of a cell, in pixels
};

/// Throws: ConfigError unless 2 ≤ orientations ≤ 180 and cell ≥ 1; ShapeError unless the last two axes of `shape`, height and
/// width, are at least 1 and multiples of the cell.
void check_orientation_histograms(const Shape& shape, const OrientationHistogramOptions& options);

/// See the operation of that name in autograd/ops. Runs on thread_count() threads; every image is one thread's.
template <class T>
Array<T> orientation_histograms(const Array<T>& images, const OrientationHistogramOptions& options);

/// The derivative of every pixel's vote by its two differences.
/// Shapes: (…, h, w) → twice (…, orientations, h, w), by dx and by dy.
template <class T>
struct VoteSlopes {
  Array<T> dx, dy;
};
template <class T>
VoteSlopes<T> vote_slopes(const Array<T>& images, const OrientationHistogramOptions& options);

/// The linear parts as matrices. Row i of the first takes the difference of the elements after and before i out of a line of
/// `pixels` elements, beyond whose ends the outermost repeat; row c of the second sums up what they count in cell c.
/// Shapes: (pixels, pixels); (pixels/cell, pixels).
template <class T>
Array<T> central_difference_matrix(std::size_t pixels);
template <class T>
Array<T> cell_matrix(std::size_t pixels, std::size_t cell);

}  // namespace xgrad
