#pragma once

#include <string_view>

#include "xgrad/autograd/context.hpp"
#include "xgrad/tensor/broadcast.hpp"

namespace xgrad::detail {

/// f(g, v), where g is the gradient of an operation's only output, with broadcasting: in g's own memory if nobody else can see
/// that. For `fused_backward`, as the last that it does with g.
template <class T>
Tensor<T> map_gradient(kernels::Binary f, const Context<T>& c, const Array<T>& v, std::string_view operation, T a = 0) {
  const Tensor<T>& g = c.gradient();
  if (!g.is_sole_owner() || !same_shape(g.shape(), v.shape())) return Tensor<T>(map(f, g.value(), v, operation, a));
  map_in_place(f, g.shared_value()->array, v, a);
  return g;
}

}  // namespace xgrad::detail
