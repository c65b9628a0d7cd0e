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

/// √x, the bits of the instruction: g ≈ √x and h ≈ 1/(2√x) from an estimate, one step of Goldschmidt's iteration, and then what
/// is missing, x − g², which is exact, times h. The instruction itself takes 12 cycles on Intel's processors, during which no
/// quotient is begun. Small numbers are multiplied by 2⁹⁶ before, as what is left of them after g² would not be exact; NaN,
/// numbers below zero and from 2¹⁰⁰ on are left to the instruction.
/// Source: Markstein, "Computation of elementary functions on the IBM RISC System/6000 processor" (1990). That every result is
/// rounded correctly was tested for all floats of [1, 4), to which the others are proportional; it depends on the estimate's
/// bits.
inline xsimd::batch<float, xsimd::avx512bw> multiplied_root(xsimd::batch<float, xsimd::avx512bw> given) {
  const auto bits_of = [](float number) { return _mm512_set1_epi32(std::bit_cast<std::int32_t>(number)); };
  const __m512i bits = _mm512_castps_si512(given);
  if (_mm512_cmpge_epu32_mask(bits, bits_of(0x1p100f))) [[unlikely]]  // a sign counts as 2³¹
    return _mm512_sqrt_ps(given);
  const __mmask16 small = _mm512_cmplt_epu32_mask(bits, bits_of(0x1p-77f));
  const __m512 x = _mm512_mask_mul_ps(given, small, given, _mm512_set1_ps(0x1p96f));
  const __mmask16 nonzero = _mm512_cmp_ps_mask(x, _mm512_setzero_ps(), _CMP_NEQ_UQ);
  const __m512 half = _mm512_set1_ps(0.5f), y = _mm512_maskz_rsqrt14_ps(nonzero, x);
  __m512 g = _mm512_mul_ps(x, y), h = _mm512_mul_ps(y, half);
  const __m512 error = _mm512_fnmadd_ps(h, g, half);
  g = _mm512_fmadd_ps(g, error, g), h = _mm512_fmadd_ps(h, error, h);
  const __m512 root = _mm512_fmadd_ps(_mm512_fnmadd_ps(g, g, x), h, g);
  return _mm512_mask_mul_ps(root, small, root, _mm512_set1_ps(0x1p-48f));
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
