#pragma once

#include <cstddef>

#include "xgrad/tensor/array.hpp"

namespace xgrad::data {

/// Labels as distributions: 1 at the label, 0 elsewhere.
/// Shapes: labels (n,) → (n, classes).  Throws: ShapeError; ConfigError for a label outside 0 to classes − 1.
template <class T = float>
Array<T> one_hot(const Indices& labels, std::size_t classes);

extern template Array<float> one_hot(const Indices&, std::size_t);
extern template Array<double> one_hot(const Indices&, std::size_t);

}  // namespace xgrad::data
