#pragma once

#include <type_traits>

#include "xgrad/autograd/tensor.hpp"

namespace xgrad {

// Choosing between values, and comparing them.  Shapes: all inputs broadcast; ShapeError where they do not.

/// The larger of a and b; NaN where either is NaN.  Gradient: to the larger one, half to each where they are equal.
/// Throws: ShapeError.
template <class T>
Tensor<T> maximum(const Tensor<T>& a, const Tensor<T>& b);

/// The smaller of a and b; NaN where either is NaN.  Gradient: to the smaller one, half to each where they are equal.
/// Throws: ShapeError.
template <class T>
Tensor<T> minimum(const Tensor<T>& a, const Tensor<T>& b);

/// a where mask ≠ 0, b elsewhere.  Gradient: to the one that was chosen, exactly 0 to the other; none to mask.
/// Throws: ShapeError.
template <class T>
Tensor<T> where(const Tensor<T>& mask, const Tensor<T>& a, const Tensor<T>& b);

// Comparisons give 1 where they hold and 0 elsewhere, without a gradient: masks for `where`. As everywhere, NaN is neither
// greater than, less than, nor equal to anything.

/// 1 where a > b, else 0.  Gradient: none.  Throws: ShapeError.
template <class T>
Tensor<T> greater(const Tensor<T>& a, const Tensor<T>& b);

/// 1 where a ≥ b, else 0.  Gradient: none.  Throws: ShapeError.
template <class T>
Tensor<T> greater_equal(const Tensor<T>& a, const Tensor<T>& b);

/// 1 where a < b, else 0.  Gradient: none.  Throws: ShapeError.
template <class T>
Tensor<T> less(const Tensor<T>& a, const Tensor<T>& b);

/// 1 where a ≤ b, else 0.  Gradient: none.  Throws: ShapeError.
template <class T>
Tensor<T> less_equal(const Tensor<T>& a, const Tensor<T>& b);

/// 1 where a = b, else 0.  Gradient: none.  Throws: ShapeError.
template <class T>
Tensor<T> equal(const Tensor<T>& a, const Tensor<T>& b);

/// 1 where a ≠ b, else 0.  Gradient: none.  Throws: ShapeError.
template <class T>
Tensor<T> not_equal(const Tensor<T>& a, const Tensor<T>& b);

// The same with a number.

template <class T>
Tensor<T> where(const Tensor<T>& mask, const Tensor<T>& a, std::type_identity_t<T> b) {
  return where(mask, a, Tensor<T>(b));
}
template <class T>
Tensor<T> where(const Tensor<T>& mask, std::type_identity_t<T> a, const Tensor<T>& b) {
  return where(mask, Tensor<T>(a), b);
}
template <class T>
Tensor<T> greater(const Tensor<T>& a, std::type_identity_t<T> b) {
  return greater(a, Tensor<T>(b));
}
template <class T>
Tensor<T> greater_equal(const Tensor<T>& a, std::type_identity_t<T> b) {
  return greater_equal(a, Tensor<T>(b));
}
template <class T>
Tensor<T> less(const Tensor<T>& a, std::type_identity_t<T> b) {
  return less(a, Tensor<T>(b));
}
template <class T>
Tensor<T> less_equal(const Tensor<T>& a, std::type_identity_t<T> b) {
  return less_equal(a, Tensor<T>(b));
}
template <class T>
Tensor<T> equal(const Tensor<T>& a, std::type_identity_t<T> b) {
  return equal(a, Tensor<T>(b));
}
template <class T>
Tensor<T> not_equal(const Tensor<T>& a, std::type_identity_t<T> b) {
  return not_equal(a, Tensor<T>(b));
}

}  // namespace xgrad
