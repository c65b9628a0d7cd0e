#pragma once
// What the loops share: incomplete vectors at the end of an array are padded, so that an element's result does not depend on
// its position. Included only by the file of each instruction set.
// NaN is found with xsimd::isnan, and x ≠ y written as not x = y: on AVX xsimd's x != x is false for NaN.

#include <cstddef>

#include <xsimd/xsimd.hpp>

namespace xgrad::kernels {

/// The first `count` elements from `p`; the rest are `fill`.
template <class B>
inline B load_part(const typename B::value_type* p, std::size_t count, typename B::value_type fill = 1) {
  alignas(64) typename B::value_type buffer[B::size];
  for (std::size_t i = 0; i < B::size; ++i) buffer[i] = i < count ? p[i] : fill;
  return B::load_aligned(buffer);
}

template <class B>
inline void store_part(B x, typename B::value_type* p, std::size_t count) {
  alignas(64) typename B::value_type buffer[B::size];
  x.store_aligned(buffer);
  for (std::size_t i = 0; i < count; ++i) p[i] = buffer[i];
}

/// The sum, maximum, minimum of the lanes, always in the same order.
template <class B>
inline typename B::value_type lane_sum(B x) {
  alignas(64) typename B::value_type buffer[B::size];
  x.store_aligned(buffer);
  for (std::size_t half = B::size / 2; half > 0; half /= 2)
    for (std::size_t i = 0; i < half; ++i) buffer[i] += buffer[i + half];
  return buffer[0];
}

}  // namespace xgrad::kernels
