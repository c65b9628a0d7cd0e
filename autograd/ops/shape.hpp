#pragma once

#include <concepts>
#include <cstddef>

#include "xgrad/autograd/tensor.hpp"

namespace xgrad {

// The same elements in the same order, with another shape. The results have arrays of their own, except that a tensor which
// has the shape already is returned as it is.

/// Extents as a user gives them: one of them may be −1.
using Extents = xt::svector<std::ptrdiff_t, 4>;

/// x with another shape. One extent may be −1: it is what the others leave.
/// Shapes: x → shape, with as many elements.  Gradient: g reshaped.  Throws: ShapeError.
template <class T>
Tensor<T> reshape(const Tensor<T>& x, const Extents& shape);

/// The same for a Shape, as `shape()` of another tensor gives it.
template <class T, std::same_as<Shape> S>
Tensor<T> reshape(const Tensor<T>& x, const S& shape) {
  return reshape(x, Extents(shape.begin(), shape.end()));
}

/// The axes from start to end, both included, as one; all of them unless told otherwise. A scalar becomes a vector of one.
/// Shapes: (…, s₁, …, s₂, …) → (…, s₁⋯s₂, …).  Gradient: g reshaped.  Throws: ShapeError.
template <class T>
Tensor<T> flatten(const Tensor<T>& x, int start = 0, int end = -1);

/// x without its axes of extent 1, or without those of the given ones that have extent 1.
/// Shapes: (2, 1, 3) → (2, 3).  Gradient: g reshaped.  Throws: ShapeError for an axis out of range.
template <class T>
Tensor<T> squeeze(const Tensor<T>& x, const Axes& axes = {});

/// x with a new axis of extent 1 in front of axis `axis`; −1 puts it last.
/// Shapes: (2, 3) with axis 1 → (2, 1, 3).  Gradient: g reshaped.  Throws: ShapeError.
template <class T>
Tensor<T> unsqueeze(const Tensor<T>& x, int axis);

}  // namespace xgrad
