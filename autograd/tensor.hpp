#pragma once

#include <concepts>
#include <cstdint>
#include <functional>
#include <iosfwd>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

#include "xgrad/autograd/grad_mode.hpp"
#include "xgrad/autograd/ref.hpp"
#include "xgrad/autograd/value.hpp"
#include "xgrad/tensor/array.hpp"
#include "xgrad/tensor/nested_lists.hpp"

namespace xgrad {

template <class T>
class Node;

/// What `backward` and `grad` do beside computing gradients.
struct BackwardOptions {
  bool retain_graph = false;  ///< keep saved values, so that the graph can be walked again
  bool create_graph = false;  ///< record the gradients' own graph (implies retain_graph), for higher derivatives
};

/// A handle to an array and to its place in the graph. Copies share both: copying is cheap, and a change in place through one
/// is seen by all. `T` is float or double.
///
/// A tensor made by the user is a leaf. Operations on tensors that require gradients record how their result came about;
/// `backward` on a result adds the gradients to the leaves' `grad`.
template <class T = float>
class Tensor {
 public:
  using value_type = T;

  /// No array: `defined()` is false, and operations on it throw GraphError.
  Tensor() noexcept = default;

  /// A leaf that takes the array over, or copies it.
  explicit Tensor(Array<T>&& array, bool requires_grad = false);
  explicit Tensor(const Array<T>& array, bool requires_grad = false) : Tensor(Array<T>(array), requires_grad) {}

  /// A leaf of rank 0.
  explicit Tensor(T scalar, bool requires_grad = false) : Tensor(scalar_array<T>(scalar), requires_grad) {}

  /// A leaf with the values of an xtensor expression.
  template <class E>
  explicit Tensor(const xt::xexpression<E>& expression, bool requires_grad = false)
      : Tensor(Array<T>(expression), requires_grad) {}

  /// Leaves from nested lists: Tensor<double>{{1, 2}, {3, 4}}. Braces always hold values: a scalar that requires gradients is
  /// Tensor<T>(1, true), with parentheses. Throws: ShapeError if the lists of one level differ in length.
  Tensor(xt::nested_initializer_list_t<T, 1> values) : Tensor(Array<T>(values)) {}
  Tensor(xt::nested_initializer_list_t<T, 2> values) : Tensor(from_lists(values)) {}
  Tensor(xt::nested_initializer_list_t<T, 3> values) : Tensor(from_lists(values)) {}

  bool defined() const noexcept { return static_cast<bool>(value_); }

  /// The array. Throws: GraphError for an undefined tensor.
  const Array<T>& value() const {
    if (!value_) throw_undefined();
    return value_->array;
  }

  /// The array for changing it in place; a backward pass that needs the old value will throw. Throws: GraphError if undefined.
  Array<T>& mutable_value();

  const Shape& shape() const { return value().shape(); }
  std::size_t rank() const { return shape().size(); }
  std::size_t size() const { return value().size(); }
  std::size_t extent(int axis) const;  ///< one extent; negative axes count from the end. Throws: ShapeError.
  const T* data() const { return value().data(); }

  /// The only element. Throws: ShapeError unless there is exactly one.
  T item() const;

  bool requires_grad() const noexcept;
  bool is_leaf() const noexcept;

  /// Makes a leaf require gradients, or no longer. Copies of the handle made after the first call share the setting.
  /// Returns the tensor itself. Throws: GraphError for the result of an operation.
  Tensor& set_requires_grad(bool required = true);

  /// A tensor with the same array that has no graph.
  Tensor detach() const;

  /// A leaf with a copy of the array.
  Tensor clone_leaf(bool requires_grad = false) const { return Tensor(Array<T>(value()), requires_grad); }

  /// The gradient that backward passes have added up; undefined before the first. For leaves, and for results after
  /// `retain_grad()`.
  Tensor grad() const;
  void set_grad(const Tensor& gradient);
  void zero_grad();

  /// Keeps the gradient of a result too: `grad()` gives it after `backward`.
  void retain_grad();

