#pragma once

#include <utility>
#include <vector>

#include "xgrad/autograd/node.hpp"

namespace xgrad {

/// The tensors whose gradients a call of `grad` asks for, and which part of the graph leads to them. Only that part is walked,
/// released, and asked for derivatives; what else hangs on the outputs may be walked later, by another pass.
template <class T>
class WantedTensors {
 public:
  explicit WantedTensors(const BackwardPass<T>* pass) : pass_(pass) {}
  ~WantedTensors();
  WantedTensors(const WantedTensors&) = delete;
  WantedTensors& operator=(const WantedTensors&) = delete;

  /// To be called once, before anything else. Throws: GraphError for a tensor that does not require gradients.
  void set(const std::vector<Tensor<T>>& tensors);

  /// Marks the nodes behind `root` that lead to a wanted tensor. They stay marked as long as this object lives, which must be
  /// no longer than the graph. Throws: GraphError if another pass is walking there.
  void discover(Node<T>& root);

  /// Whether a wanted tensor lies at the end of the edge, or behind it.
  bool leads(const Edge<T>& edge) const noexcept;
  /// Whether one lies behind the node.
  bool leads_on(const Node<T>& node) const noexcept { return node.mark_ & behind; }

  /// Keeps the gradient for `result`, if it is that of a wanted tensor.
  void capture(const Node<T>& node, std::uint32_t output, const Tensor<T>& gradient);

  /// The gradient of the i-th tensor of `set`; undefined if nothing reached it.
  Tensor<T>& result(std::size_t i) noexcept { return results_[i]; }

 private:
  enum Mark : std::uint8_t { seen = 1, here_or_behind = 2, behind = 4 };
  struct Place {
    const Node<T>* node;
    std::uint32_t output;
    std::uint32_t result;
  };
  struct Step {
    Node<T>* node;
    std::size_t next_edge;
  };

  bool is_wanted(const Node<T>* node) const noexcept;
  void enter(Node<T>& node);
  void look_behind(Node<T>& node, const Edge<T>& edge);

  const BackwardPass<T>* pass_;
  std::vector<Place, PoolAllocator<Place>> places_;  // sorted by node
  std::vector<Tensor<T>, PoolAllocator<Tensor<T>>> results_;
  std::vector<Node<T>*, PoolAllocator<Node<T>*>> marked_;
  std::vector<Step, PoolAllocator<Step>> path_;  // from a root to where the search is
  std::uint64_t lowest_stamp_ = ~std::uint64_t{0};
  bool any_inside_ = false;  // a wanted tensor that is no leaf
};

extern template class WantedTensors<float>;
extern template class WantedTensors<double>;

}  // namespace xgrad
