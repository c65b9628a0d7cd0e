#pragma once

#include <cstdint>

#include "xgrad/autograd/ops/loss_reduction.hpp"
#include "xgrad/autograd/tensor.hpp"

namespace xgrad {

template <class T>
struct NllLossOptions {
  Reduction reduction = Reduction::Mean;
  Tensor<T> weight{};                ///< a factor for each class, (C,), without gradient; undefined: 1 for all
  std::int64_t ignore_index = -100;  ///< rows with this class have loss 0 and do not count in the mean
};

/// The negative log-likelihood of class indices: −w_t·x_t for a row x of log-probabilities with class t, and as mean
/// Σ loss / Σ w_t over the rows that are not ignored (NaN if there is none). After log_softmax this is cross_entropy.
/// Shapes: x (N, C) and targets (N,), or (C,) and (); → () for mean and sum, targets' shape for none.
/// Gradient: −w_t·g at the class, divided as the mean is; 0 elsewhere.
/// Throws: ShapeError; ConfigError for a class outside [0, C); GraphError for a weight that requires gradients.
template <class T>
Tensor<T> nll_loss(const Tensor<T>& x, const Indices& targets, const NllLossOptions<T>& options = {});

}  // namespace xgrad