  /// Adds the gradient of this tensor to every leaf's `grad`. Shapes: this tensor has one element.
  /// Throws: ShapeError; GraphError for a tensor without a graph, a second pass without retain_graph, a value changed in place.
  void backward(BackwardOptions options = {}) const;

  /// The same, starting from `gradient` (the shape of this tensor) instead of 1.
  template <std::same_as<Tensor> Gradient>
  void backward(const Gradient& gradient, BackwardOptions options = {}) const {
    backward_from(gradient, options);
  }

  /// Calls `hook` with the gradient of this tensor during every backward pass; a defined result replaces the gradient.
  /// Returns a number for `remove_hook`. Throws: GraphError if the tensor does not require gradients.
  std::size_t register_hook(std::function<Tensor(const Tensor&)> hook);
  void remove_hook(std::size_t number);

  /// The operation that made this tensor, or null for a leaf without gradient; and which of its outputs this is.
  Node<T>* node() const noexcept { return node_.get(); }
  std::uint32_t output_index() const noexcept { return output_; }

  /// How often the array was changed in place.
  std::uint32_t version() const noexcept { return value_ ? value_->version : 0; }

  // For operations and the engine.
  /// A tensor with the array that `make()` returns, which is not moved.
  template <class Make>
  static Tensor computed_by(Make&& make) {
    return {Ref<detail::Value<T>>::to_new(new detail::Value<T>(std::forward<Make>(make))), {}, 0};
  }
  Tensor(Ref<detail::Value<T>> value, Ref<Node<T>> node, std::uint32_t output) noexcept
      : value_(std::move(value)), node_(std::move(node)), output_(output) {}
  void set_node(Ref<Node<T>> node, std::uint32_t output) noexcept {
    node_ = std::move(node);
    output_ = output;
  }
  const Ref<detail::Value<T>>& shared_value() const noexcept { return value_; }
  const Ref<Node<T>>& shared_node() const noexcept { return node_; }
  bool is_sole_owner() const noexcept { return value_ && value_->is_unique(); }
  /// The same place in the graph with an array of its own.
  Tensor with_own_array() const {
    return {Ref<detail::Value<T>>::to_new(new detail::Value<T>(Array<T>(value()))), node_, output_};
  }

 private:
  template <class Lists>
  static Array<T> from_lists(const Lists& lists) {
    detail::demand_rectangular(lists);
    return Array<T>(lists);
  }
  void backward_from(const Tensor& gradient, BackwardOptions options) const;
  [[noreturn]] static void throw_undefined();

  Ref<detail::Value<T>> value_;
  Ref<Node<T>> node_;
  std::uint32_t output_ = 0;
};

/// The gradients of `outputs` (summed with `gradients` as weights; one-element outputs need none) with respect to `inputs`.
/// No leaf's `.grad` changes (that of a result does after `retain_grad()`). An input that the outputs do not depend on gets an
/// undefined tensor. Throws: as Tensor::backward; GraphError if an input does not require gradients.
template <class T>
std::vector<Tensor<T>> grad(const std::vector<Tensor<T>>& outputs, const std::vector<Tensor<T>>& inputs,
                            const std::vector<Tensor<T>>& gradients = {}, BackwardOptions options = {});

/// The gradient of one output with respect to one input.
template <class T>
Tensor<T> grad(const Tensor<T>& output, const Tensor<T>& input, BackwardOptions options = {}) {
  return grad<T>(std::vector<Tensor<T>>{output}, {input}, {}, options)[0];
}

/// Prints the values, the shape, and whether gradients are required; long arrays are cut in the middle.
template <class T>
std::ostream& operator<<(std::ostream& out, const Tensor<T>& tensor);

// There is none: argument-dependent lookup finds xgrad::sum where xtensor calls its own sum<void>(…) on an Array, and must
// reject it without a look at what a Tensor has.
template <>
class Tensor<void>;

extern template class Tensor<float>;
extern template class Tensor<double>;

}  // namespace xgrad

#include "xgrad/autograd/node.hpp"  // handles count references to nodes: whoever copies one needs the definition
