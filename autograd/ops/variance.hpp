#pragma once

#include "xgrad/autograd/tensor.hpp"

namespace xgrad {

// How far elements lie from their mean, over the given axes (negative ones count from the end), over all if none is given.
// Shapes: the axes are left out, or stay with extent 1 if `keepdims`. With n elements the sum of squares is divided by
// max(0, n − correction): 1 (Bessel's correction) gives the estimate without bias, 0 the mean square.

/// The variance.  Formula: y = Σ (x − x̄)²/(n − correction); NaN for one element with correction 1, and for no elements.
/// Gradient: 2·g·(x − x̄)/(n − correction).  Throws: ShapeError for axes out of range or named twice.
template <class T>
Tensor<T> var(const Tensor<T>& x, const Axes& axes = {}, bool keepdims = false, double correction = 1);

/// The standard deviation.  Formula: y = √var.
/// Gradient: g·(x − x̄)/((n − correction)·y); 0 where y = 0.  Throws: ShapeError for axes out of range or named twice.
template <class T>
Tensor<T> std(const Tensor<T>& x, const Axes& axes = {}, bool keepdims = false, double correction = 1);

}  // namespace xgrad
