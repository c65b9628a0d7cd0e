#include "xgrad/autograd/wanted_tensors.hpp"

#include <algorithm>
#include <functional>

#include "xgrad/tensor/error.hpp"

namespace xgrad {
namespace {

constexpr auto by_node = [](const auto& a, const auto& b) { return std::less<>()(a.node, b.node); };

}  // namespace

template <class T>
WantedTensors<T>::~WantedTensors() {
  for (Node<T>* node : marked_) {
    node->mark_ = 0;
    node->pass_ = nullptr;
  }
}

template <class T>
void WantedTensors<T>::set(const std::vector<Tensor<T>>& tensors) {
  for (const Tensor<T>& tensor : tensors) {
    if (!tensor.requires_grad())
      throw GraphError("grad: an input does not require gradients; call set_requires_grad() on it first");
    places_.push_back({tensor.node(), tensor.output_index(), static_cast<std::uint32_t>(places_.size())});
    lowest_stamp_ = std::min(lowest_stamp_, tensor.node()->stamp());
    any_inside_ = any_inside_ || !tensor.is_leaf();
  }
  std::sort(places_.begin(), places_.end(), by_node);
  results_.resize(tensors.size());
}

template <class T>
bool WantedTensors<T>::is_wanted(const Node<T>* node) const noexcept {
  return std::binary_search(places_.begin(), places_.end(), Place{node, 0, 0}, by_node);
}

template <class T>
bool WantedTensors<T>::leads(const Edge<T>& edge) const noexcept {
  return edge.target->is_leaf() ? is_wanted(edge.target.get()) : (edge.target->mark_ & here_or_behind) != 0;
}

template <class T>
void WantedTensors<T>::enter(Node<T>& node) {
  node.demand_unoccupied(pass_);
  marked_.push_back(&node);
  node.pass_ = pass_;
  node.mark_ = seen | (any_inside_ && is_wanted(&node) ? here_or_behind : 0);
  path_.push_back({&node, 0});
}

template <class T>
void WantedTensors<T>::look_behind(Node<T>& node, const Edge<T>& edge) {
  if (!edge.target) return;
  Node<T>& target = *edge.target;
  target.demand_unoccupied(pass_);  // or the marks would be another pass's
  if (leads(edge))
    node.mark_ |= here_or_behind | behind;
  else if (!target.is_leaf() && !(target.mark_ & seen) && target.stamp() >= lowest_stamp_)
    enter(target);
}

// Depth first with a stack of its own: a node is finished when all behind it are, and then tells the one before it.
template <class T>
void WantedTensors<T>::discover(Node<T>& root) {
  if (root.is_leaf() || root.mark_ & seen) return;
  enter(root);
  while (!path_.empty()) {
    Step& step = path_.back();
    Node<T>& node = *step.node;
    if (step.next_edge < node.edges().size()) {
      look_behind(node, node.edges()[step.next_edge++]);  // may lengthen the path: `step` is not to be used after
      continue;
    }
    path_.pop_back();
    if (!path_.empty() && node.mark_ & here_or_behind) path_.back().node->mark_ |= here_or_behind | behind;
  }
}

template <class T>
void WantedTensors<T>::capture(const Node<T>& node, std::uint32_t output, const Tensor<T>& gradient) {
  if (!node.is_leaf() && !any_inside_) return;
  const auto [first, last] = std::equal_range(places_.begin(), places_.end(), Place{&node, 0, 0}, by_node);
  for (auto place = first; place != last; ++place)
    if (place->output == output) results_[place->result] = gradient;
}

template class WantedTensors<float>;
template class WantedTensors<double>;

}  // namespace xgrad
