#include "xgrad/nn/optim/ema.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "xgrad/tensor/error.hpp"
#include "xgrad/tensor/kernels/elementwise.hpp"

namespace xgrad::optim {

template <class T>
WeightAverage<T>::WeightAverage(std::vector<Tensor<T>> parameters, double decay)
    : parameters_(std::move(parameters)), decay_(decay) {
  if (!(decay >= 0 && decay < 1))
    throw ConfigError(fmt::format("WeightAverage: the decay is {}; it must be from 0 to below 1", decay));
  for (const Tensor<T>& p : parameters_) averages_.push_back(p.value());
}

template <class T>
void WeightAverage<T>::update() {
  const double t = static_cast<double>(++updates_);
  const T d = static_cast<T>(std::min(decay_, (1 + t) / (10 + t))),
          rest = static_cast<T>(1 - std::min(decay_, (1 + t) / (10 + t)));
  for (std::size_t k = 0; k < parameters_.size(); ++k) {
    T* a = averages_[k].data();
    kernels::run(kernels::Unary::MulScalar, a, a, averages_[k].size(), d);
    kernels::run(kernels::Binary::AddScaled, a, parameters_[k].data(), a, averages_[k].size(), rest);
  }
}

template <class T>
void WeightAverage<T>::copy_to_parameters() {
  for (std::size_t k = 0; k < parameters_.size(); ++k) parameters_[k].mutable_value() = averages_[k];
}

template <class T>
void WeightAverage<T>::swap() {
  for (std::size_t k = 0; k < parameters_.size(); ++k) {
    Array<T>& values = parameters_[k].mutable_value();
    std::swap_ranges(values.data(), values.data() + values.size(), averages_[k].data());
  }
}

template class WeightAverage<float>;
template class WeightAverage<double>;

}  // namespace xgrad::optim
