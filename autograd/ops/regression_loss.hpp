#pragma once

#include "xgrad/autograd/ops/loss_reduction.hpp"
#include "xgrad/autograd/tensor.hpp"

namespace xgrad {

// Losses of the distance d = x − y of a prediction x from a target y.  Shapes: x and y the same; → () for mean and sum (the
// mean of no elements is NaN), the shape of x for none.  Both get gradients.

/// d².  Gradient: 2·d·g for x, −2·d·g for y, divided by the number of elements for the mean.  Throws: ShapeError.
template <class T>
Tensor<T> mse_loss(const Tensor<T>& x, const Tensor<T>& y, Reduction reduction = Reduction::Mean);

/// |d|.  Gradient: sign(d)·g for x, −sign(d)·g for y, 0 at d = 0, divided as the mean is.  Throws: ShapeError.
template <class T>
Tensor<T> l1_loss(const Tensor<T>& x, const Tensor<T>& y, Reduction reduction = Reduction::Mean);

/// d²/2 for |d| ≤ delta, else delta·(|d| − delta/2).
/// Gradient: d cut off at ±delta, times g, for x; its negative for y; divided as the mean is.
/// Throws: ShapeError; ConfigError unless delta > 0.  Source: Huber 1964.
template <class T>
Tensor<T> huber_loss(const Tensor<T>& x, const Tensor<T>& y, Reduction reduction = Reduction::Mean, double delta = 1);

/// d²/(2·beta) for |d| < beta, else |d| − beta/2: huber_loss with delta = beta, divided by beta; l1_loss for beta = 0.
/// Gradient: d/beta cut off at ±1, times g, for x; its negative for y; divided as the mean is.
/// Throws: ShapeError; ConfigError unless beta ≥ 0.  Source: Girshick 2015, equation 3.
template <class T>
Tensor<T> smooth_l1_loss(const Tensor<T>& x, const Tensor<T>& y, Reduction reduction = Reduction::Mean, double beta = 1);

}  // namespace xgrad
