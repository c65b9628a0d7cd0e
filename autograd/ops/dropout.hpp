#pragma once

#include "xgrad/autograd/tensor.hpp"
#include "xgrad/tensor/random.hpp"

namespace xgrad {

/// Every element set to zero with probability p and else divided by 1 − p, so that expectations stay: x·m with m = 0 or
/// 1/(1 − p). Without `training` or with p = 0, x itself, and the generator stays where it is; otherwise it advances by one
/// block for four elements, and the mask depends on it alone, not on threads or on the element type.
/// Shapes: any → same.  Gradient: g·m.  Throws: ConfigError unless 0 ≤ p ≤ 1.
/// Source: Srivastava et al. 2014.
template <class T>
Tensor<T> dropout(const Tensor<T>& x, double p, Generator& generator, bool training = true);

/// dropout(relu(x), p, generator), to the bit, in one pass over memory: the result tells which elements passed, and no mask is
/// kept. Without `training` or with p = 0, relu(x).
/// Shapes: any → same.  Gradient: g/(1 − p) where the result is positive, else 0.  Throws: ConfigError unless 0 ≤ p ≤ 1.
template <class T>
Tensor<T> relu_dropout(const Tensor<T>& x, double p, Generator& generator, bool training = true);

}  // namespace xgrad
