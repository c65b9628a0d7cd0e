#pragma once

#include <cstddef>
#include <cstdint>

#include "xgrad/nn/dropout.hpp"

namespace xgrad::nn {

struct BatchNorm1dOptions {
  double eps = 1e-5;      ///< added to the variance
  double momentum = 0.1;  ///< the share of the new batch in the running statistics
};

/// y = (x − mean)/√(variance + eps)·weight + bias for every feature: with the batch's mean and variance in training, which also
/// move the running ones, and with the running ones in evaluation. Shapes: x (batch, features) → the same; weight, bias,
/// running_mean, running_var (features,). Throws: ShapeError; in training for a batch of one sample. Source: Ioffe and Szegedy,
/// "Batch Normalization" (2015), algorithms 1 and 2; running variances are unbiased, as PyTorch's.
template <class T = float>
class BatchNorm1d : public Module<T> {
 public:
  explicit BatchNorm1d(std::size_t features, BatchNorm1dOptions options = {});

  Tensor<T> forward(const Tensor<T>& x) override;
  /// ReLU of `forward`, and that through `dropout` if it is not null, to the bit; in training mode in one pass over memory.
  Tensor<T> forward_relu_dropout(const Tensor<T>& x, Dropout<T>* dropout);
  const char* type_name() const override { return "BatchNorm1d"; }
  Members<T> members() override;
  std::string describe() const override;

  Tensor<T> weight, bias;
  Array<T> running_mean, running_var;
  std::int64_t num_batches_tracked = 0;
  BatchNorm1dOptions options;
};

extern template class BatchNorm1d<float>;
extern template class BatchNorm1d<double>;

}  // namespace xgrad::nn
