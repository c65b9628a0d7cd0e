#pragma once

#include <cstddef>
#include <cstdint>

#include "xgrad/tensor/kernels/isa.hpp"

namespace xgrad::kernels {

/// From bytes to numbers.
template <class T>
struct Pixels {
  /// out[i] = x[i] / 255, rounded as that division is.
  void (*to_unit_interval)(const std::uint8_t* x, T* out, std::size_t n);
};

/// The loops for `isa`, or for the instruction set in use. T is float or double.
template <class T>
const Pixels<T>& pixels(Isa isa);
template <class T>
const Pixels<T>& pixels();

}  // namespace xgrad::kernels
