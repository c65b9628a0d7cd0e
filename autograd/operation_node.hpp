#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "xgrad/autograd/anomaly.hpp"
#include "xgrad/autograd/context.hpp"
#include "xgrad/tensor/prefetch.hpp"

namespace xgrad {

// What an operation's derivative looks at, for its member `saves`: these, joined by |.
inline constexpr unsigned saves_nothing = 0;
constexpr unsigned saves_input(unsigned i) { return 1u << i; }
inline constexpr unsigned saves_all_inputs = 0x7fffffffu;
inline constexpr unsigned saves_output = 1u << 31;

namespace detail {

[[noreturn]] void throw_no_derivative(const char* operation);
[[noreturn]] void throw_wrong_gradient_count(const char* operation, std::size_t gradients, std::size_t inputs);

/// Tells whoever watches this thread (`checkpoint`) that an operation uses a tensor.
template <class T>
void note_use(const Tensor<T>& input);

template <class Op>
constexpr std::size_t output_count_of() {
  if constexpr (requires { Op::outputs; })
    return Op::outputs;
  else
    return 1;
}

template <class Op, class C>
concept HasBackward = requires(Op op, C& context) {
  op.backward(context);
};
template <class Op, class C>
concept HasFusedBackward = requires(Op op, C& context) {
  op.fused_backward(context);
};

/// The node of an operation; `Edges` is std::array for a fixed number of inputs, std::vector for a list.
template <class Op, class T, class Edges, class Saved>
class OperationNode final : public Node<T> {
 public:
  static constexpr std::size_t outputs = output_count_of<Op>();
  static constexpr bool keeps_inputs = (Op::saves & ~saves_output) != 0;
  static constexpr bool keeps_outputs = (Op::saves & saves_output) != 0;
  // One for a mutable context would be passed over.
  static_assert(HasBackward<Op, const Context<T>> || !HasBackward<Op, Context<T>>, "backward must take a const Context<T>&");
  static_assert(HasFusedBackward<Op, const Context<T>> || !HasFusedBackward<Op, Context<T>>,
                "fused_backward must take a const Context<T>&");

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
    if constexpr (HasFusedBackward<Op, const Context<T>>) {
      if (!grad_enabled()) return deliver(pass, op_.fused_backward(context));
    }
    if constexpr (HasBackward<Op, const Context<T>>)
      deliver(pass, op_.backward(context));
    else
      throw_no_derivative(op_.name);
  }

  void prefetch_saved() const noexcept override {
    if constexpr (keeps_inputs)
      for (const SavedValue<T>& saved : saved_) prefetch(saved.value.get(), sizeof(Value<T>));
    if constexpr (keeps_outputs)
      for (const SavedValue<T>& saved : results_) prefetch(saved.value.get(), sizeof(Value<T>));
  }

  void release_saved() noexcept override {
    if constexpr (keeps_inputs)
      for (SavedValue<T>& saved : saved_) saved.value.reset();
    if constexpr (keeps_outputs)
      for (SavedValue<T>& saved : results_) saved.value.reset();
    if constexpr (requires { op_.release(); }) op_.release();
  }

 private:
  void deliver(BackwardPass<T>& pass, Tensor<T>&& gradient) { deliver(pass, std::array{std::move(gradient)}); }
  template <class List>
  void deliver(BackwardPass<T>& pass, List&& gradients) {
    if constexpr (
        requires { std::tuple_size<Edges>::value; } && requires { std::tuple_size<std::decay_t<List>>::value; })
      static_assert(std::tuple_size_v<Edges> <= std::tuple_size_v<std::decay_t<List>>,  // more: for inputs left out
                    "backward must return a gradient for each input");
    else if (gradients.size() < edges_.size())
      throw_wrong_gradient_count(op_.name, gradients.size(), edges_.size());
    for (std::size_t i = 0; i < edges_.size(); ++i) pass.deliver(*this, i, edges_[i], std::move(gradients[i]));
  }

  [[no_unique_address]] Op op_;
  Edges edges_;
  [[no_unique_address]] std::conditional_t<keeps_inputs, Saved, std::array<SavedValue<T>, 0>> saved_;
  [[no_unique_address]] std::array<SavedValue<T>, keeps_outputs ? outputs : 0> results_;
};

/// What an operation returns, given what `compute()` does: an array, or a std::array of them. Adds it to the graph where it has
/// to.
template <class Op, class T, class Edges, class Saved>
auto finish(Op&& op, auto&& compute, std::span<const Tensor<T>* const> inputs) {
  constexpr std::size_t outputs = output_count_of<Op>();
  std::array<Tensor<T>, outputs> results;
  if constexpr (outputs == 1) {
    results[0] = Tensor<T>::computed_by([&] { return Array<T>(compute()); });
  } else {
    auto computed = compute();
    for (std::size_t i = 0; i < outputs; ++i) results[i] = Tensor<T>(std::move(computed[i]));
  }
  const ThreadMode& mode = thread_mode();
  if (mode.detect_anomaly)
    for (const Tensor<T>& result : results) check_finite(Op::name, "forward", result.value());
  if (mode.watched)
    for (const Tensor<T>* input : inputs) note_use(*input);
  if (mode.recording) {
    bool any = false;
    for (const Tensor<T>* input : inputs) any = any || input->requires_grad();
    if (any) {
      Edges edges;
      if constexpr (requires { edges.resize(1); }) edges.resize(inputs.size());
      for (std::size_t i = 0; i < inputs.size(); ++i) edges[i] = Edge<T>(*inputs[i]);
      Ref<Node<T>> node = Ref<Node<T>>::to_new(
          new OperationNode<Op, T, Edges, Saved>(std::move(op), std::move(edges), inputs, std::span(results)));
      for (std::size_t i = 0; i + 1 < outputs; ++i) results[i].set_node(node, static_cast<std::uint32_t>(i));
      results[outputs - 1].set_node(std::move(node), outputs - 1);
    }
  }
  if constexpr (outputs == 1)
    return std::move(results[0]);
  else
    return results;
}

}  // namespace detail

}  // namespace xgrad
