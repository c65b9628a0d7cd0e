#pragma once

#include "xgrad/autograd/ops/loss_reduction.hpp"
#include "xgrad/autograd/tensor.hpp"

namespace xgrad {

/// The hinge loss of scores x with labels y = ±1: max(0, margin − y·x).
/// Shapes: x and y the same; → () for mean and sum, the shape of x for none.
/// Gradient: −y·g where margin − y·x > 0, else 0, divided by the number of elements for the mean; none for y.
/// Throws: ShapeError; ConfigError for a label other than 1 and −1; GraphError if y requires gradients.
/// Source: Cortes and Vapnik 1995.
template <class T>
Tensor<T> hinge_loss(const Tensor<T>& x, const Tensor<T>& y, double margin = 1, Reduction reduction = Reduction::Mean);

template <class T>
struct MultiMarginOptions {
  int p = 1;  ///< the power of the distances: 1 or 2
  double margin = 1;
  Tensor<T> weight{};  ///< a factor for each class, (C,), without gradient; undefined: 1 for all
  Reduction reduction = Reduction::Mean;
};

/// The hinge loss of several classes: Σ_{i ≠ t} w_t·max(0, margin − x_t + x_i)^p / C for a row x of scores with class t. The
/// mean is over the rows, whatever their weights.
/// Shapes: x (N, C) and targets (N,), or (C,) and (); → () for mean and sum, targets' shape for none.
/// Gradient: p·w_t·max(0, …)^(p−1)/C·g for i ≠ t where the distance is above 0, and minus the sum of these for t; divided by N
/// for the mean.
/// Throws: ShapeError; ConfigError for a class outside [0, C) or p other than 1 and 2; GraphError for a weight that requires
/// gradients.
/// Source: Crammer and Singer 2001; Weston and Watkins 1999 for the sum over classes.
template <class T>
Tensor<T> multi_margin_loss(const Tensor<T>& x, const Indices& targets, const MultiMarginOptions<T>& options = {});

}  // namespace xgrad
