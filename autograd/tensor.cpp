#include "xgrad/autograd/tensor.hpp"

#include <fmt/format.h>

#include "xgrad/autograd/backward_pass.hpp"
#include "xgrad/autograd/node.hpp"
#include "xgrad/tensor/error.hpp"

namespace xgrad {
namespace {

template <class T>
Leaf<T>* leaf_of(const Tensor<T>& tensor) {
  return tensor.node() && tensor.node()->is_leaf() ? static_cast<Leaf<T>*>(tensor.node()) : nullptr;
}

template <class T>
Tensor<T> one_like(const Tensor<T>& output) {
  if (output.size() != 1)
    throw ShapeError(fmt::format(
        "backward: the tensor has shape {}; without a gradient to start from it must have one element (take its sum or mean, "
        "or give a gradient of that shape)",
        to_string(output.shape())));
  return Tensor<T>(filled_array<T>(output.shape(), T(1)));
}

}  // namespace

template <class T>
Tensor<T>::Tensor(Array<T>&& array, bool requires_grad)
    : value_(Ref<detail::Value<T>>::to_new(new detail::Value<T>(std::move(array)))) {
  if (requires_grad) node_ = Ref<Node<T>>::to_new(new Leaf<T>(value_->array.shape()));
}

template <class T>
void Tensor<T>::throw_undefined() {
  throw GraphError("a tensor without an array (default constructed, or a gradient that does not exist) was used");
}

template <class T>
Array<T>& Tensor<T>::mutable_value() {
  if (!value_) throw_undefined();
  ++value_->version;
  return value_->array;
}

template <class T>
std::size_t Tensor<T>::extent(int axis) const {
  return shape()[normalize_axis(axis, shape(), "extent")];
}

template <class T>
T Tensor<T>::item() const {
  if (size() != 1)
    throw ShapeError(fmt::format("item: the tensor has shape {}; it must have exactly one element", to_string(shape())));
  return *data();
}

template <class T>
bool Tensor<T>::requires_grad() const noexcept {
  return node_ && node_->requires_grad();
}

template <class T>
bool Tensor<T>::is_leaf() const noexcept {
  return !node_ || node_->is_leaf();
}

template <class T>
Tensor<T>& Tensor<T>::set_requires_grad(bool required) {
  if (!is_leaf()) {
    if (required) return *this;
    throw GraphError(fmt::format("set_requires_grad(false): this is the result of '{}'; use detach()", node_->name()));
  }
  if (Leaf<T>* leaf = leaf_of(*this))
    leaf->set_requires_grad(required);
  else if (required)
    node_ = Ref<Node<T>>::to_new(new Leaf<T>(shape()));
  return *this;
}

template <class T>
Tensor<T> Tensor<T>::detach() const {
  return Tensor(value_, {}, 0);
}

template <class T>
Tensor<T> Tensor<T>::grad() const {
  if (Leaf<T>* leaf = leaf_of(*this)) return leaf->gradient;
  return node_ ? node_->retained_gradient(output_) : Tensor<T>();
}

template <class T>
void Tensor<T>::set_grad(const Tensor& gradient) {
  Leaf<T>* leaf = leaf_of(*this);
  if (!leaf) throw GraphError("set_grad: only a leaf that requires gradients holds one; call set_requires_grad() first");
  if (gradient.defined() && gradient.shape() != shape())
    throw ShapeError(fmt::format("set_grad: the gradient has shape {} but the tensor has {}", to_string(gradient.shape()),
                                 to_string(shape())));
  leaf->gradient = gradient;
}

template <class T>
void Tensor<T>::zero_grad() {
  if (Leaf<T>* leaf = leaf_of(*this))
    leaf->gradient = Tensor();
  else if (node_)
    node_->clear_retained_gradient(output_);
}

template <class T>
void Tensor<T>::retain_grad() {
  if (!requires_grad()) throw GraphError("retain_grad: the tensor does not require gradients");
  if (!is_leaf()) node_->retain_gradients();
}

template <class T>
void Tensor<T>::backward(BackwardOptions options) const {
  backward_from(one_like(*this), options);
}

template <class T>
void Tensor<T>::backward_from(const Tensor& gradient, BackwardOptions options) const {
  BackwardPass<T> pass(options);
  pass.seed(*this, gradient);
  pass.run();
  pass.add_to_leaves();
}

template <class T>
std::size_t Tensor<T>::register_hook(std::function<Tensor(const Tensor&)> hook) {
  if (!requires_grad()) throw GraphError("register_hook: the tensor does not require gradients, so no hook would ever run");
  return node_->add_hook(output_, std::move(hook));
}

template <class T>
void Tensor<T>::remove_hook(std::size_t number) {
  if (node_) node_->remove_hook(number);
}

template <class T>
std::vector<Tensor<T>> grad(const std::vector<Tensor<T>>& outputs, const std::vector<Tensor<T>>& inputs,
                            const std::vector<Tensor<T>>& gradients, BackwardOptions options) {
  if (!gradients.empty() && gradients.size() != outputs.size())
    throw ShapeError(
        fmt::format("grad: {} gradients for {} outputs; give one for each, or none", gradients.size(), outputs.size()));
  BackwardPass<T> pass(options);
  pass.want(inputs);
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    const bool given = !gradients.empty() && gradients[i].defined();
    pass.seed(outputs[i], given ? gradients[i] : one_like(outputs[i]));
  }
  pass.run();
  std::vector<Tensor<T>> results;
  for (std::size_t i = 0; i < inputs.size(); ++i) results.push_back(pass.take_result(i));
  return results;
}

template class Tensor<float>;
template class Tensor<double>;
template std::vector<Tensor<float>> grad(const std::vector<Tensor<float>>&, const std::vector<Tensor<float>>&,
                                         const std::vector<Tensor<float>>&, BackwardOptions);
template std::vector<Tensor<double>> grad(const std::vector<Tensor<double>>&, const std::vector<Tensor<double>>&,
                                          const std::vector<Tensor<double>>&, BackwardOptions);

}  // namespace xgrad
