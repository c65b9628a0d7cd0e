#pragma once
// Square roots by multiply-adds. Included only by the file of each instruction set.

#include <bit>
#include <cstdint>
#include <type_traits>

#include "xgrad/tensor/kernels/simd.hpp"

namespace xgrad::kernels {

/// Whether there are roots by multiply-adds for vectors B: for floats with AVX-512, which has an estimate to 14 bits.
template <class B>
inline constexpr bool has_multiplied_roots = false;

#if defined(__AVX512F__)
template <>
inline constexpr bool has_multiplied_roots<xsimd::batch<float, xsimd::avx512bw>> = true;

// Lanes outside [2⁻⁷⁷, 2¹⁰⁰), which zeros are too: what is left of x after g² would not be exact, or overflow.
inline __mmask16 outside_of_range(__m512 x) {
  constexpr auto least = std::bit_cast<std::uint32_t>(0x1p-77f), end = std::bit_cast<std::uint32_t>(0x1p100f);
  const __m512i above = _mm512_sub_epi32(_mm512_castps_si512(x), _mm512_set1_epi32(static_cast<int>(least)));
  return _mm512_cmpge_epu32_mask(above, _mm512_set1_epi32(static_cast<int>(end - least)));
}

/// √x, the bits of the instruction: g ≈ √x and h ≈ 1/(2√x) from an estimate, one step of Goldschmidt's iteration, and then what
/// is missing, x − g², which is exact, times h. The instruction itself takes 12 cycles on Intel's processors, during which no
/// quotient is begun. Other floats than positive ones of the range, and zeros, are left to it.
/// Source: Markstein, "Computation of elementary functions on the IBM RISC System/6000 processor" (1990). That every result is
/// rounded correctly was tested for all floats of [1, 4), to which the others are proportional; it depends on the estimate's
/// bits.
inline xsimd::batch<float, xsimd::avx512bw> multiplied_root(xsimd::batch<float, xsimd::avx512bw> x) {
  const __mmask16 nonzero = _mm512_cmp_ps_mask(x, _mm512_setzero_ps(), _CMP_NEQ_UQ);
  if (outside_of_range(x) & nonzero) [[unlikely]]
    return _mm512_sqrt_ps(x);
  const __m512 half = _mm512_set1_ps(0.5f), y = _mm512_maskz_rsqrt14_ps(nonzero, x);
  __m512 g = _mm512_mul_ps(x, y), h = _mm512_mul_ps(y, half);
  const __m512 error = _mm512_fnmadd_ps(h, g, half);
  g = _mm512_fmadd_ps(g, error, g), h = _mm512_fmadd_ps(h, error, h);
  return _mm512_fmadd_ps(_mm512_fnmadd_ps(g, g, x), h, g);
}
#endif

/// √x, by multiply-adds if `multiplied`.
template <bool multiplied, class B>
inline B root(B x) {
  if constexpr (multiplied)
    return multiplied_root(x);
  else
    return xsimd::sqrt(x);
}

}  // namespace xgrad::kernels
