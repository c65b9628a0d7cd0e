#pragma once

#include "xgrad/autograd/tensor.hpp"

namespace xgrad {

/// The sums of all elements up to each one along an axis.  Formula: yᵢ = Σ_{j≤i} xⱼ; partial sums are held in double.
/// Shapes: any → same.  Gradient: Σ_{j≥i} gⱼ.  Throws: ShapeError for an axis out of range.
template <class T>
Tensor<T> cumsum(const Tensor<T>& x, int axis);

}  // namespace xgrad
