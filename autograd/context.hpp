#pragma once

#include <cstddef>
#include <span>

#include "xgrad/autograd/backward_pass.hpp"
#include "xgrad/autograd/node.hpp"
#include "xgrad/autograd/tensor.hpp"

namespace xgrad {

namespace detail {

template <class T>
struct SavedValue {
  Ref<Value<T>> value;
  std::uint32_t version = 0;

  SavedValue() = default;
  explicit SavedValue(const Tensor<T>& tensor) : value(tensor.shared_value()), version(tensor.version()) {}
};

[[noreturn]] void throw_not_saved(const char* operation, const char* what, std::size_t i);
[[noreturn]] void throw_changed_in_place(const char* operation, const char* what, std::size_t i, unsigned was, unsigned is);

}  // namespace detail

/// What a derivative sees of one application of its operation.
template <class T>
class Context {
 public:
  Context(Node<T>& node, BackwardPass<T>& pass, std::span<const Edge<T>> edges, std::span<const detail::SavedValue<T>> inputs,
          std::span<const detail::SavedValue<T>> outputs, std::span<const Tensor<T>* const> gradients)
      : node_(node), pass_(pass), edges_(edges), inputs_(inputs), outputs_(outputs), gradients_(gradients) {}

  /// The gradient of an output; undefined if the output was not used (possible only with several outputs).
  const Tensor<T>& gradient(std::size_t output = 0) const { return *gradients_[output]; }

  /// A saved input, with its place in the graph. Throws: GraphError if it was changed in place since.
  Tensor<T> input(std::size_t i) const {
    input_value(i);
    return Tensor<T>(inputs_[i].value, edges_[i].target, edges_[i].output);
  }

  /// A saved output. Throws: GraphError if it was changed in place since.
  Tensor<T> output(std::size_t i = 0) const {
    output_value(i);
    return Tensor<T>(outputs_[i].value, Ref<Node<T>>(&node_), static_cast<std::uint32_t>(i));
  }

  /// The arrays of the same, for derivatives that are not recorded: no references are counted. Throws: as those.
  const Array<T>& input_value(std::size_t i) const {
    if (i >= inputs_.size() || !inputs_[i].value) detail::throw_not_saved(node_.name(), "input", i);
    check(inputs_[i], "input", i);
    return inputs_[i].value->array;
  }
  const Array<T>& output_value(std::size_t i = 0) const {
    if (i >= outputs_.size() || !outputs_[i].value) detail::throw_not_saved(node_.name(), "output", i);
    check(outputs_[i], "output", i);
    return outputs_[i].value->array;
  }

  /// Whether anybody wants the gradient of input i: if not, an undefined tensor may be returned for it.
  bool needs(std::size_t i) const { return pass_.needs(edges_[i]); }

  /// For `fused_backward`: what input i has received from others so far, where its own part may be added in place and an
  /// undefined tensor returned for it. Null if it has received nothing, or if that would be seen: somebody else holds the
  /// buffer, or every gradient is checked (DetectAnomaly). Not to be called after a change of the gradient in place.
  Array<T>* received(std::size_t i) const { return pass_.received(edges_[i]); }

  /// The shape of input i, if its gradient is needed (or it was saved).
  const Shape& input_shape(std::size_t i) const {
    return edges_[i].target ? edges_[i].target->output_shape(edges_[i].output) : inputs_[i].value->array.shape();
  }
  const Shape& output_shape(std::size_t i = 0) const { return node_.output_shape(static_cast<std::uint32_t>(i)); }
  std::size_t input_count() const { return edges_.size(); }

 private:
  void check(const detail::SavedValue<T>& saved, const char* what, std::size_t i) const {
    if (saved.value->version != saved.version)
      detail::throw_changed_in_place(node_.name(), what, i, saved.version, saved.value->version);
  }

  Node<T>& node_;
  BackwardPass<T>& pass_;
  std::span<const Edge<T>> edges_;
  std::span<const detail::SavedValue<T>> inputs_, outputs_;
  std::span<const Tensor<T>* const> gradients_;
};

}  // namespace xgrad
