#pragma once
// For files that are compiled for AVX-512. Internal to each of them: they differ in what else the compiler may use.

#include <cstddef>

#include <immintrin.h>

namespace xgrad::kernels {

/// Within each 128 bits the rows 4g to 4g + 3 become columns: pairs of rows, then halves of 128 bits, change places.
static inline void transpose_lanes_4x4(__m512 (&r)[16]) {
  const auto low = [](__m512 a, __m512 b) {  // the lower half of each 128 bits of both
    return _mm512_castpd_ps(_mm512_unpacklo_pd(_mm512_castps_pd(a), _mm512_castps_pd(b)));
  };
  const auto high = [](__m512 a, __m512 b) {
    return _mm512_castpd_ps(_mm512_unpackhi_pd(_mm512_castps_pd(a), _mm512_castps_pd(b)));
  };
#pragma GCC unroll 4
  for (int i = 0; i < 16; i += 4) {
    const __m512 low_01 = _mm512_unpacklo_ps(r[i], r[i + 1]), high_01 = _mm512_unpackhi_ps(r[i], r[i + 1]);
    const __m512 low_23 = _mm512_unpacklo_ps(r[i + 2], r[i + 3]), high_23 = _mm512_unpackhi_ps(r[i + 2], r[i + 3]);
    r[i] = low(low_01, low_23), r[i + 1] = high(low_01, low_23);
    r[i + 2] = low(high_01, high_23), r[i + 3] = high(high_01, high_23);
  }
}

/// Sixteen rows of sixteen floats become columns.
static inline void transpose_16x16(__m512 (&r)[16]) {
  transpose_lanes_4x4(r);  // r[4g + c] has, in its 128 bits number q, column 4q + c of rows 4g to 4g + 3
  __m512 t[16];
#pragma GCC unroll 4
  for (int c = 0; c < 4; ++c) {
    t[c] = _mm512_shuffle_f32x4(r[c], r[4 + c], 0x88);
    t[4 + c] = _mm512_shuffle_f32x4(r[c], r[4 + c], 0xdd);
    t[8 + c] = _mm512_shuffle_f32x4(r[8 + c], r[12 + c], 0x88);
    t[12 + c] = _mm512_shuffle_f32x4(r[8 + c], r[12 + c], 0xdd);
  }
#pragma GCC unroll 4
  for (int c = 0; c < 4; ++c) {
    r[c] = _mm512_shuffle_f32x4(t[c], t[8 + c], 0x88);
    r[4 + c] = _mm512_shuffle_f32x4(t[4 + c], t[12 + c], 0x88);
    r[8 + c] = _mm512_shuffle_f32x4(t[c], t[8 + c], 0xdd);
    r[12 + c] = _mm512_shuffle_f32x4(t[4 + c], t[12 + c], 0xdd);
  }
}

/// Rows × 16 floats in memory become 16 columns; what a column has beyond is zero. Rows is 12 or 16. The quarters of rows are
/// loaded to where they belong, which takes half as many exchanges between registers, of which one is done in a cycle.
template <int Rows>
inline void load_transposed(const float* from, std::ptrdiff_t stride, __m512 (&r)[16]) {
#pragma GCC unroll 4
  for (int i = 0; i < 4;
       ++i)  // the quarters of a row one after the other: where rows are 2ⁿ apart, its line soon leaves the cache
#pragma GCC unroll 4
    for (int q = 0; q < 4; ++q) {
      const float* const quarter = from + i * stride + 4 * q;  // of rows i, i + 4, …
      __m512 lanes = _mm512_zextps128_ps512(_mm_loadu_ps(quarter));
      lanes = _mm512_insertf32x4(lanes, _mm_loadu_ps(quarter + 4 * stride), 1);
      lanes = _mm512_insertf32x4(lanes, _mm_loadu_ps(quarter + 8 * stride), 2);
      if constexpr (Rows == 16) lanes = _mm512_insertf32x4(lanes, _mm_loadu_ps(quarter + 12 * stride), 3);
      r[4 * q + i] = lanes;
    }
  transpose_lanes_4x4(r);
}

}  // namespace xgrad::kernels
