#pragma once

#include <vector>

#include "xgrad/autograd/tensor.hpp"

namespace xgrad {

struct OperationInfo;

// Activation functions, element by element.  Shapes: any → same.

/// tanh(x).  Gradient: g·(1 − tanh² x).
template <class T>
Tensor<T> tanh(const Tensor<T>& x);

/// The logistic function σ(x) = 1/(1 + e⁻ˣ).  Gradient: g·σ(x)·(1 − σ(x)).
template <class T>
Tensor<T> sigmoid(const Tensor<T>& x);

/// max(x, 0).  Gradient: g where x > 0, else 0; 0 at the kink.  Source: Nair and Hinton 2010.
template <class T>
Tensor<T> relu(const Tensor<T>& x);

/// The operations of this file, for the checks.
std::vector<OperationInfo> activation_operations();

}  // namespace xgrad
