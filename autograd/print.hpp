#pragma once

#include <string>
#include <string_view>

#include <fmt/core.h>

#include "xgrad/autograd/tensor.hpp"

namespace xgrad {

/// How tensors are printed.
struct PrintOptions {
  int precision = 4;             ///< digits after the point
  std::size_t threshold = 1000;  ///< arrays with more elements are cut in the middle
  std::size_t edge_items = 3;    ///< of an axis that is cut, so many at each end are shown
  std::size_t line_width = 80;   ///< characters after which a row goes on in the next line
};

/// A tensor as text: its values in nested brackets, its shape, its scalar type, and its place in the graph.
///
///     tensor([[ 1.0000, -0.5000],
///             [    nan,  3.2500]], shape=(2, 2), dtype=float32, requires_grad)
///
/// Values have one width and one form for the whole array: whole numbers as "3.", others with `precision` digits after the
/// point, in scientific notation if the largest is 10⁵ or more, or the smallest but zero below 10⁻⁴. Of the result of an
/// operation its name is told: `result of 'mul'`; of a leaf, whether it requires gradients.
template <class T>
std::string to_string(const Tensor<T>& tensor, const PrintOptions& options = {});

extern template std::string to_string(const Tensor<float>&, const PrintOptions&);
extern template std::string to_string(const Tensor<double>&, const PrintOptions&);

}  // namespace xgrad

/// fmt::print("{}", tensor).
template <class T>
struct fmt::formatter<xgrad::Tensor<T>> : fmt::formatter<std::string_view> {
  template <class Context>
  auto format(const xgrad::Tensor<T>& tensor, Context& context) const {
    return fmt::formatter<std::string_view>::format(xgrad::to_string(tensor), context);
  }
};
