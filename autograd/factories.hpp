#pragma once

#include <type_traits>

#include "xgrad/autograd/tensor.hpp"
#include "xgrad/tensor/random.hpp"

namespace xgrad {

// Leaves with regular values. The scalar type is named at the call, float unless it is: `zeros<double>({2, 3})`.

/// Every element 0.
template <class T = float>
Tensor<T> zeros(const Shape& shape, bool requires_grad = false);

/// Every element 1.
template <class T = float>
Tensor<T> ones(const Shape& shape, bool requires_grad = false);

/// Every element `value`.
template <class T = float>
Tensor<T> full(const Shape& shape, std::type_identity_t<T> value, bool requires_grad = false);

/// The identity matrix, or the upper or left part of it that a matrix of `rows` × `columns` holds: 1 where the row's number
/// equals the column's.  Shapes: (rows, columns); (rows, rows) if `columns` is not given.
template <class T = float>
Tensor<T> eye(std::size_t rows, std::size_t columns, bool requires_grad = false);
template <class T = float>
Tensor<T> eye(std::size_t rows) {
  return eye<T>(rows, rows);
}

/// start, start + step, start + 2·step, … up to but without `end`.
/// Shapes: (⌈(end − start)/step⌉,).  Throws: ConfigError if step is 0 or leads away from end, or a bound is not finite.
/// Steps that are no binary fractions (0.1) are rounded, and the last element may then come as near to `end` as rounding: where
/// the count matters take linspace.
template <class T = float>
Tensor<T> arange(std::type_identity_t<T> start, std::type_identity_t<T> end, std::type_identity_t<T> step = 1,
                 bool requires_grad = false);

/// 0, 1, 2, … up to but without `end`.  Shapes: (⌈end⌉,).  Throws: ConfigError if end is negative or not finite.
template <class T = float>
Tensor<T> arange(std::type_identity_t<T> end) {
  return arange<T>(0, end);
}

/// `count` values at equal distances from start to end, both of which are met exactly; start alone if count is 1.
/// Shapes: (count,).  Throws: ConfigError if a bound is not finite.
template <class T = float>
Tensor<T> linspace(std::type_identity_t<T> start, std::type_identity_t<T> end, std::size_t count, bool requires_grad = false);

// Random leaves, from a generator that moves on by as many blocks as xgrad::random says.

/// Uniform on [low, high).  Throws: ConfigError unless low < high and high − low is finite.
template <class T = float>
Tensor<T> uniform(const Shape& shape, std::type_identity_t<T> low, std::type_identity_t<T> high, Generator& generator,
                  bool requires_grad = false);

/// Normal with the given mean and standard deviation.  Throws: ConfigError unless both are finite and sd ≥ 0.
template <class T = float>
Tensor<T> normal(const Shape& shape, std::type_identity_t<T> mean, std::type_identity_t<T> sd, Generator& generator,
                 bool requires_grad = false);

/// Uniform on [0, 1).
template <class T = float>
Tensor<T> rand(const Shape& shape, Generator& generator, bool requires_grad = false) {
  return uniform<T>(shape, 0, 1, generator, requires_grad);
}

/// Normal with mean 0 and standard deviation 1.
template <class T = float>
Tensor<T> randn(const Shape& shape, Generator& generator, bool requires_grad = false) {
  return normal<T>(shape, 0, 1, generator, requires_grad);
}

// Of the shape of another tensor; its values, its graph and whether it requires gradients do not matter.

/// Zeros of the shape of x.
template <class T>
Tensor<T> zeros_like(const Tensor<T>& x, bool requires_grad = false) {
  return zeros<T>(x.shape(), requires_grad);
}

/// Ones of the shape of x.
template <class T>
Tensor<T> ones_like(const Tensor<T>& x, bool requires_grad = false) {
  return ones<T>(x.shape(), requires_grad);
}

/// `value` in the shape of x.
template <class T>
Tensor<T> full_like(const Tensor<T>& x, std::type_identity_t<T> value, bool requires_grad = false) {
  return full<T>(x.shape(), value, requires_grad);
}

/// Uniform on [0, 1), in the shape of x.
template <class T>
Tensor<T> rand_like(const Tensor<T>& x, Generator& generator, bool requires_grad = false) {
  return rand<T>(x.shape(), generator, requires_grad);
}

/// Normal with mean 0 and standard deviation 1, in the shape of x.
template <class T>
Tensor<T> randn_like(const Tensor<T>& x, Generator& generator, bool requires_grad = false) {
  return randn<T>(x.shape(), generator, requires_grad);
}

}  // namespace xgrad
