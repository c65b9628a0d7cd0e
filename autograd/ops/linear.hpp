#pragma once

#include "xgrad/autograd/tensor.hpp"

namespace xgrad {

/// A fully connected layer: y = x·Wᵀ + b, in one operation. The weight is stored as in PyTorch, a row for each output.
/// y[…, o] = Σ_i x[…, i]·weight[o, i] + bias[o]; without the last term if `bias` is undefined.
/// Shapes: x (…, in), weight (out, in), bias (out) → (…, out).
/// Gradient: g·W for x, gᵀ·x for the weight, g summed over all leading axes for the bias.  Throws: ShapeError.
template <class T>
Tensor<T> linear(const Tensor<T>& x, const Tensor<T>& weight, const Tensor<T>& bias = {});

/// relu(linear(x, weight, bias)), to the bit, in one operation: nothing is stored but the result.
/// Shapes and errors: those of linear.  Gradient: that of linear, from g where the result is positive, else 0.
template <class T>
Tensor<T> linear_relu(const Tensor<T>& x, const Tensor<T>& weight, const Tensor<T>& bias = {});

}  // namespace xgrad
