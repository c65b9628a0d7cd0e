#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "xgrad/autograd/tensor.hpp"

namespace xgrad {

template <class T>
class BackwardPass;
template <class T>
class WantedTensors;

/// Throws: GraphError if the array was given another shape in place: gradients are for the shape that the graph knows.
template <class T>
void demand_shape_kept(const Tensor<T>& input);

/// From an operation to the node that made one of its inputs; without a target if that input needs no gradient.
template <class T>
struct Edge {
  Ref<Node<T>> target;
  std::uint32_t output = 0;

  Edge() = default;
  explicit Edge(const Tensor<T>& input) {
    if (input.requires_grad()) {
      target = input.shared_node();
      output = input.output_index();
      if (input.version() != 0) demand_shape_kept(input);
    }
  }
};

/// One application of an operation in the graph (or a leaf). Counted by its own references; destroyed without recursion,
/// however long the chain that it ends.
template <class T>
class Node : public detail::Pooled {
 public:
  using Hook = std::function<Tensor<T>(const Tensor<T>&)>;

  virtual ~Node() = default;
  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;

  virtual const char* name() const noexcept = 0;
  virtual std::span<Edge<T>> edges() noexcept { return {}; }
  virtual bool is_leaf() const noexcept { return false; }

  /// Delivers the inputs' gradients to the pass, from the gradients in this node's slots.
  virtual void backward(BackwardPass<T>& pass) = 0;

  /// Lets go of what was saved for the derivative.
  virtual void release_saved() noexcept {}

  /// Asks the caches for it.
  virtual void prefetch_saved() const noexcept {}

  bool requires_grad() const noexcept { return requires_grad_; }
  bool is_released() const noexcept { return released_; }
  /// 1 + the highest stamp of the inputs: an input's stamp is always lower than its user's.
  std::uint64_t stamp() const noexcept { return stamp_; }
  std::uint32_t output_count() const noexcept { return more_ ? static_cast<std::uint32_t>(more_->slots.size()) + 1 : 1; }
  const Shape& output_shape(std::uint32_t output = 0) const noexcept {
    return output == 0 ? shape_ : more_->shapes[output - 1];
  }

  void first_reference() noexcept { references_.first(); }
  void add_reference() noexcept { references_.add(); }
  void drop_reference() noexcept {
    if (references_.drop()) destroy(this);
  }

  /// Adds a hook on an output's gradient; they run in the order of registration. Returns a number that is never given again.
  std::size_t add_hook(std::uint32_t output, Hook hook);
  /// From now on, even from within a hook that is running. Unknown numbers do nothing.
  void remove_hook(std::size_t number);
  /// Runs the hooks of one output; returns the gradient, replaced where a hook returned another.
  /// Throws: ShapeError if a hook returned another shape.
  Tensor<T> run_hooks(std::uint32_t output, Tensor<T> gradient) const;
  bool has_hooks() const noexcept { return hooks_ != nullptr; }

  /// Keeps the gradients of an operation's outputs after each pass, added up.
  void retain_gradients();
  Tensor<T> retained_gradient(std::uint32_t output) const;
  void clear_retained_gradient(std::uint32_t output) noexcept;

 protected:
  explicit Node(const Shape& shape) : shape_(shape) {}
  void add_output(Shape shape);
  void raise_stamp(const Edge<T>& edge) noexcept {
    if (edge.target && edge.target->stamp_ >= stamp_) stamp_ = edge.target->stamp_ + 1;
  }

  /// The gradient of an output, during a pass.
  const Tensor<T>& gradient_slot(std::uint32_t output) noexcept { return slot(output); }

  bool requires_grad_ = true;

 private:
  friend class BackwardPass<T>;
  friend class WantedTensors<T>;

  static void destroy(Node* node) noexcept;
  void demand_unoccupied(const BackwardPass<T>* pass) const {
    if (pass_ && pass_ != pass) throw_occupied();
  }
  [[noreturn]] void throw_occupied() const;
  Tensor<T>& slot(std::uint32_t output) noexcept { return output == 0 ? slot_ : more_->slots[output - 1]; }

  struct MoreOutputs {
    std::vector<Tensor<T>> slots;
    std::vector<Shape> shapes;
  };
  struct RegisteredHook {
    std::size_t number;
    std::uint32_t output;
    std::shared_ptr<const Hook> hook;  // shared, so that one that removes itself lives until it returns
  };
  struct Hooks {
    std::size_t next_number = 0;
    std::vector<RegisteredHook> list;
  };

  ReferenceCount references_;
  bool released_ = false;
  bool queued_ = false;
  std::uint8_t mark_ = 0;                  // WantedTensors: whether a wanted tensor lies behind
  const BackwardPass<T>* pass_ = nullptr;  // the pass to which slots and marks belong at the moment
  std::uint64_t stamp_ = 0;
  Tensor<T> slot_;  // the gradient of output 0 during a pass
  Shape shape_;
  std::unique_ptr<MoreOutputs> more_;
  std::unique_ptr<Hooks> hooks_;
  std::unique_ptr<std::vector<Tensor<T>>> retained_;
  Node* next_dying_ = nullptr;
};

/// The end of the graph: a tensor whose gradient is wanted. Holds what `backward` adds up.
template <class T>
class Leaf final : public Node<T> {
 public:
  explicit Leaf(const Shape& shape) : Node<T>(shape) {}

  const char* name() const noexcept override { return "leaf"; }
  bool is_leaf() const noexcept override { return true; }
  void backward(BackwardPass<T>&) override {}
  void set_requires_grad(bool required) noexcept { this->requires_grad_ = required; }

  Tensor<T> gradient;
};

extern template class Node<float>;
extern template class Node<double>;

}  // namespace xgrad
