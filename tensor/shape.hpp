#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "xgrad/tensor/xtensor.hpp"

namespace xgrad {

/// The extents of an array, outermost first; up to four are held without an allocation. A scalar has the shape {}.
using Shape = xt::dynamic_shape<std::size_t>;

/// Axes as a user gives them: negative ones count from the end.
using Axes = xt::svector<int, 4>;

/// Axes from 0 to rank − 1. As with a Shape, up to four are held without an allocation.
using NormalAxes = xt::svector<std::size_t, 4>;

/// Whether all extents are the same. (`==` calls memcmp, which takes longer than so few extents are worth.)
inline bool same_shape(const Shape& a, const Shape& b) noexcept {
  if (a.size() != b.size()) return false;
  for (std::size_t axis = 0; axis < a.size(); ++axis)
    if (a[axis] != b[axis]) return false;
  return true;
}

/// The number of elements: the product of the extents, 1 for {}. Throws: ShapeError if no memory could hold them.
std::size_t element_count(const Shape& shape);

/// "(2, 3)", "(4,)", "()".
std::string to_string(const Shape& shape);

/// The shape to which both broadcast (trailing extents equal or 1).
/// Throws: ShapeError that names `operation` and both shapes.
Shape broadcast_shape(const Shape& a, const Shape& b, std::string_view operation);

/// Whether an array of shape `from` may be broadcast to `to`.
bool broadcasts_to(const Shape& from, const Shape& to);

/// An axis in [-rank, rank) as one in [0, rank). Throws: ShapeError that names `operation`, the axis and the shape.
std::size_t normalize_axis(int axis, const Shape& shape, std::string_view operation);

/// Several axes, normalised, sorted, each once; none given means all of them. Throws: ShapeError, also for an axis named twice.
NormalAxes normalize_axes(const Axes& axes, const Shape& shape, std::string_view operation);

/// The shape after a reduction over `axes` (normalised): extents of 1 in their place with keepdims, else left out.
Shape reduced_shape(const Shape& shape, const NormalAxes& axes, bool keepdims);

}  // namespace xgrad
