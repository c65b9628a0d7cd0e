#pragma once

#include <string_view>

#include "xgrad/autograd/ops/broadcast.hpp"
#include "xgrad/autograd/ops/shape.hpp"

namespace xgrad::detail {

/// The shapes of a reduction: `kept` has an extent of 1 for every reduced axis, `result` is what the user sees.
struct ReductionShapes {
  Shape kept, result;

  ReductionShapes(const Shape& shape, const Axes& axes, bool keepdims, std::string_view operation) {
    const NormalAxes reduced = normalize_axes(axes, shape, operation);
    kept = reduced_shape(shape, reduced, true);
    result = keepdims ? kept : reduced_shape(shape, reduced, false);
  }

  /// How many elements of an array of this shape become one.
  std::size_t elements_each(const Shape& shape) const {
    std::size_t count = 1;
    for (std::size_t i = 0; i < shape.size(); ++i) count *= kept[i] == shape[i] ? 1 : shape[i];
    return count;
  }

  /// An array of shape `kept` without the reduced axes.
  template <class T>
  Array<T> finish(Array<T> array) const {
    array.reshape(result);
    return array;
  }

  /// A result, or its gradient, with the reduced axes back.
  template <class T>
  Tensor<T> keep(const Tensor<T>& x) const {
    return reshape(x, kept);
  }
};

}  // namespace xgrad::detail
