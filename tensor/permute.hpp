#pragma once

#include <cstddef>
#include <vector>

#include "xgrad/tensor/array.hpp"

namespace xgrad {

/// x with its axes in another order, copied: axis i of the result is axis `order[i]` of x. `order` names every axis once.
template <class T>
Array<T> permute(const Array<T>& x, const NormalAxes& order);

extern template Array<float> permute(const Array<float>&, const NormalAxes&);
extern template Array<double> permute(const Array<double>&, const NormalAxes&);

}  // namespace xgrad
