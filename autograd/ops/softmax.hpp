#pragma once

#include "xgrad/autograd/tensor.hpp"

namespace xgrad {

/// The elements along an axis as probabilities: softmax(x)ᵢ = exp(xᵢ) / Σⱼ exp(xⱼ), computed from x − max x, so that no
/// exponential overflows.
/// Shapes: any → same; a scalar counts as one element.  Gradient: y·(g − Σ g·y).  Throws: ShapeError for an axis out of range.
/// Source: Bridle 1990.
template <class T>
Tensor<T> softmax(const Tensor<T>& x, int axis = -1);

/// log(softmax(x)) = x − log Σⱼ exp(xⱼ), without the loss of digits that taking the logarithm of small probabilities brings.
/// Shapes: any → same; a scalar counts as one element.  Gradient: g − softmax(x)·Σ g.  Throws: ShapeError for an axis out of
/// range.
template <class T>
Tensor<T> log_softmax(const Tensor<T>& x, int axis = -1);

}  // namespace xgrad
