#include "xgrad/nn/sequential.hpp"

#include <typeinfo>

#include "xgrad/autograd/ops/dropout.hpp"
#include "xgrad/nn/activation.hpp"
#include "xgrad/nn/dropout.hpp"

namespace xgrad::nn {
namespace {

// The module as an M, if that is what it is, and nothing derived from it.
template <class M, class T>
M* exactly(const std::vector<std::shared_ptr<Module<T>>>& modules, std::size_t i) {
  return i < modules.size() && typeid(*modules[i]) == typeid(M) ? static_cast<M*>(modules[i].get()) : nullptr;
}

}  // namespace

// ReLU and dropout after it are one pass over memory, with the same result to the bit.
template <class T>
Tensor<T> Sequential<T>::forward(const Tensor<T>& x) {
  Tensor<T> y = x;
  for (std::size_t i = 0; i < modules_.size(); ++i) {
    Dropout<T>* const dropout = exactly<ReLU<T>>(modules_, i) ? exactly<Dropout<T>>(modules_, i + 1) : nullptr;
    if (dropout)
      y = relu_dropout(y, dropout->p, dropout->generator, dropout->is_training()), ++i;
    else
      y = modules_[i]->forward(y);
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
