#pragma once

#include <concepts>

#include "xgrad/autograd/tensor.hpp"

namespace xgrad {

// Elementwise arithmetic of two tensors, with broadcasting: shapes a, b → broadcast(a, b); ShapeError where they do not fit.

/// a + b.  Gradient: g for both.
template <class T>
Tensor<T> add(const Tensor<T>& a, const Tensor<T>& b);

/// a − b.  Gradient: g and −g.
template <class T>
Tensor<T> sub(const Tensor<T>& a, const Tensor<T>& b);

/// a·b.  Gradient: g·b and g·a.
template <class T>
Tensor<T> mul(const Tensor<T>& a, const Tensor<T>& b);

/// a/b.  Gradient: g/b and −g·(a/b)/b.
template <class T>
Tensor<T> div(const Tensor<T>& a, const Tensor<T>& b);

// With a number: the shape stays.

/// x + s.  Gradient: g.
template <class T>
Tensor<T> add_scalar(const Tensor<T>& x, T s);

/// x·s.  Gradient: g·s.
template <class T>
Tensor<T> mul_scalar(const Tensor<T>& x, T s);

/// x/s.  Gradient: g/s.
template <class T>
Tensor<T> div_scalar(const Tensor<T>& x, T s);

/// −x.  Gradient: −g.
template <class T>
Tensor<T> neg(const Tensor<T>& x);

/// 1/x.  Gradient: −g/x².
template <class T>
Tensor<T> reciprocal(const Tensor<T>& x);

template <class S>
concept Number = std::is_arithmetic_v<S>;

template <class T>
Tensor<T> operator+(const Tensor<T>& a, const Tensor<T>& b) {
  return add(a, b);
}
template <class T>
Tensor<T> operator-(const Tensor<T>& a, const Tensor<T>& b) {
  return sub(a, b);
}
template <class T>
Tensor<T> operator*(const Tensor<T>& a, const Tensor<T>& b) {
  return mul(a, b);
}
template <class T>
Tensor<T> operator/(const Tensor<T>& a, const Tensor<T>& b) {
  return div(a, b);
}
template <class T>
Tensor<T> operator-(const Tensor<T>& x) {
  return neg(x);
}
template <class T, Number S>
Tensor<T> operator+(const Tensor<T>& x, S s) {
  return add_scalar(x, static_cast<T>(s));
}
template <class T, Number S>
Tensor<T> operator+(S s, const Tensor<T>& x) {
  return add_scalar(x, static_cast<T>(s));
}
template <class T, Number S>
Tensor<T> operator-(const Tensor<T>& x, S s) {
  return add_scalar(x, -static_cast<T>(s));
}
template <class T, Number S>
Tensor<T> operator-(S s, const Tensor<T>& x) {
  return add_scalar(neg(x), static_cast<T>(s));
}
template <class T, Number S>
Tensor<T> operator*(const Tensor<T>& x, S s) {
  return mul_scalar(x, static_cast<T>(s));
}
template <class T, Number S>
Tensor<T> operator*(S s, const Tensor<T>& x) {
  return mul_scalar(x, static_cast<T>(s));
}
template <class T, Number S>
Tensor<T> operator/(const Tensor<T>& x, S s) {
  return div_scalar(x, static_cast<T>(s));
}
template <class T, Number S>
Tensor<T> operator/(S s, const Tensor<T>& x) {
  return mul_scalar(reciprocal(x), static_cast<T>(s));
}

}  // namespace xgrad
