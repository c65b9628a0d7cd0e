#pragma once

#include <cstdint>

#include "xgrad/autograd/ops/loss_reduction.hpp"
#include "xgrad/autograd/tensor.hpp"

namespace xgrad {

/// How cross_entropy weighs and sums up.
template <class T>
struct CrossEntropyOptions {
  Reduction reduction = Reduction::Mean;
  double label_smoothing = 0;        ///< ε in [0, 1]: the target becomes (1 − ε)·target + ε/C
  Tensor<T> weight{};                ///< a factor for each class, (C,), without gradient; undefined: 1 for all
  std::int64_t ignore_index = -100;  ///< rows with this class have loss 0 and do not count in the mean
};

/// The cross-entropy of the softmax of logits with class indices: for a row with class t
///     loss = −(1 − ε) w_t log p_t − (ε/C) Σ_c w_c log p_c,   p = softmax(logits),
/// and as mean Σ loss / Σ w_t over the rows that are not ignored (NaN if there is none).
/// Shapes: logits (N, C) and targets (N,), or (C,) and (); → () for mean and sum, targets' shape for none.
/// Gradient: (p·((1 − ε) w_t + (ε/C) Σ_c w_c) − (1 − ε) w_t·onehot(t) − (ε/C) w)·g, divided as the mean is; 0 for ignored rows.
/// Throws: ShapeError; ConfigError for a class outside [0, C) or a label_smoothing outside [0, 1]; GraphError for a weight that
/// requires gradients.
/// Source: label smoothing: Szegedy et al. 2016, section 7.
template <class T>
Tensor<T> cross_entropy(const Tensor<T>& logits, const Indices& targets, const CrossEntropyOptions<T>& options = {});

/// The cross-entropy with a target distribution q for each row:
///     loss = −Σ_c w_c ((1 − ε) q_c + ε/C) log p_c,   and as mean Σ loss / N.
/// Shapes: logits and targets both (N, C), or (C,); → () for mean and sum, (N,) or () for none.
/// Gradient: as above with q for onehot(t); for the targets −(1 − ε) w·log p·g, divided by N for the mean.
/// Throws: as above; ConfigError for an ignore_index ≥ 0, which has no meaning here.
template <class T>
Tensor<T> cross_entropy(const Tensor<T>& logits, const Tensor<T>& targets, const CrossEntropyOptions<T>& options = {});

}  // namespace xgrad
