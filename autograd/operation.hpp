#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <span>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "xgrad/autograd/anomaly.hpp"
#include "xgrad/autograd/backward_pass.hpp"
#include "xgrad/autograd/node.hpp"
#include "xgrad/autograd/tensor.hpp"

namespace xgrad {

/// How an operation is written: a struct, whose members are its attributes, with
///
///     static constexpr const char* name = "softplus";
///     static constexpr unsigned saves = saves_input(0);     // what the derivative looks at; saves_nothing if at neither
///     template <class T> Array<T> forward(const Array<T>& x) const;              // one parameter for each input
///     template <class T> Tensor<T> backward(const Context<T>& c) const;          // gradient(s) of the input(s)
///
/// and a function that users call: `return apply(Softplus{}, x);`. `backward` returns one tensor, or a std::array of as many as
/// there are inputs (a std::vector for a list of inputs); an undefined tensor counts as zero. It computes with differentiable
/// operations on `c.gradient()`, `c.input(i)`, `c.output()`, so that derivatives of any order follow. Broadcasting needs no
/// care: a gradient is summed to its input's shape afterwards.
///
/// Optional members:
///     template <class T> … fused_backward(const Context<T>& c) const;  // used instead while gradients are not themselves
///     recorded static constexpr std::size_t outputs = 2;                        // forward then returns std::array<Array<T>,
///     2> void release();                                                  // lets go of arrays kept in members for
///     fused_backward
/// `forward` may be non-const, to keep such arrays. Without `backward` the operation throws GraphError when a gradient is asked
/// for.

inline constexpr unsigned saves_nothing = 0;
constexpr unsigned saves_input(unsigned i) { return 1u << i; }
inline constexpr unsigned saves_all_inputs = 0x7fffffffu;
inline constexpr unsigned saves_output = 1u << 31;

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
[[noreturn]] void throw_no_derivative(const char* operation);

template <class Op>
constexpr std::size_t output_count_of() {
  if constexpr (requires { Op::outputs; })
    return Op::outputs;
  else
    return 1;
}

}  // namespace detail

/// What a derivative sees of one application of its operation.
template <class T>
class Context {
 public:
  Context(Node<T>& node, const BackwardPass<T>& pass, std::span<const Edge<T>> edges,
          std::span<const detail::SavedValue<T>> inputs, std::span<const detail::SavedValue<T>> outputs,
          std::span<const Tensor<T>* const> gradients)
      : node_(node), pass_(pass), edges_(edges), inputs_(inputs), outputs_(outputs), gradients_(gradients) {}

  /// The gradient of an output; undefined if the output was not used (possible only with several outputs).
  const Tensor<T>& gradient(std::size_t output = 0) const { return *gradients_[output]; }

  /// A saved input, with its place in the graph. Throws: GraphError if it was changed in place since.
  Tensor<T> input(std::size_t i) const {
    if (i >= inputs_.size() || !inputs_[i].value) detail::throw_not_saved(node_.name(), "input", i);
    check(inputs_[i], "input", i);
    return Tensor<T>(inputs_[i].value, edges_[i].target, edges_[i].output);
  }

  /// A saved output. Throws: GraphError if it was changed in place since.
  Tensor<T> output(std::size_t i = 0) const {
    if (i >= outputs_.size() || !outputs_[i].value) detail::throw_not_saved(node_.name(), "output", i);
    check(outputs_[i], "output", i);
    return Tensor<T>(outputs_[i].value, Ref<Node<T>>(&node_), static_cast<std::uint32_t>(i));
  }

  /// Whether anybody wants the gradient of input i: if not, an undefined tensor may be returned for it.
  bool needs(std::size_t i) const { return pass_.needs(edges_[i]); }

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
  const BackwardPass<T>& pass_;
  std::span<const Edge<T>> edges_;
  std::span<const detail::SavedValue<T>> inputs_, outputs_;
  std::span<const Tensor<T>* const> gradients_;
};

namespace detail {

/// The node of an operation; `Edges` is std::array for a fixed number of inputs, std::vector for a list.
template <class Op, class T, class Edges, class Saved>
class OperationNode final : public Node<T> {
 public:
  static constexpr std::size_t outputs = output_count_of<Op>();
  static constexpr bool keeps_inputs = (Op::saves & ~saves_output) != 0;
  static constexpr bool keeps_outputs = (Op::saves & saves_output) != 0;

  OperationNode(Op op, Edges edges, std::span<const Tensor<T>* const> inputs, std::span<Tensor<T>, outputs> results)
      : Node<T>(results[0].shape()), op_(std::move(op)), edges_(std::move(edges)) {
    for (const Edge<T>& edge : edges_) this->raise_stamp(edge);
    if constexpr (outputs > 1)
      for (std::size_t i = 1; i < outputs; ++i) this->add_output(results[i].shape());
    if constexpr (keeps_inputs) {
      if constexpr (requires { saved_.resize(1); }) saved_.resize(inputs.size());
      for (std::size_t i = 0; i < inputs.size(); ++i)
        if (i >= 31 || (Op::saves >> i & 1u)) saved_[i] = SavedValue<T>(*inputs[i]);
    }
    if constexpr (keeps_outputs)
      for (std::size_t i = 0; i < outputs; ++i) results_[i] = SavedValue<T>(results[i]);
  }

