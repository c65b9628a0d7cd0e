#pragma once

#include <cstddef>
#include <type_traits>
#include <vector>

#include "xgrad/autograd/tensor.hpp"

namespace xgrad {

/// x with `value` around it. `widths` are numbers of elements: before and after the last axis, before and after the last but
/// one, and so on, for as many axes as are to grow.
/// Shapes: (m, n) with {1, 2} → (m, 1 + n + 2).  Gradient: g without its margins.
/// Throws: ShapeError unless there are two widths, none negative, for each of at most all axes.
template <class T>
Tensor<T> pad(const Tensor<T>& x, const std::vector<std::ptrdiff_t>& widths, std::type_identity_t<T> value = 0);

}  // namespace xgrad
