#pragma once

#include "xgrad/tensor/array.hpp"

namespace xgrad {

/// What many elements become one by.
enum class Fold { Sum, SumOfSquares, Prod, Max, Min };

/// Folds x along axes. `kept` is x's shape with an extent of 1 for every axis that is folded, and is the result's shape. Of no
/// elements the sum is 0, the product 1, the maximum −∞, the minimum +∞; a NaN makes all of them NaN. Elements are added in
/// blocks, in an order that depends on the shapes alone, so that errors stay small and results do not depend on the threads.
template <class T>
Array<T> fold(Fold f, const Array<T>& x, const Shape& kept);

extern template Array<float> fold(Fold, const Array<float>&, const Shape&);
extern template Array<double> fold(Fold, const Array<double>&, const Shape&);

}  // namespace xgrad
