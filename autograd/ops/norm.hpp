#pragma once

#include "xgrad/autograd/tensor.hpp"

namespace xgrad {

/// The p-norm over the given axes (negative ones count from the end), over all if none is given.
/// Formula: y = (Σ |x|ᵖ)^(1/p); max |x| for p = ∞. Squares of elements may leave the numbers' range, the result is right
/// nevertheless.
/// Shapes: the axes are left out, or stay with extent 1 if `keepdims`.
/// Gradient: g·sign(x)·(|x|/y)ᵖ⁻¹; for p = ∞ g·sign(x) to the largest, in equal shares; 0 where x = 0.
/// Range: p > 0.
/// Throws: ConfigError for another p; ShapeError for axes out of range or named twice, and for p = ∞ of no elements.
template <class T>
Tensor<T> norm(const Tensor<T>& x, double p = 2, const Axes& axes = {}, bool keepdims = false);

}  // namespace xgrad
