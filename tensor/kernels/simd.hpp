#pragma once
// What the loops share: incomplete vectors at the end of an array are padded, so that an element's result does not depend on
// its position. Included only by the file of each instruction set.
// NaN is found with xsimd::isnan, and x ≠ y written as not x = y: on AVX xsimd's x != x is false for NaN.

#include <cstddef>
#include <type_traits>

#include <xsimd/xsimd.hpp>

namespace xgrad::kernels {

#if defined(__AVX512F__)
template <class B, class T>
inline constexpr bool has_masks = std::is_same_v<B, xsimd::batch<T, xsimd::avx512bw>>;
inline __mmask16 first_lanes(std::size_t count) { return static_cast<__mmask16>((1u << count) - 1); }
#elif defined(__AVX2__)
template <class B, class T>
inline constexpr bool has_masks = std::is_same_v<B, xsimd::batch<T, xsimd::fma3<xsimd::avx2>>>;
// All bits of the first `count` lanes, of 32 or 64 bits.
inline __m256i first_lanes(std::size_t count) {
  return _mm256_cmpgt_epi32(_mm256_set1_epi32(static_cast<int>(count)), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
}
inline __m256i first_wide_lanes(std::size_t count) {
  return _mm256_cmpgt_epi64(_mm256_set1_epi64x(static_cast<long long>(count)), _mm256_setr_epi64x(0, 1, 2, 3));
}
#endif

/// The first `count` elements from `p`; the rest are `fill`.
template <class B>
inline B load_part(const typename B::value_type* p, std::size_t count, typename B::value_type fill = 1) {
#if defined(__AVX512F__)
  if constexpr (has_masks<B, float>) return _mm512_mask_loadu_ps(_mm512_set1_ps(fill), first_lanes(count), p);
  if constexpr (has_masks<B, double>)
    return _mm512_mask_loadu_pd(_mm512_set1_pd(fill), static_cast<__mmask8>(first_lanes(count)), p);
#elif defined(__AVX2__)
  if constexpr (has_masks<B, float>) {
    const __m256i lanes = first_lanes(count);
    return _mm256_blendv_ps(_mm256_set1_ps(fill), _mm256_maskload_ps(p, lanes), _mm256_castsi256_ps(lanes));
  }
  if constexpr (has_masks<B, double>) {
    const __m256i lanes = first_wide_lanes(count);
    return _mm256_blendv_pd(_mm256_set1_pd(fill), _mm256_maskload_pd(p, lanes), _mm256_castsi256_pd(lanes));
  }
#endif
  alignas(64) typename B::value_type buffer[B::size];
  for (std::size_t i = 0; i < B::size; ++i) buffer[i] = i < count ? p[i] : fill;
  return B::load_aligned(buffer);
}

template <class B>
inline void store_part(B x, typename B::value_type* p, std::size_t count) {
#if defined(__AVX512F__)
  if constexpr (has_masks<B, float>) return _mm512_mask_storeu_ps(p, first_lanes(count), x);
  if constexpr (has_masks<B, double>) return _mm512_mask_storeu_pd(p, static_cast<__mmask8>(first_lanes(count)), x);
#elif defined(__AVX2__)
  if constexpr (has_masks<B, float>) return _mm256_maskstore_ps(p, first_lanes(count), x);
  if constexpr (has_masks<B, double>) return _mm256_maskstore_pd(p, first_wide_lanes(count), x);
#endif
  alignas(64) typename B::value_type buffer[B::size];
  x.store_aligned(buffer);
  for (std::size_t i = 0; i < count; ++i) p[i] = buffer[i];
}

/// x·y + z and z − x·y, rounded once where the instruction set can. For AVX-512, xsimd leaves it to the compiler whether it
/// does.
template <class B>
inline B multiply_add(B x, B y, B z) {
#if defined(__AVX512F__)
  if constexpr (has_masks<B, float>) return _mm512_fmadd_ps(x, y, z);
  if constexpr (has_masks<B, double>) return _mm512_fmadd_pd(x, y, z);
#endif
  return xsimd::fma(x, y, z);
}
template <class B>
inline B negative_multiply_add(B x, B y, B z) {
#if defined(__AVX512F__)
  if constexpr (has_masks<B, float>) return _mm512_fnmadd_ps(x, y, z);
  if constexpr (has_masks<B, double>) return _mm512_fnmadd_pd(x, y, z);
#endif
  return xsimd::fnma(x, y, z);
}

/// x·y rounded, whatever is added to it afterwards: the compiler would make one rounding of two where the instruction set can.
template <class B>
inline B rounded_product(B x, B y) {
  B product = x * y;
#if defined(__GNUC__) && defined(__x86_64__)
  asm("" : "+x"(product.data));
#elif defined(__GNUC__)
  asm("" : "+m"(product));
#endif
  return product;
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
