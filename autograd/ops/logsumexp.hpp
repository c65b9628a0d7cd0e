#pragma once

#include "xgrad/autograd/tensor.hpp"

namespace xgrad {

/// The logarithm of the sum of exponentials, over the given axes (negative ones count from the end), over all if none is given.
/// Formula: y = m + log Σ eˣ⁻ᵐ with m = max x, which neither overflows nor loses small x; −∞ where all x are −∞ or there is
/// none.
/// Shapes: the axes are left out, or stay with extent 1 if `keepdims`.
/// Gradient: g·eˣ⁻ᵐ/Σ eˣ⁻ᵐ, the softmax; as in PyTorch NaN where all x are −∞, and for an x of +∞.
/// Throws: ShapeError for axes out of range or named twice.
template <class T>
Tensor<T> logsumexp(const Tensor<T>& x, const Axes& axes = {}, bool keepdims = false);

}  // namespace xgrad
