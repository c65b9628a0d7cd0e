#include "xgrad/autograd/node.hpp"

#include <algorithm>

namespace xgrad {

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
void Node<T>::add_output(Shape shape) {
  if (!more_) more_ = std::make_unique<MoreOutputs>();
  more_->slots.emplace_back();
  more_->shapes.push_back(std::move(shape));
}

template <class T>
std::size_t Node<T>::add_hook(std::uint32_t output, Hook hook) {
  if (!hooks_) hooks_ = std::make_unique<std::vector<RegisteredHook>>();
  const std::size_t number = hooks_->empty() ? 0 : hooks_->back().number + 1;
  hooks_->push_back({number, output, std::move(hook)});
  return number;
}

template <class T>
void Node<T>::remove_hook(std::size_t number) {
  if (!hooks_) return;
  std::erase_if(*hooks_, [number](const RegisteredHook& h) { return h.number == number; });
}

template <class T>
Tensor<T> Node<T>::run_hooks(std::uint32_t output, Tensor<T> gradient) const {
  if (!hooks_) return gradient;
  const std::vector<RegisteredHook> hooks = *hooks_;  // a hook may remove itself
  for (const RegisteredHook& h : hooks)
    if (h.output == output)
      if (Tensor<T> replaced = h.hook(gradient); replaced.defined()) gradient = std::move(replaced);
  return gradient;
}

template <class T>
void Node<T>::retain_gradients() {
  if (retained_) return;
  retained_ = std::make_unique<std::vector<Tensor<T>>>(output_count());
  for (std::uint32_t i = 0; i < output_count(); ++i) {
    add_hook(i, [kept = retained_.get(), i](const Tensor<T>& gradient) {
      (*kept)[i] = (*kept)[i].defined() ? Tensor<T>(Array<T>((*kept)[i].value() + gradient.value())) : gradient;
      return Tensor<T>();
    });
  }
}

template <class T>
Tensor<T> Node<T>::retained_gradient(std::uint32_t output) const {
  return retained_ ? (*retained_)[output] : Tensor<T>();
}

template class Node<float>;
template class Node<double>;

}  // namespace xgrad
