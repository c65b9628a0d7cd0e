#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <span>
#include <utility>
#include <vector>

#include "xgrad/autograd/operation_node.hpp"

namespace xgrad {

// How an operation is written: a struct, whose members are its attributes, with
//
//     static constexpr const char* name = "softplus";
//     static constexpr unsigned saves = saves_input(0);     // what the derivative looks at; saves_nothing if at neither
//     template <class T> Array<T> forward(const Array<T>& x) const;              // one parameter for each input
//     template <class T> Tensor<T> backward(const Context<T>& c) const;          // gradient(s) of the input(s)
//
// and a function that users call: `return apply(Softplus{}, x);`. `backward` returns one tensor, or a std::array of as many as
// there are inputs (a std::vector for a list of inputs); an undefined tensor counts as zero. It computes with differentiable
// operations on `c.gradient()`, `c.input(i)`, `c.output()`, so that derivatives of any order follow. Broadcasting needs no
// care: a gradient is summed to its input's shape afterwards.
//
// Optional members:
//
//     template <class T> … fused_backward(const Context<T>& c) const;  // used instead while gradients are not recorded
//     static constexpr std::size_t outputs = 2;  // forward then returns std::array<Array<T>, 2>
//     void release();                            // lets go of arrays that forward kept in members for fused_backward
//
// `forward` may be non-const, to keep such arrays. Without `backward` the operation throws GraphError when a gradient is asked
// for.

/// Computes an operation and, where gradients are required and recorded, adds it to the graph. Returns the result, or a
/// std::array of the results.
template <class Op, class T, std::same_as<Tensor<T>>... More>
auto apply(Op op, const Tensor<T>& first, const More&... more) {
  constexpr std::size_t count = 1 + sizeof...(More);
  const std::array<const Tensor<T>*, count> inputs{&first, &more...};
  return detail::finish<Op, T, std::array<Edge<T>, count>, std::array<detail::SavedValue<T>, count>>(
      std::move(op), [&] { return op.forward(first.value(), more.value()...); }, std::span<const Tensor<T>* const>(inputs));
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
  return detail::finish<Op, T, std::vector<Edge<T>>, std::vector<detail::SavedValue<T>>>(
      std::move(op), [&] { return op.forward(arrays); }, std::span<const Tensor<T>* const>(inputs));
}

}  // namespace xgrad
