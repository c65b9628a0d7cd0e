#pragma once

#include "xgrad/autograd/ops/loss_reduction.hpp"
#include "xgrad/autograd/tensor.hpp"

namespace xgrad {

template <class T>
struct BceWithLogitsOptions {
  Reduction reduction = Reduction::Mean;
  Tensor<T> weight{};      ///< a factor for the loss of each element, broadcast to the logits; undefined: 1
  Tensor<T> pos_weight{};  ///< a factor for the positive part, broadcast to the logits: > 1 finds more of them; undefined: 1
};

/// The cross-entropy of the sigmoid of logits x with probabilities y of the positive class:
///     −w·(pos_weight·y·log σ(x) + (1 − y)·log(1 − σ(x))),
/// finite for every finite x. The mean is over all elements, whatever their weights.
/// Shapes: x and y the same; → () for mean and sum, the shape of x for none.
/// Gradient: (σ(x) − y)·w·g for x and −x·w·g for y without pos_weight, divided by the number of elements for the mean; also for
/// the weights.  Throws: ShapeError.
template <class T>
Tensor<T> binary_cross_entropy_with_logits(const Tensor<T>& x, const Tensor<T>& y, const BceWithLogitsOptions<T>& options = {});

/// Another name of binary_cross_entropy_with_logits.
template <class T>
Tensor<T> bce_with_logits(const Tensor<T>& x, const Tensor<T>& y, const BceWithLogitsOptions<T>& options = {});

}  // namespace xgrad
