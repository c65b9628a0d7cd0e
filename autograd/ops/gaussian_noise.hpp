#pragma once

#include "xgrad/autograd/tensor.hpp"
#include "xgrad/tensor/random.hpp"

namespace xgrad {

/// x + sd·z with independent normal z of mean 0 and variance 1. Without `training` or with sd = 0, x itself, and the generator
/// stays where it is; otherwise it advances by one block for four elements, and z depends on it alone, not on threads, nor
/// beyond rounding on the element type.
/// Shapes: any → same.  Gradient: g.  Throws: ConfigError unless sd is finite and not negative.
/// Source: Bishop, "Training with noise is equivalent to Tikhonov regularization", 1995.
template <class T>
Tensor<T> gaussian_noise(const Tensor<T>& x, double sd, Generator& generator, bool training = true);

}  // namespace xgrad
