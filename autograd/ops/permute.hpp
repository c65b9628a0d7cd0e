#pragma once

#include "xgrad/autograd/tensor.hpp"

namespace xgrad {

/// x with its axes in the given order: axis i of the result is axis `order[i]` of x.
/// Shapes: (a, b, c) with {2, 0, 1} → (c, a, b).  Gradient: g with the axes put back.
/// Throws: ShapeError unless `order` names every axis once.
template <class T>
Tensor<T> permute(const Tensor<T>& x, const Axes& order);

/// x with two axes exchanged, the last two unless told otherwise.
/// Shapes: (…, m, n) → (…, n, m).  Gradient: g with the axes exchanged back.  Throws: ShapeError for axes out of range.
template <class T>
Tensor<T> transpose(const Tensor<T>& x, int axis0 = -2, int axis1 = -1);

/// x with the elements along some axes in reverse, along all of them if none is given.
/// Shapes: any → same.  Gradient: g flipped.  Throws: ShapeError for axes out of range or named twice.
template <class T>
Tensor<T> flip(const Tensor<T>& x, const Axes& axes = {});

}  // namespace xgrad
