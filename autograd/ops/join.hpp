#pragma once

#include <vector>

#include "xgrad/autograd/tensor.hpp"

namespace xgrad {

/// The tensors one behind the other along an axis.
/// Shapes: (…, sᵢ, …), equal but for this axis → (…, Σ sᵢ, …).  Gradient: each tensor's part of g.
/// Throws: ShapeError for shapes that do not fit, an axis out of range, or an empty list.
template <class T>
Tensor<T> concat(const std::vector<Tensor<T>>& tensors, int axis = 0);

/// The tensors side by side along a new axis of the result; −1 puts it last.
/// Shapes: n times (a, b) → (n, a, b), (a, n, b) or (a, b, n).  Gradient: each tensor's part of g.
/// Throws: ShapeError for unequal shapes, an axis out of range, or an empty list.
template <class T>
Tensor<T> stack(const std::vector<Tensor<T>>& tensors, int axis = 0);

}  // namespace xgrad
