#pragma once

#include <string_view>

#include "xgrad/tensor/array.hpp"
#include "xgrad/tensor/kernels/elementwise.hpp"

namespace xgrad {

/// f of every element.
template <class T>
Array<T> map(kernels::Unary f, const Array<T>& x, T a = 0, T b = 0);

/// f of every pair of elements, with broadcasting.  Shapes: u, v → broadcast(u, v).
/// Throws: ShapeError that names `operation` and both shapes.
template <class T>
Array<T> map(kernels::Binary f, const Array<T>& u, const Array<T>& v, std::string_view operation, T a = 0);

/// u becomes f(u, v), element by element; both have the same shape.
template <class T>
void map_in_place(kernels::Binary f, Array<T>& u, const Array<T>& v, T a = 0);

/// sum becomes sum + u v, element by element, with the bits that map(Mul) and map_in_place(Add) give; all have the same shape.
template <class T>
void add_product(Array<T>& sum, const Array<T>& u, const Array<T>& v);

/// u where mask ≠ 0, else v, with broadcasting.  Throws: ShapeError.
template <class T>
Array<T> select(const Array<T>& mask, const Array<T>& u, const Array<T>& v, std::string_view operation);

/// x repeated to a larger shape.  Throws: ShapeError that names both shapes.
template <class T>
Array<T> broadcast(const Array<T>& x, const Shape& shape);

/// x summed to a smaller shape that broadcasts to x's.  Throws: ShapeError that names both shapes.
template <class T>
Array<T> sum_to_shape(const Array<T>& x, const Shape& shape);

}  // namespace xgrad