  const char* name() const noexcept override { return op_.name; }
  std::span<Edge<T>> edges() noexcept override { return edges_; }

  void backward(BackwardPass<T>& pass) override {
    std::array<const Tensor<T>*, outputs> gradients;
    for (std::size_t i = 0; i < outputs; ++i) gradients[i] = &this->gradient_slot(static_cast<std::uint32_t>(i));
    const Context<T> context(*this, pass, edges_, saved_, results_, gradients);
    if constexpr (requires { op_.fused_backward(context); }) {
      if (!grad_enabled()) return deliver(pass, op_.fused_backward(context));
    }
    if constexpr (requires { op_.backward(context); })
      deliver(pass, op_.backward(context));
    else
      throw_no_derivative(op_.name);
  }

  void release_saved() noexcept override {
    if constexpr (keeps_inputs)
      for (SavedValue<T>& saved : saved_) saved.value.reset();
    if constexpr (keeps_outputs)
      for (SavedValue<T>& saved : results_) saved.value.reset();
    if constexpr (requires { op_.release(); }) op_.release();
  }

 private:
  void deliver(BackwardPass<T>& pass, Tensor<T>&& gradient) { pass.deliver(*this, 0, edges_[0], std::move(gradient)); }
  template <class List>
  void deliver(BackwardPass<T>& pass, List&& gradients) {
    for (std::size_t i = 0; i < edges_.size(); ++i) pass.deliver(*this, i, edges_[i], std::move(gradients[i]));
  }

  [[no_unique_address]] Op op_;
  Edges edges_;
  [[no_unique_address]] std::conditional_t<keeps_inputs, Saved, std::array<SavedValue<T>, 0>> saved_;
  [[no_unique_address]] std::array<SavedValue<T>, keeps_outputs ? outputs : 0> results_;
};

template <class Op, class T, class Edges, class Saved>
auto finish(Op&& op, auto&& computed, std::span<const Tensor<T>* const> inputs) {
  constexpr std::size_t outputs = output_count_of<Op>();
  std::array<Tensor<T>, outputs> results;
  if constexpr (outputs == 1)
    results[0] = Tensor<T>(std::move(computed));
  else
    for (std::size_t i = 0; i < outputs; ++i) results[i] = Tensor<T>(std::move(computed[i]));
  const ThreadMode& mode = thread_mode();
  if (mode.detect_anomaly)
    for (const Tensor<T>& result : results) check_finite(Op::name, "forward", result.value());
  if (mode.recording) {
    bool any = false;
    for (const Tensor<T>* input : inputs) any = any || input->requires_grad();
    if (any) {
      Edges edges;
      if constexpr (requires { edges.resize(1); }) edges.resize(inputs.size());
      for (std::size_t i = 0; i < inputs.size(); ++i) edges[i] = Edge<T>(*inputs[i]);
      Ref<Node<T>> node(new OperationNode<Op, T, Edges, Saved>(std::move(op), std::move(edges), inputs, std::span(results)));
      for (std::size_t i = 0; i < outputs; ++i)
        results[i] = Tensor<T>(results[i].shared_value(), node, static_cast<std::uint32_t>(i));
    }
  }
  if constexpr (outputs == 1)
    return std::move(results[0]);
  else
    return results;
}

}  // namespace detail

/// Computes an operation and, where gradients are required and recorded, adds it to the graph. Returns the result, or a
/// std::array of the results.
template <class Op, class T, std::same_as<Tensor<T>>... More>
auto apply(Op op, const Tensor<T>& first, const More&... more) {
  constexpr std::size_t count = 1 + sizeof...(More);
  const std::array<const Tensor<T>*, count> inputs{&first, &more...};
  auto computed = op.forward(first.value(), more.value()...);
  return detail::finish<Op, T, std::array<Edge<T>, count>, std::array<detail::SavedValue<T>, count>>(
      std::move(op), std::move(computed), std::span<const Tensor<T>* const>(inputs));
}

/// The same for a list of inputs: `forward` takes `const std::vector<const Array<T>*>&`, `backward` returns a std::vector.
template <class Op, class T>
auto apply_to_list(Op op, const std::vector<Tensor<T>>& list) {
  std::vector<const Tensor<T>*> inputs;
  std::vector<const Array<T>*> arrays;
  for (const Tensor<T>& tensor : list) {
    inputs.push_back(&tensor);
    arrays.push_back(&tensor.value());
  }
  auto computed = op.forward(arrays);
  return detail::finish<Op, T, std::vector<Edge<T>>, std::vector<detail::SavedValue<T>>>(
      std::move(op), std::move(computed), std::span<const Tensor<T>* const>(inputs));
}

}  // namespace xgrad
