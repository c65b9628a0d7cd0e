#pragma once

#include <vector>

#include "xgrad/autograd/tensor.hpp"

namespace xgrad {

struct OperationInfo;

// Functions of one number, element by element.  Shapes: any → same.  Outside its domain a function gives NaN, as in <cmath>.

/// eˣ.  Gradient: g·eˣ.
template <class T>
Tensor<T> exp(const Tensor<T>& x);

/// The natural logarithm.  Gradient: g/x.
template <class T>
Tensor<T> log(const Tensor<T>& x);

/// x².  Gradient: 2·g·x.
template <class T>
Tensor<T> square(const Tensor<T>& x);

/// The operations of this file, for the checks.
std::vector<OperationInfo> elementwise_operations();

}  // namespace xgrad
