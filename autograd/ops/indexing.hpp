#pragma once

#include "xgrad/autograd/tensor.hpp"

namespace xgrad {

// Elements by their positions along one axis. Indices are in [0, s) for an axis of extent s: ConfigError if one is not.
// Sums over equal indices are added in the order of the indices, always in the same way.

/// The slices of x at `indices`, a list, along an axis; the same may be taken more than once.
/// Shapes: (…, s, …), indices (n,) → (…, n, …).  Gradient: every slice's g added to where it came from.
/// Throws: ShapeError for an axis out of range or indices that are no list; ConfigError for an index out of range.
template <class T>
Tensor<T> index_select(const Tensor<T>& x, int axis, const Indices& indices);

/// One element of x for each index.  Formula, for axis 1 of three: y[i, j, k] = x[i, indices[i, j, k], k].
/// Shapes: indices have the rank of x and in other axes at most its extents → the shape of indices.
/// Gradient: every element's g added to where it came from.
/// Throws: ShapeError for an axis or shapes that do not fit; ConfigError for an index out of range.
template <class T>
Tensor<T> gather(const Tensor<T>& x, int axis, const Indices& indices);

/// x with `source` added to it at `indices`.  Formula, for axis 1 of three: y[i, indices[i, j, k], k] += source[i, j, k].
/// Shapes: x, indices as for gather, source with the shape of indices → the shape of x.
/// Gradient: g for x, gather(g) for source.
/// Throws: ShapeError for an axis or shapes that do not fit; ConfigError for an index out of range.
template <class T>
Tensor<T> scatter_add(const Tensor<T>& x, int axis, const Indices& indices, const Tensor<T>& source);

}  // namespace xgrad
