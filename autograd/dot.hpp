#pragma once

#include <string>
#include <utility>
#include <vector>

#include "xgrad/autograd/tensor.hpp"

namespace xgrad {

/// Tensors and what to call them.
template <class T>
using NamedTensors = std::vector<std::pair<std::string, Tensor<T>>>;

/// The graph behind `outputs` in the DOT language, for `dot -Tsvg`: an ellipse for every leaf that requires gradients, a box
/// for every operation, both with their shapes; arrows from inputs to results, with the number of the input where there are
/// several, and of the output at the tail where it is not the first. The outputs have a double border. What needs no gradient
/// is not in the graph, and not drawn. Nodes are numbered in the order of a depth-first walk from the outputs: the same program
/// gives the same text.
template <class T>
std::string to_dot(const std::vector<Tensor<T>>& outputs, const NamedTensors<T>& names = {});

/// The graph behind one tensor.
template <class T>
std::string to_dot(const Tensor<T>& output, const NamedTensors<T>& names = {}) {
  return to_dot(std::vector<Tensor<T>>{output}, names);
}

/// The same with any list whose elements fall into a name and a tensor: `to_dot(loss, model.named_parameters())`.
template <class T, class Names>
std::string to_dot(const Tensor<T>& output, const Names& names) {
  NamedTensors<T> list;
  for (const auto& [name, tensor] : names) list.emplace_back(name, tensor);
  return to_dot(std::vector<Tensor<T>>{output}, list);
}

extern template std::string to_dot(const std::vector<Tensor<float>>&, const NamedTensors<float>&);
extern template std::string to_dot(const std::vector<Tensor<double>>&, const NamedTensors<double>&);

}  // namespace xgrad
