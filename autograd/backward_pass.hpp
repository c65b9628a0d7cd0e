#pragma once

#include <utility>
#include <vector>

#include "xgrad/autograd/grad_mode.hpp"
#include "xgrad/autograd/node.hpp"
#include "xgrad/autograd/wanted_tensors.hpp"

namespace xgrad {

/// One walk over the graph from outputs to leaves, in the order of falling stamps, with a heap: every node is visited after all
/// that use it, without recursion and without a pass that looks for them first. Gradients on their way wait in the nodes; those
/// of leaves, which other threads may be reading, wait in the pass.
template <class T>
class BackwardPass {
 public:
  explicit BackwardPass(BackwardOptions options) : options_(options), wanted_(this) {}
  ~BackwardPass();
  BackwardPass(const BackwardPass&) = delete;
  BackwardPass& operator=(const BackwardPass&) = delete;

  /// Only gradients of these tensors are wanted, and nothing else is computed or walked that they do not need. To be called
  /// before `seed`.
  void want(const std::vector<Tensor<T>>& inputs);

  /// Starts with `gradient` at `output`.
  void seed(const Tensor<T>& output, const Tensor<T>& gradient);

  /// Walks until nothing is left.
  void run();

  /// Adds to `.grad` of all leaves reached.
  void add_to_leaves();

  /// The gradient of the i-th wanted tensor, with a buffer of its own unless it was recorded; undefined if nothing reached it.
  Tensor<T> take_result(std::size_t i);

  // For nodes.
  /// Whether the gradient that an edge carries is wanted by somebody.
  bool needs(const Edge<T>& edge) const noexcept;
  /// Adds a gradient for the input behind an edge; sums it over broadcast axes first. An undefined gradient counts as zero.
  void deliver(const Node<T>& from, std::size_t input, const Edge<T>& edge, Tensor<T> gradient);
  /// What has been delivered for the input behind an edge, to be added to in place; null if nothing has, or somebody could
  /// tell.
  Array<T>* received(const Edge<T>& edge);
  /// Goes on with a piece of graph that `from` has just made, which ends in `output`: what computes itself anew.
  void graft(const Node<T>& from, const Tensor<T>& output, const Tensor<T>& gradient);

 private:
  struct LeafGradient {
    Ref<Node<T>> leaf;
    Tensor<T> gradient;
  };
  class Stay;

  void enter(const Node<T>& from, const Tensor<T>& output, const Tensor<T>& gradient);
  std::uint32_t& leaf_number(const Node<T>& leaf);
  Tensor<T>* find_leaf(const Node<T>& leaf);
  Tensor<T>& leaf_slot(Node<T>& leaf);
  void look_ahead(Node<T>& node) const;
  void visit(Node<T>& node);
  static void clear_slots(Node<T>& node) noexcept;
  static void accumulate(Tensor<T>& slot, Tensor<T>&& gradient);

  BackwardOptions options_;
  const bool detect_anomaly_ = detail::thread_mode().detect_anomaly;
  bool only_wanted_ = false;
  // Outputs, and what hangs on them, live until the pass ends: `wanted_`, declared after, has marked their nodes.
  std::vector<Ref<Node<T>>, PoolAllocator<Ref<Node<T>>>> roots_;
  WantedTensors<T> wanted_;
  std::vector<Node<T>*, PoolAllocator<Node<T>*>> heap_;
  std::vector<LeafGradient, PoolAllocator<LeafGradient>> leaves_;
  std::vector<std::uint32_t, PoolAllocator<std::uint32_t>> leaf_table_;  // open addressing: index into leaves_, plus 1
};

extern template class BackwardPass<float>;
extern template class BackwardPass<double>;

}  // namespace xgrad
