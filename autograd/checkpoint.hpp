#pragma once

#include <functional>
#include <type_traits>
#include <vector>

#include "xgrad/autograd/tensor.hpp"
#include "xgrad/tensor/random.hpp"

namespace xgrad {

struct CheckpointOptions {
  /// The generators that f draws from (for dropout): they are set back for the second computation, so that it draws the same,
  /// and afterwards to where they were. They must live until then.
  std::vector<Generator*> generators = {};
};

/// f(inputs), without keeping the values in between for the backward pass: it computes f a second time, when the gradient
/// arrives, and keeps them only for as long as it walks through them. So memory is paid for with one more forward pass.
/// Gradients of all orders are those of f(inputs) itself, also for tensors that f uses without taking them as inputs:
/// parameters, or results of other operations. Without recording it is just f(inputs).
///
/// f must give the same result, to the last bit, each time it is called; what it captures by reference must live until the
/// backward pass. State that it changes (running statistics) is changed twice.
/// Throws, in the backward pass: GraphError if the result is another than the first, or something used was changed in place.
/// Source: Chen, Xu, Zhang, Guestrin, "Training deep nets with sublinear memory cost", 2016.
template <class T>
Tensor<T> checkpoint(std::type_identity_t<std::function<Tensor<T>(const std::vector<Tensor<T>>&)>> f,
                     const std::vector<Tensor<T>>& inputs, CheckpointOptions options = {});

/// The same for a function of one tensor.
template <class T>
Tensor<T> checkpoint(std::type_identity_t<std::function<Tensor<T>(const Tensor<T>&)>> f, const Tensor<T>& input,
                     CheckpointOptions options = {}) {
  return checkpoint<T>([f = std::move(f)](const std::vector<Tensor<T>>& x) { return f(x[0]); }, std::vector<Tensor<T>>{input},
                       std::move(options));
}

}  // namespace xgrad
