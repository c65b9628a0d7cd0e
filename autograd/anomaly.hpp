#pragma once

#include "xgrad/tensor/array.hpp"

namespace xgrad::detail {

/// Throws NumericError if `array` has an element that is not finite: with the operation, "forward" or "backward", the shape and
/// the position.
template <class T>
void check_finite(const char* operation, const char* direction, const Array<T>& array);

extern template void check_finite(const char*, const char*, const Array<float>&);
extern template void check_finite(const char*, const char*, const Array<double>&);

}  // namespace xgrad::detail
