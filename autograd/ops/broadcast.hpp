#pragma once

#include "xgrad/autograd/tensor.hpp"

namespace xgrad {

/// x repeated along new leading axes and along axes of extent 1.
/// Shapes: x → shape.  Gradient: the sum over the repeated axes.  Throws: ShapeError.
template <class T>
Tensor<T> broadcast_to(const Tensor<T>& x, const Shape& shape);

/// x summed over the axes along which an array of the given shape would be broadcast to x's: the inverse of broadcast_to.
/// Shapes: x → shape.  Gradient: broadcast_to(gradient).  Throws: ShapeError.
template <class T>
Tensor<T> sum_to(const Tensor<T>& x, const Shape& shape);

}  // namespace xgrad
