#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "xgrad/autograd/operation_info.hpp"

namespace xgrad {

/// Where an element of a result comes from: its position in the result → the position in the input.
using Pick = std::function<std::vector<std::size_t>(const std::vector<std::size_t>&)>;

/// The reference of an operation that only moves elements: the picked element of the first input at every position.
std::function<Array<double>(const Sample::Arrays&)> picked_reference(const Shape& result, Pick pick);

/// A sample of such an operation.
template <class F>
Sample picked_sample(std::string name, const Shape& input, const Shape& result, F call, Pick pick) {
  return sample(std::move(name), {sample_values(input)}, call, picked_reference(result, std::move(pick)));
}

/// A call with a tensor of the given shape that must throw; the text must mention that shape and all of `mentions`.
template <class F>
BadInput bad_input(std::string name, const Shape& shape, F call, std::vector<std::string> mentions) {
  mentions.push_back(to_string(shape));
  return {std::move(name), [shape, call] { call(Tensor<double>(filled_array(shape, 1.0))); }, std::move(mentions)};
}

}  // namespace xgrad
