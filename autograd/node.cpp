#include "xgrad/autograd/node.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "xgrad/tensor/error.hpp"

namespace xgrad {

template <class T>
void demand_shape_kept(const Tensor<T>& input) {
  if (same_shape(input.shape(), input.node()->output_shape(input.output_index()))) return;
  throw GraphError(
      fmt::format("a tensor of shape {} has shape {} since it was changed in place; put an array of the old shape there, or "
                  "make a new tensor",
                  to_string(input.node()->output_shape(input.output_index())), to_string(input.shape())));
}
template void demand_shape_kept(const Tensor<float>&);
template void demand_shape_kept(const Tensor<double>&);

// Destroying a node drops its references to others, which may be their last. Those wait in a list until this node is gone, so
// that the stack does not grow with the length of the graph.
template <class T>
void Node<T>::destroy(Node* node) noexcept {
  thread_local Node* dying = nullptr;
  thread_local bool draining = false;
  node->next_dying_ = dying;
  dying = node;
  if (draining) return;
  draining = true;
  while (dying) {
    Node* next = std::exchange(dying, dying->next_dying_);
    delete next;
  }
  draining = false;
}

template <class T>
void Node<T>::throw_occupied() const {
  throw GraphError(fmt::format(
      "backward: another pass is walking the graph of '{}' at the moment (this one was started by a hook within it, "
      "or on another thread); walk it afterwards",
      name()));
}

template <class T>
void Node<T>::add_output(Shape shape) {
  if (!more_) more_ = std::make_unique<MoreOutputs>();
  more_->slots.emplace_back();
  more_->shapes.push_back(std::move(shape));
}

template <class T>
std::size_t Node<T>::add_hook(std::uint32_t output, Hook hook) {
  if (!hook) throw GraphError("register_hook: the hook is empty; give a function");
  if (!hooks_) hooks_ = std::make_unique<Hooks>();
  hooks_->list.push_back({hooks_->next_number, output, std::make_shared<const Hook>(std::move(hook))});
  return hooks_->next_number++;
}

template <class T>
void Node<T>::remove_hook(std::size_t number) {
  if (hooks_) std::erase_if(hooks_->list, [number](const RegisteredHook& h) { return h.number == number; });
}

// By number, not by position: a hook may remove itself and others, or add some, which then run from the next pass on.
template <class T>
Tensor<T> Node<T>::run_hooks(std::uint32_t output, Tensor<T> gradient) const {
  if (!hooks_) return gradient;
  const std::vector<RegisteredHook>& list = hooks_->list;
  const auto first_from = [&list](std::size_t number) {
    return std::lower_bound(list.begin(), list.end(), number,
                            [](const RegisteredHook& h, std::size_t n) { return h.number < n; });
  };
  const std::size_t end = hooks_->next_number;
  std::size_t number = 0;
  for (auto at = list.begin(); at != list.end() && at->number < end; at = first_from(number)) {
    number = at->number + 1;
    if (at->output != output) continue;
    const std::shared_ptr<const Hook> hook = at->hook;
    Tensor<T> replaced = (*hook)(gradient);
    if (!replaced.defined()) continue;
    if (replaced.shape() != gradient.shape())
      throw ShapeError(
          fmt::format("a hook on the gradient of '{}' returned shape {} for a gradient of shape {}; return that shape, or an "
                      "undefined tensor to leave the gradient as it is",
                      name(), to_string(replaced.shape()), to_string(gradient.shape())));
    gradient = std::move(replaced);
  }
  return gradient;
}

template <class T>
void Node<T>::retain_gradients() {
  if (!retained_) retained_ = std::make_unique<std::vector<Tensor<T>>>(output_count());
}

template <class T>
Tensor<T> Node<T>::retained_gradient(std::uint32_t output) const {
  return retained_ ? (*retained_)[output] : Tensor<T>();
}

template <class T>
void Node<T>::clear_retained_gradient(std::uint32_t output) noexcept {
  if (retained_) (*retained_)[output] = Tensor<T>();
}

template class Node<float>;
template class Node<double>;

}  // namespace xgrad
