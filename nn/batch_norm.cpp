#include "xgrad/nn/batch_norm.hpp"

#include <fmt/format.h>

#include "xgrad/autograd/ops/batch_norm.hpp"
#include "xgrad/autograd/ops/dropout.hpp"
#include "xgrad/tensor/error.hpp"

namespace xgrad::nn {

template <class T>
BatchNorm1d<T>::BatchNorm1d(std::size_t features, BatchNorm1dOptions o)
    : weight(filled_array<T>({features}, T(1)), true),
      bias(filled_array<T>({features}, T(0)), true),
      running_mean(filled_array<T>({features}, T(0))),
      running_var(filled_array<T>({features}, T(1))),
      options(o) {
  if (features == 0) throw ConfigError("BatchNorm1d: 0 features; give at least 1");
}

template <class T>
Tensor<T> BatchNorm1d<T>::forward(const Tensor<T>& x) {
  if (this->is_training()) ++num_batches_tracked;
  return batch_norm(x, running_mean, running_var, weight, bias,
                    {.training = this->is_training(), .momentum = options.momentum, .eps = options.eps});
}

template <class T>
Tensor<T> BatchNorm1d<T>::forward_relu_dropout(const Tensor<T>& x, Dropout<T>* dropout) {
  const bool drops = dropout && dropout->is_training();
  Generator unused;
  Generator& generator = drops ? dropout->generator : unused;
  const double p = drops ? dropout->p : 0;
  if (!this->is_training()) return relu_dropout(forward(x), p, generator);
  ++num_batches_tracked;
  return batch_norm_relu_dropout(x, running_mean, running_var, weight, bias, p, generator,
                                 {.training = true, .momentum = options.momentum, .eps = options.eps});
}

template <class T>
Members<T> BatchNorm1d<T>::members() {
  return {.parameters = {{"weight", &weight}, {"bias", &bias}},
          .buffers = {{"running_mean", &running_mean}, {"running_var", &running_var}},
          .counters = {{"num_batches_tracked", &num_batches_tracked}}};
}

template <class T>
std::string BatchNorm1d<T>::describe() const {
  return fmt::format("BatchNorm1d({})", weight.size());
}

template class BatchNorm1d<float>;
template class BatchNorm1d<double>;

}  // namespace xgrad::nn
