#pragma once

#include "xgrad/autograd/tensor.hpp"

namespace xgrad {

// The largest and smallest elements over the given axes (negative ones count from the end), over all if none is given. Where
// elements tie, each gets an equal share of the gradient, as with PyTorch's amax and amin. A NaN wins against every number.

/// The largest element.
/// Shapes: the axes are left out, or stay with extent 1 if `keepdims`.  Gradient: g to the largest, in equal shares.
/// Throws: ShapeError for axes out of range, and where there are no elements to choose from.
template <class T>
Tensor<T> max(const Tensor<T>& x, const Axes& axes = {}, bool keepdims = false);

/// The smallest element.
/// Shapes: the axes are left out, or stay with extent 1 if `keepdims`.  Gradient: g to the smallest, in equal shares.
/// Throws: ShapeError for axes out of range, and where there are no elements to choose from.
template <class T>
Tensor<T> min(const Tensor<T>& x, const Axes& axes = {}, bool keepdims = false);

// Positions instead of values have no gradient and are no tensors. The first wins a tie, the first NaN against all numbers.

/// Where the largest element is along an axis.
/// Shapes: (…, s, …) → (…, …), or (…, 1, …) if `keepdims`.  Range: [0, s).  Throws: ShapeError.
template <class T>
Indices argmax(const Tensor<T>& x, int axis, bool keepdims = false);

/// Where the smallest element is along an axis.
/// Shapes: (…, s, …) → (…, …), or (…, 1, …) if `keepdims`.  Range: [0, s).  Throws: ShapeError.
template <class T>
Indices argmin(const Tensor<T>& x, int axis, bool keepdims = false);

/// Where the largest element of all is, counted row by row.  Throws: ShapeError if x is empty.
template <class T>
std::int64_t argmax(const Tensor<T>& x);

/// Where the smallest element of all is, counted row by row.  Throws: ShapeError if x is empty.
template <class T>
std::int64_t argmin(const Tensor<T>& x);

}  // namespace xgrad
