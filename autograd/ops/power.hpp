#pragma once

#include <type_traits>

#include "xgrad/autograd/tensor.hpp"

namespace xgrad {

/// x^exponent, element by element; 1 for exponent 0, whatever x is; NaN for negative x unless the exponent is whole.
/// Shapes: any → same.  Gradient: g·exponent·x^(exponent − 1); exactly 0 for exponent 0.
template <class T>
Tensor<T> pow(const Tensor<T>& x, std::type_identity_t<T> exponent);

/// base^exponent, element by element, with broadcasting.  Shapes: base, exponent → broadcast(base, exponent).
/// Gradient: g·exponent·base^(exponent − 1), and 0 where the exponent is 0; g·y·log(base), and 0 where the base is 0 and the
/// exponent is not negative.  Range: a base of 0 is taken as constant by the exponent's derivative, in higher derivatives too.
/// Throws: ShapeError.
template <class T>
Tensor<T> pow(const Tensor<T>& base, const Tensor<T>& exponent);

/// The same for one base.
template <class T>
Tensor<T> pow(std::type_identity_t<T> base, const Tensor<T>& exponent) {
  return pow(Tensor<T>(base), exponent);
}

}  // namespace xgrad
