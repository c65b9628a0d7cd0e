#include "xgrad/nn/sequential.hpp"

#include <type_traits>
#include <typeinfo>

#include <fmt/format.h>

#include "xgrad/autograd/ops/dropout.hpp"
#include "xgrad/nn/activation.hpp"
#include "xgrad/nn/batch_norm.hpp"
#include "xgrad/nn/dropout.hpp"
#include "xgrad/nn/linear.hpp"
#include "xgrad/tensor/error.hpp"

namespace xgrad::nn {
namespace {

// The module as an M, if that is what it is, and nothing derived from it.
template <class M, class T>
M* exactly(const std::vector<std::shared_ptr<Module<T>>>& modules, std::size_t i) {
  return i < modules.size() && typeid(*modules[i]) == typeid(M) ? static_cast<M*>(modules[i].get()) : nullptr;
}

}  // namespace

template <class T>
Sequential<T>& Sequential<T>::add(std::shared_ptr<Module<T>> module) {
  if (!module) throw ConfigError("Sequential: the module to add is a null pointer");
  modules_.push_back(std::move(module));
  return *this;
}

template <class T>
Module<T>& Sequential<T>::operator[](std::size_t i) {
  if (i >= modules_.size())
    throw ConfigError(fmt::format("Sequential: there is no module {}; there are {}, counted from 0", i, modules_.size()));
  return *modules_[i];
}

// ReLU is computed together with what stands around it, where there are such operations, with the same result to the bit: batch
// normalisation in training before it, dropout after it, or both; or a linear layer before it.
template <class T>
Tensor<T> Sequential<T>::forward_through(const Tensor<T>& x, std::size_t count) {
  if (count > modules_.size())
    throw ConfigError(fmt::format("Sequential: the result after {} modules was asked for, but there are {}", count, size()));
  const auto as = [&]<class M>(std::type_identity<M>, std::size_t i) { return i < count ? exactly<M>(modules_, i) : nullptr; };
  const auto is_relu = [&](std::size_t i) { return as(std::type_identity<ReLU<T>>(), i) != nullptr; };
  Tensor<T> y = x;
  for (std::size_t i = 0; i < count;) {
    const std::size_t relu = is_relu(i) ? i : i + 1;
    Dropout<T>* const dropout = is_relu(relu) ? as(std::type_identity<Dropout<T>>(), relu + 1) : nullptr;
    BatchNorm1d<T>* const norm = as(std::type_identity<BatchNorm1d<T>>(), i);
    Linear<T>* const linear = as(std::type_identity<Linear<T>>(), i);
    if (norm && norm->is_training() && is_relu(relu))
      y = norm->forward_relu_dropout(y, dropout), i = relu + (dropout ? 2 : 1);
    else if (relu == i && dropout)
      y = relu_dropout(y, dropout->p, dropout->generator, dropout->is_training()), i += 2;
    else if (linear && is_relu(relu) && !dropout)
      y = linear->forward_relu(y), i += 2;
    else
      y = modules_[i++]->forward(y);
  }
  return y;
}

template <class T>
Members<T> Sequential<T>::members() {
  Members<T> members;
  for (std::size_t i = 0; i < modules_.size(); ++i) members.children.push_back({std::to_string(i), modules_[i].get()});
  return members;
}

template <class T>
Shape Sequential<T>::output_shape(const Shape& input) const {
  Shape shape = input;
  for (const std::shared_ptr<Module<T>>& module : modules_) shape = module->output_shape(shape);
  return shape;
}

template class Sequential<float>;
template class Sequential<double>;

}  // namespace xgrad::nn
