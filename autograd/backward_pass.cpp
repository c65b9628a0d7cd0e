#include "xgrad/autograd/backward_pass.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "xgrad/autograd/anomaly.hpp"
#include "xgrad/autograd/ops/arithmetic.hpp"
#include "xgrad/autograd/ops/broadcast.hpp"
#include "xgrad/tensor/error.hpp"
#include "xgrad/tensor/kernels/elementwise.hpp"
#include "xgrad/tensor/prefetch.hpp"

namespace xgrad {
namespace {

constexpr auto lower_stamp = [](const auto* a, const auto* b) { return a->stamp() < b->stamp(); };

std::size_t hash_pointer(const void* pointer) {
  return static_cast<std::size_t>((reinterpret_cast<std::uintptr_t>(pointer) >> 6) * 0x9E3779B97F4A7C15ull >> 20);
}

}  // namespace

// A node's time in the pass ends when it has been visited, also if that throws: nothing of the pass stays in it.
template <class T>
class BackwardPass<T>::Stay {
 public:
  explicit Stay(Node<T>& node) : node_(node) {}
  ~Stay() { clear_slots(node_); }
  Stay(const Stay&) = delete;
  Stay& operator=(const Stay&) = delete;

 private:
  Node<T>& node_;
};

template <class T>
void BackwardPass<T>::clear_slots(Node<T>& node) noexcept {
  for (std::uint32_t i = 0; i < node.output_count(); ++i) node.slot(i) = Tensor<T>();
  node.queued_ = false;
  if (!node.mark_) node.pass_ = nullptr;  // marked nodes stay occupied until the marks are taken off
}

template <class T>
BackwardPass<T>::~BackwardPass() {
  for (Node<T>* node : heap_) clear_slots(*node);  // there are some only after an exception
}

template <class T>
void BackwardPass<T>::want(const std::vector<Tensor<T>>& inputs) {
  only_wanted_ = true;
  wanted_.set(inputs);
}

template <class T>
void BackwardPass<T>::seed(const Tensor<T>& output, const Tensor<T>& gradient) {
  if (!output.requires_grad())
    throw GraphError(
        "backward: this tensor does not depend on any tensor that requires gradients (or was computed under no_grad); call "
        "set_requires_grad() on a leaf before computing it");
  if (gradient.shape() != output.shape())
    throw ShapeError(fmt::format("backward: the gradient has shape {} but the tensor has {}; they must be equal",
                                 to_string(gradient.shape()), to_string(output.shape())));
  enter(*output.node(), output, gradient);
}

template <class T>
void BackwardPass<T>::graft(const Node<T>& from, const Tensor<T>& output, const Tensor<T>& gradient) {
  if (output.requires_grad()) enter(from, output, gradient);
}

template <class T>
void BackwardPass<T>::enter(const Node<T>& from, const Tensor<T>& output, const Tensor<T>& gradient) {
  roots_.push_back(output.shared_node());
  if (only_wanted_) wanted_.discover(*output.node());
  deliver(from, 0, Edge<T>(output), gradient);
}

template <class T>
bool BackwardPass<T>::needs(const Edge<T>& edge) const noexcept {
  return edge.target && edge.target->requires_grad() && (!only_wanted_ || wanted_.leads(edge));
}

// Where a leaf's number is in the table, or belongs.
template <class T>
std::uint32_t& BackwardPass<T>::leaf_number(const Node<T>& leaf) {
  std::size_t at = hash_pointer(&leaf) & (leaf_table_.size() - 1);
  while (leaf_table_[at] && leaves_[leaf_table_[at] - 1].leaf.get() != &leaf) at = (at + 1) & (leaf_table_.size() - 1);
  return leaf_table_[at];
}

// A few leaves are looked through one after the other; for more there is a table.
template <class T>
Tensor<T>* BackwardPass<T>::find_leaf(const Node<T>& leaf) {
  if (!leaf_table_.empty()) {
    const std::uint32_t number = leaf_number(leaf);
    return number ? &leaves_[number - 1].gradient : nullptr;
  }
  for (LeafGradient& entry : leaves_)
    if (entry.leaf.get() == &leaf) return &entry.gradient;
  return nullptr;
}

template <class T>
Tensor<T>& BackwardPass<T>::leaf_slot(Node<T>& leaf) {
  if (Tensor<T>* const found = find_leaf(leaf)) return *found;
  constexpr std::size_t searched_linearly = 16;
  leaves_.push_back({Ref<Node<T>>(&leaf), {}});
  const std::size_t count = leaves_.size();
  if (count > searched_linearly && leaf_table_.size() < 2 * count) {
    leaf_table_.assign(std::max<std::size_t>(64, 2 * leaf_table_.size()), 0);
    for (std::size_t i = 0; i < count; ++i) leaf_number(*leaves_[i].leaf) = static_cast<std::uint32_t>(i + 1);
  } else if (!leaf_table_.empty()) {
    leaf_number(leaf) = static_cast<std::uint32_t>(count);
  }
  return leaves_.back().gradient;
}

// The first gradient is taken as it is; later ones are added in place if nobody else can see the buffer.
template <class T>
void BackwardPass<T>::accumulate(Tensor<T>& slot, Tensor<T>&& gradient) {
  if (!slot.defined()) {
    slot = std::move(gradient);
  } else if (!grad_enabled() && slot.is_sole_owner()) {
    T* sum = slot.shared_value()->array.data();
    kernels::run(kernels::Binary::Add, sum, gradient.data(), sum, gradient.size());
  } else {
    slot = slot + gradient;
  }
}

template <class T>
void BackwardPass<T>::deliver(const Node<T>& from, std::size_t input, const Edge<T>& edge, Tensor<T> gradient) {
  if (!gradient.defined() || !needs(edge)) return;
  Node<T>& target = *edge.target;
  const Shape& shape = target.output_shape(edge.output);
  if (!same_shape(gradient.shape(), shape)) {
    if (!broadcasts_to(shape, gradient.shape()))
      throw ShapeError(fmt::format("backward of {}: the gradient of input {} has shape {} but the input has {}", from.name(),
                                   input, to_string(gradient.shape()), to_string(shape)));
    gradient = sum_to(gradient, shape);
  }
  if (detect_anomaly_) detail::check_finite(from.name(), "backward", gradient.value());
  if (target.is_leaf()) return accumulate(leaf_slot(target), std::move(gradient));
  target.demand_unoccupied(this);
  if (!target.queued_) {
    heap_.push_back(&target);
    std::push_heap(heap_.begin(), heap_.end(), lower_stamp);
    target.queued_ = true;
    target.pass_ = this;
  }
  accumulate(target.slot(edge.output), std::move(gradient));
}

template <class T>
Array<T>* BackwardPass<T>::received(const Edge<T>& edge) {
  if (detect_anomaly_ || grad_enabled() || !needs(edge)) return nullptr;
  Node<T>& target = *edge.target;
  if (!target.is_leaf() && target.pass_ != this) return nullptr;  // its slots may belong to another pass
  const Tensor<T>* const slot = target.is_leaf() ? find_leaf(target) : &target.slot(edge.output);
  return slot && slot->is_sole_owner() ? &slot->shared_value()->array : nullptr;
}

// The nodes of a long graph, and what they saved, come from memory: a visit asks for what the next one reads, and for the node
// of the one after it. Two inputs of each are enough for chains, and bound the work.
template <class T>
void BackwardPass<T>::look_ahead(Node<T>& node) const {
  const auto first_edges = [](Node<T>& of) { return of.edges().first(std::min<std::size_t>(2, of.edges().size())); };
  for (const Edge<T>& edge : first_edges(node)) {
    if (!needs(edge)) continue;
    edge.target->prefetch_saved();
    for (const Edge<T>& next : first_edges(*edge.target)) detail::prefetch(next.target.get(), sizeof(Node<T>));
  }
}

template <class T>
void BackwardPass<T>::visit(Node<T>& node) {
  const Stay stay(node);
  look_ahead(node);
  const bool goes_on = !only_wanted_ || wanted_.leads_on(node);
  if (goes_on && node.released_)
    throw GraphError(fmt::format(
        "backward: the graph of '{}' was already walked and what it saved was released; give the first backward retain_graph",
        node.name()));
  for (std::uint32_t i = 0; i < node.output_count(); ++i) {
    Tensor<T>& slot = node.slot(i);
    if (!slot.defined()) continue;
    if (node.has_hooks()) slot = node.run_hooks(i, slot);
    if (node.retained_) accumulate((*node.retained_)[i], slot.with_own_array());
    if (only_wanted_) wanted_.capture(node, i, slot);
  }
  if (!goes_on) return;
  {
    // What a derivative is computed with is no operation of the user's: its result is looked at when it is delivered.
    const DetectAnomaly inside(false);
    node.backward(*this);
  }
  if (options_.retain_graph || options_.create_graph) return;
  node.release_saved();
  node.released_ = true;
}

template <class T>
void BackwardPass<T>::run() {
  GradMode mode(options_.create_graph);
  while (!heap_.empty()) {
    std::pop_heap(heap_.begin(), heap_.end(), lower_stamp);
    Node<T>& node = *heap_.back();
    heap_.pop_back();
    visit(node);
  }
  for (LeafGradient& entry : leaves_) {
    if (entry.leaf->has_hooks()) entry.gradient = entry.leaf->run_hooks(0, entry.gradient);
    if (!only_wanted_) continue;
    wanted_.capture(*entry.leaf, 0, entry.gradient);
    entry.gradient = Tensor<T>();
  }
}

template <class T>
Tensor<T> BackwardPass<T>::take_result(std::size_t i) {
  Tensor<T> result = std::move(wanted_.result(i));
  return result.defined() && !result.is_sole_owner() ? result.with_own_array() : result;
}

template <class T>
void BackwardPass<T>::add_to_leaves() {
  GradMode mode(options_.create_graph);
  for (LeafGradient& entry : leaves_) {
    Tensor<T>& sum = static_cast<Leaf<T>&>(*entry.leaf).gradient;
    if (!sum.defined() && entry.gradient.defined() && !entry.gradient.is_sole_owner())
      entry.gradient = entry.gradient.with_own_array();  // somebody else sees this buffer: the seed, another leaf's gradient
    accumulate(sum, std::move(entry.gradient));
  }
}

template class BackwardPass<float>;
template class BackwardPass<double>;

}  // namespace xgrad
