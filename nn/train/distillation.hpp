#pragma once

#include <memory>
#include <vector>

#include "xgrad/nn/data/dataset.hpp"
#include "xgrad/nn/module.hpp"

namespace xgrad::nn {

/// Trained networks from whose answers another one learns beside the labels: a single network can come near to what several
/// give together. The teachers see what the student sees, distorted images too.
/// Source: Hinton, Vinyals and Dean, "Distilling the knowledge in a neural network" (2015).
template <class T>
struct Distillation {
  std::vector<std::shared_ptr<Module<T>>> teachers{};  ///< their outputs are logits of the student's classes; empty: none
  double weight = 0.9;                                 ///< the teachers' share of the loss, in [0, 1]; the labels have the rest
  double temperature = 1;                              ///< τ: what logits are divided by before softmax, above 0
};

/// The mean over the teachers of softmax(outputs/τ) for a batch, in evaluation mode and without recording.
/// Shapes: x (N, …) → (N, classes). Throws: ConfigError without teachers; ShapeError where their outputs differ in shape.
template <class T>
Tensor<T> teacher_probabilities(const Distillation<T>& distillation, const Tensor<T>& x);

/// The share of a data set's samples whose class the teachers together find: that of the largest of their mean probabilities.
/// NaN without samples. Throws: as teacher_probabilities.
template <class T>
double teacher_accuracy(const Distillation<T>& distillation, const data::Dataset<T>& dataset);

/// τ²·KL(q ‖ softmax(outputs/τ)), the mean over the batch; the factor keeps gradients of one size whatever τ is.
/// Shapes: outputs, q (N, classes) → (). Gradient: τ·(softmax(outputs/τ) − q)/N for rows of q that add up to 1.
/// Throws: ShapeError; ConfigError unless τ > 0.  Source: as above, section 2.
template <class T>
Tensor<T> distillation_loss(const Tensor<T>& outputs, const Tensor<T>& q, double temperature);

}  // namespace xgrad::nn
