#pragma once

#include "xgrad/autograd/tensor.hpp"

namespace xgrad {

// Reductions over the given axes (negative ones count from the end), over all if none is given. Shapes: the reduced axes are
// left out of the result's shape, or stay with extent 1 if `keepdims`. All throw ShapeError for axes out of range or named
// twice.

/// The sum of the elements.  Formula: y = Σ x; 0 for no elements.  Gradient: g for every element.
template <class T>
Tensor<T> sum(const Tensor<T>& x, const Axes& axes = {}, bool keepdims = false);

/// The arithmetic mean.  Formula: y = (Σ x)/n; NaN for no elements.  Gradient: g/n for every element.
template <class T>
Tensor<T> mean(const Tensor<T>& x, const Axes& axes = {}, bool keepdims = false);

}  // namespace xgrad
