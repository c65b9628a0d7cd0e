#include "xgrad/nn/sequential.hpp"

namespace xgrad::nn {

template <class T>
Tensor<T> Sequential<T>::forward(const Tensor<T>& x) {
  Tensor<T> y = x;
  for (const std::shared_ptr<Module<T>>& module : modules_) y = module->forward(y);
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
