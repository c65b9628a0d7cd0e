#pragma once

#include <cstddef>
#include <limits>
#include <vector>

#include "xgrad/autograd/tensor.hpp"

namespace xgrad {

/// Stands for the end of an axis, whatever its extent.
inline constexpr std::ptrdiff_t to_end = std::numeric_limits<std::ptrdiff_t>::max();

/// Every `step`-th position of an axis from `start` up to, without, `stop`. As in Python negative positions count from the
/// end, and what lies beyond an end of the axis is cut off. A slice of everything is x itself. (For steps backwards: `flip`.)
/// Shapes: (…, s, …) → (…, ⌈(stop − start)/step⌉, …).  Gradient: g at these positions, 0 elsewhere.
/// Throws: ShapeError for an axis out of range; ConfigError unless step ≥ 1.
template <class T>
Tensor<T> slice(const Tensor<T>& x, int axis, std::ptrdiff_t start, std::ptrdiff_t stop = to_end, std::ptrdiff_t step = 1);

/// Consecutive parts of x along an axis, each of extent `size`; the last is smaller if the axis does not divide.
/// Shapes: (…, s, …) → ⌈s/size⌉ times (…, size, …).  Gradient: each part's g in its place.
/// Throws: ShapeError for an axis out of range; ConfigError unless size ≥ 1.
template <class T>
std::vector<Tensor<T>> split(const Tensor<T>& x, std::ptrdiff_t size, int axis = 0);

/// Consecutive parts of x along an axis, of the extents `sizes`.
/// Shapes: (…, Σ sizes, …) → (…, sizes₀, …), (…, sizes₁, …), ….  Gradient: each part's g in its place.
/// Throws: ShapeError unless the sizes add up to the axis's extent.
template <class T>
std::vector<Tensor<T>> split(const Tensor<T>& x, const std::vector<std::ptrdiff_t>& sizes, int axis = 0);

}  // namespace xgrad
