#pragma once

#include "xgrad/autograd/tensor.hpp"

namespace xgrad {

/// The product of the elements over the given axes (negative ones count from the end), over all if none is given; 1 for no
/// elements.
/// Shapes: the axes are left out, or stay with extent 1 if `keepdims`.
/// Gradient: g·∏_{j≠i} xⱼ for xᵢ, computed without a division: exact where elements are 0, for every order of derivative.
/// Throws: ShapeError for axes out of range or named twice.
template <class T>
Tensor<T> prod(const Tensor<T>& x, const Axes& axes = {}, bool keepdims = false);

}  // namespace xgrad
