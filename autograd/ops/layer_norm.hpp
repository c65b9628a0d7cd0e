#pragma once

#include "xgrad/autograd/tensor.hpp"

namespace xgrad {

/// The trailing axes normalised together, then scaled and shifted:
///     y = (x − μ) / √(σ² + eps) · weight + bias,   μ = mean x and σ² = mean (x − μ)² over the axes of `normalized_shape`.
/// An undefined weight is 1, an undefined bias 0.
/// Shapes: x (…, normalized_shape) → same; weight and bias normalized_shape.
/// Gradient: for x, with ŷ = (x − μ)/√(σ² + eps) and h = g·weight: (h − mean h − ŷ·mean(h·ŷ))/√(σ² + eps); for weight Σ g·ŷ and
/// for bias Σ g over the leading axes.
/// Throws: ShapeError unless normalized_shape has an axis and ends the shape of x; ConfigError for a negative eps.
/// Source: Ba, Kiros and Hinton 2016.
template <class T>
Tensor<T> layer_norm(const Tensor<T>& x, const Shape& normalized_shape, const Tensor<T>& weight = {},
                     const Tensor<T>& bias = {}, double eps = 1e-5);

}  // namespace xgrad
