#pragma once
// Bytes to numbers for one xsimd architecture. Included only by the file of each instruction set.

#include <cmath>
#include <type_traits>

#include "xgrad/tensor/kernels/pixels.hpp"
#include "xgrad/tensor/kernels/simd.hpp"

namespace xgrad::kernels {

// The compiler vectorises this as it is, and xsimd has no conversion from bytes. With multiply-adds, the product with 1/255 is
// put right by what it leaves of x: for a byte the result is the quotient to the bit, without the slow division.
template <class T, class Arch>
void to_unit_interval_loop(const std::uint8_t* __restrict x, T* __restrict out, std::size_t n) {
  constexpr bool has_multiply_add = std::is_base_of_v<xsimd::avx2, Arch> || std::is_base_of_v<xsimd::avx512f, Arch>;
  for (std::size_t i = 0; i < n; ++i) {
    const T byte = static_cast<T>(x[i]);
    if constexpr (has_multiply_add) {
      constexpr T inverse = T(1) / T(255);
      const T near = byte * inverse;
      out[i] = std::fma(std::fma(near, T(-255), byte), inverse, near);
    } else {
      out[i] = byte / T(255);
    }
  }
}

template <class T, class Arch>
struct PixelsFor {
  static constexpr Pixels<T> table = {to_unit_interval_loop<T, Arch>};
};

}  // namespace xgrad::kernels
