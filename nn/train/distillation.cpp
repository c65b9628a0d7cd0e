#include "xgrad/nn/train/distillation.hpp"

#include <cmath>

#include <fmt/format.h>

#include "xgrad/autograd/grad_mode.hpp"
#include "xgrad/autograd/ops/arithmetic.hpp"
#include "xgrad/autograd/ops/kl_div.hpp"
#include "xgrad/autograd/ops/softmax.hpp"
#include "xgrad/nn/data/batches.hpp"
#include "xgrad/nn/metrics.hpp"
#include "xgrad/nn/train/evaluation.hpp"
#include "xgrad/tensor/error.hpp"

namespace xgrad::nn {
namespace {

void check_temperature(double temperature) {
  if (!(temperature > 0 && std::isfinite(temperature)))
    throw ConfigError(fmt::format("distillation: the temperature is {}; it must be above 0, and finite", temperature));
}

}  // namespace

template <class T>
Tensor<T> teacher_probabilities(const Distillation<T>& distillation, const Tensor<T>& x) {
  if (distillation.teachers.empty()) throw ConfigError("distillation: there are no teachers; give at least one");
  check_temperature(distillation.temperature);
  const NoGrad no_grad;
  Tensor<T> sum;
  for (const std::shared_ptr<Module<T>>& teacher : distillation.teachers) {
    const Evaluation<T> evaluation(*teacher);
    const Tensor<T> probabilities = softmax((*teacher)(x) * static_cast<T>(1 / distillation.temperature));
    if (sum.defined() && sum.shape() != probabilities.shape())
      throw ShapeError(
          fmt::format("distillation: one teacher's outputs have shape {}, another's {}; give teachers of the same classes",
                      to_string(sum.shape()), to_string(probabilities.shape())));
    sum = sum.defined() ? sum + probabilities : probabilities;
  }
  return sum * static_cast<T>(1 / static_cast<double>(distillation.teachers.size()));
}

template <class T>
double teacher_accuracy(const Distillation<T>& distillation, const data::Dataset<T>& dataset) {
  constexpr std::size_t batch = 1000;
  std::size_t correct = 0;
  for (const auto& [x, y] : data::batches(dataset, batch)) {
    const Indices said = metrics::predicted_classes(teacher_probabilities(distillation, x).value());
    for (std::size_t i = 0; i < y.size(); ++i) correct += said.data()[i] == y.data()[i];
  }
  return static_cast<double>(correct) / static_cast<double>(dataset.size());
}

template <class T>
Tensor<T> distillation_loss(const Tensor<T>& outputs, const Tensor<T>& q, double temperature) {
  check_temperature(temperature);
  const Tensor<T> logarithms = log_softmax(outputs * static_cast<T>(1 / temperature));
  return kl_div(logarithms, q, KlDivReduction::BatchMean) * static_cast<T>(temperature * temperature);
}

template Tensor<float> teacher_probabilities(const Distillation<float>&, const Tensor<float>&);
template Tensor<double> teacher_probabilities(const Distillation<double>&, const Tensor<double>&);
template double teacher_accuracy(const Distillation<float>&, const data::Dataset<float>&);
template double teacher_accuracy(const Distillation<double>&, const data::Dataset<double>&);
template Tensor<float> distillation_loss(const Tensor<float>&, const Tensor<float>&, double);
template Tensor<double> distillation_loss(const Tensor<double>&, const Tensor<double>&, double);

}  // namespace xgrad::nn
