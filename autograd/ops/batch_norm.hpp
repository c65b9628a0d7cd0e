#pragma once

#include "xgrad/autograd/tensor.hpp"
#include "xgrad/tensor/random.hpp"

namespace xgrad {

struct BatchNormOptions {
  bool training = true;
  double momentum = 0.1;  ///< the share of the new batch in the running statistics, in [0, 1]
  double eps = 1e-5;      ///< added to the variance, > 0 or 0
};

/// Every channel normalised over the batch, then scaled and shifted:
///     y = (x − μ) / √(σ² + eps) · weight + bias.
/// In training μ = mean x and σ² = mean (x − μ)² over all axes but the channels' (axis 1), and the running statistics follow:
///     running_mean ← (1 − momentum)·running_mean + momentum·μ
///     running_var  ← (1 − momentum)·running_var + momentum·σ²·n/(n − 1),   n elements to a channel.
/// Otherwise μ and σ² are the running statistics. An undefined weight is 1, an undefined bias 0.
/// Shapes: x (N, C) or (N, C, L) → same; everything else (C,). With N = 0 nothing is updated.
/// Gradient: for x, with ŷ = (x − μ)/√(σ² + eps): weight/√(σ² + eps)·(g − mean g − ŷ·mean(g·ŷ)) in training, else
/// weight/√(σ² + eps)·g; for weight Σ g·ŷ; for bias Σ g.
/// Throws: ShapeError, also in training with a single element to a channel; ConfigError for eps or momentum out of range.
/// Source: Ioffe and Szegedy 2015, algorithm 1.
template <class T>
Tensor<T> batch_norm(const Tensor<T>& x, Array<T>& running_mean, Array<T>& running_var, const Tensor<T>& weight = {},
                     const Tensor<T>& bias = {}, const BatchNormOptions& options = {});

/// The same without running statistics: always those of the batch; `training` and `momentum` mean nothing.
template <class T>
Tensor<T> batch_norm(const Tensor<T>& x, const Tensor<T>& weight = {}, const Tensor<T>& bias = {},
                     const BatchNormOptions& options = {});

/// dropout(relu(batch_norm(x, …)), p, generator) in training, to the bit; where C is a multiple of 4, in one pass over memory
/// after the statistics, forward and backward. With p = 0 the generator stays where it is.
/// Shapes and errors: those of batch_norm; ConfigError also unless 0 ≤ p ≤ 1 or if options.training is false.
template <class T>
Tensor<T> batch_norm_relu_dropout(const Tensor<T>& x, Array<T>& running_mean, Array<T>& running_var, const Tensor<T>& weight,
                                  const Tensor<T>& bias, double p, Generator& generator, const BatchNormOptions& options = {});

}  // namespace xgrad
