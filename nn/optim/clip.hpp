#pragma once

#include <vector>

#include "xgrad/autograd/tensor.hpp"

namespace xgrad::optim {

/// Scales the gradients of all parameters together, in place, so that their Euclidean norm is at most `max_norm` (infinity:
/// only measures). Returns the norm before, as the root of the sum of squares over all of them. The factor is max_norm/(norm +
/// 10⁻⁶), as PyTorch's. Throws: ConfigError unless max_norm > 0. Source: Pascanu, Mikolov and Bengio, "On the difficulty of
/// training recurrent neural networks" (2013), algorithm 1.
template <class T>
double clip_grad_norm(const std::vector<Tensor<T>>& parameters, double max_norm);

/// Limits every element of the gradients to [−limit, limit], in place.  Throws: ConfigError unless limit ≥ 0.
template <class T>
void clip_grad_value(const std::vector<Tensor<T>>& parameters, double limit);

}  // namespace xgrad::optim
