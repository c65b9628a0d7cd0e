#pragma once
// The loops of matrix products for one xsimd architecture. Included only by the file of each instruction set.

#include <array>
#include <type_traits>

#include "xgrad/tensor/kernels/gemm.hpp"
#include "xgrad/tensor/kernels/multiply_add_impl.hpp"
#include "xgrad/tensor/kernels/reduction_impl.hpp"
#include "xgrad/tensor/kernels/simd.hpp"
#include "xgrad/tensor/kernels/skipping_gemm_impl.hpp"
#if defined(__AVX512F__)
#include "xgrad/tensor/kernels/transpose_16x16_impl.hpp"
#endif

namespace xgrad::kernels {

// A tile of C is kept in registers: with 32 of them 12 rows of 2 vectors, with 16 of them 6 rows, so that one broadcast element
// of A and the two vectors of B have room beside it.
template <class Arch>
inline constexpr std::size_t tile_rows = std::is_base_of_v<xsimd::avx512f, Arch> ? 12 : 6;
inline constexpr std::size_t tile_vectors = 2;

// How A and B lie: both packed, or the terms of a row of A side by side, or those of a column. Strides that are known when the
// program is compiled need no instruction. A core that two programs share decodes half as many, and then every one counts.
enum class Layout { Packed, RowsOfA, ColumnsOfA };

// Rows × Vectors of C. Of the last vector only `last` columns exist if it is Partial.
template <class T, class Arch, Layout L, std::size_t Rows, std::size_t Vectors, bool Partial>
inline void multiply_tile(const GemmBlock<T>& g, const T* a, const T* b, const T* start, T* c, std::size_t last) {
  using B = xsimd::batch<T, Arch>;
  constexpr std::size_t width = B::size;
  constexpr bool packed = L == Layout::Packed;
  const auto load = [last](const T* p, std::size_t v) {
    return Partial && v + 1 == Vectors ? load_part<B>(p + v * width, last, T(0)) : B::load_unaligned(p + v * width);
  };
  B sums[Rows][Vectors];
#pragma GCC unroll 16
  for (std::size_t i = 0; i < Rows; ++i)
#pragma GCC unroll 2
    for (std::size_t v = 0; v < Vectors; ++v)
      sums[i][v] = start ? load(start + static_cast<std::ptrdiff_t>(i) * g.start_row, v) : B(T(0));

  const std::ptrdiff_t row = L == Layout::RowsOfA ? g.a_row : 1;
  const std::ptrdiff_t step = packed ? static_cast<std::ptrdiff_t>(tile_rows<Arch>) : L == Layout::RowsOfA ? 1 : g.a_step;
  const std::ptrdiff_t b_step = packed ? static_cast<std::ptrdiff_t>(tile_vectors * width) : g.b_step;
  // Where rows are apart every third has a pointer of its own; the two after it are reached from there.
  constexpr std::size_t pointers = L == Layout::RowsOfA ? (Rows + 2) / 3 : 1, rows_each = L == Layout::RowsOfA ? 3 : Rows;
  const T* rows[pointers];
#pragma GCC unroll 4
  for (std::size_t q = 0; q < pointers; ++q) rows[q] = a + static_cast<std::ptrdiff_t>(rows_each * q) * row;
  const auto add_terms = [&](auto count) {
#pragma GCC unroll 4
    for (std::ptrdiff_t p = 0; p < decltype(count)::value; ++p) {
      B columns[Vectors];
#pragma GCC unroll 2
      for (std::size_t v = 0; v < Vectors; ++v) columns[v] = load(b, v);
#pragma GCC unroll 16
      for (std::size_t i = 0; i < Rows; ++i) {
        const B element(rows[i / rows_each][static_cast<std::ptrdiff_t>(i % rows_each) * row]);
#pragma GCC unroll 2
        for (std::size_t v = 0; v < Vectors; ++v) add_product(sums[i][v], element, columns[v]);
      }
#pragma GCC unroll 4
      for (std::size_t q = 0; q < pointers; ++q) rows[q] += step;
      b += b_step;
    }
  };
  constexpr std::ptrdiff_t at_once = Rows >= 4 && !Partial ? 4 : 1;
  const auto terms = static_cast<std::ptrdiff_t>(g.k);
  std::ptrdiff_t p = 0;
  for (; p + at_once <= terms; p += at_once) add_terms(std::integral_constant<std::ptrdiff_t, at_once>{});
  for (; p < terms; ++p) add_terms(std::integral_constant<std::ptrdiff_t, 1>{});

  if (g.relu) {
#pragma GCC unroll 16
    for (std::size_t i = 0; i < Rows; ++i)
#pragma GCC unroll 2
      for (std::size_t v = 0; v < Vectors; ++v) sums[i][v] = xsimd::select(sums[i][v] <= B(T(0)), B(T(0)), sums[i][v]);
  }
#pragma GCC unroll 16
  for (std::size_t i = 0; i < Rows; ++i)
#pragma GCC unroll 2
    for (std::size_t v = 0; v < Vectors; ++v)
      if (Partial && v + 1 == Vectors)
        store_part(sums[i][v], c + i * g.ldc + v * width, last);
      else
        sums[i][v].store_unaligned(c + i * g.ldc + v * width);
}

template <class T, class Arch, Layout L, std::size_t Rows>
inline void multiply_rows(const GemmBlock<T>& g, const T* a, const T* b, const T* start, T* c, std::size_t cols) {
  constexpr std::size_t width = xsimd::batch<T, Arch>::size;
  if (cols == 2 * width)
    multiply_tile<T, Arch, L, Rows, 2, false>(g, a, b, start, c, width);
  else if (cols > width)
    multiply_tile<T, Arch, L, Rows, 2, true>(g, a, b, start, c, cols - width);
  else if (cols == width)
    multiply_tile<T, Arch, L, Rows, 1, false>(g, a, b, start, c, width);
  else
    multiply_tile<T, Arch, L, Rows, 1, true>(g, a, b, start, c, cols);
}

// The rows of a strip, in tiles as high as there are rows left.
template <class T, class Arch, Layout L>
inline void multiply_strip(const GemmBlock<T>& g, std::size_t rows, const T* a, const T* b, const T* start, T* c,
                           std::size_t cols) {
  constexpr std::size_t most = tile_rows<Arch>;
  const auto tile = [&](auto height) {
    constexpr std::size_t h = decltype(height)::value;
    for (; rows >= h; rows -= h) {
      multiply_rows<T, Arch, L, h>(g, a, b, start, c, cols);
      a += static_cast<std::ptrdiff_t>(h) * (L == Layout::RowsOfA ? g.a_row : 1);
      c += h * g.ldc;
      if (start) start += static_cast<std::ptrdiff_t>(h) * g.start_row;
    }
  };
  tile(std::integral_constant<std::size_t, most>{});
  if constexpr (most > 8) tile(std::integral_constant<std::size_t, 8>{});
  tile(std::integral_constant<std::size_t, 4>{});
  tile(std::integral_constant<std::size_t, 2>{});
  tile(std::integral_constant<std::size_t, 1>{});
}

// Zeros of rows that have just been stored become positive. In multiply_tile the compiler would keep a zero for it in a
// register that the loop over the terms needs: W1 and W2 were 1.04 times as slow with AVX2.
template <class T, class Arch>
[[gnu::noinline]] void make_zeros_positive(T* c, std::size_t ldc, std::size_t rows, std::size_t cols) {
  using B = xsimd::batch<T, Arch>;
  for (std::size_t i = 0; i < rows; ++i, c += ldc) {
    std::size_t j = 0;
    for (; j + B::size <= cols; j += B::size) (B::load_unaligned(c + j) + B(T(0))).store_unaligned(c + j);
    for (; j < cols; ++j) c[j] += T(0);
  }
}

// Strip by strip, panel by panel: a strip of A stays in the first cache, and C is written row after row in order, as hardware
// foresees.
template <class T, class Arch, Layout L>
void multiply_strips(const GemmBlock<T>& g) {
  constexpr std::size_t strip = tile_rows<Arch>, panel = tile_vectors * xsimd::batch<T, Arch>::size;
  const T* a = g.a;
  for (std::size_t i = 0; i < g.m; i += strip, a += g.a_strip) {
    const std::size_t rows = g.m - i < strip ? g.m - i : strip;
    const T* const start = g.start ? g.start + static_cast<std::ptrdiff_t>(i) * g.start_row : nullptr;
    const T* b = g.b;
    for (std::size_t j = 0; j < g.n; j += panel, b += g.b_panel)
      multiply_strip<T, Arch, L>(g, rows, a, b, start ? start + j : nullptr, g.c + i * g.ldc + j,
                                 g.n - j < panel ? g.n - j : panel);
    if (g.positive_zeros && !g.relu) make_zeros_positive<T, Arch>(g.c + i * g.ldc, g.ldc, rows, g.n);
  }
}

template <class T, class Arch>
void multiply_loop(const GemmBlock<T>& g) {
  constexpr std::ptrdiff_t strip = tile_rows<Arch>, panel = tile_vectors * xsimd::batch<T, Arch>::size;
  if (g.a_row == 1 && g.a_step == strip && g.b_step == panel) return multiply_strips<T, Arch, Layout::Packed>(g);
  if (g.a_step == 1) return multiply_strips<T, Arch, Layout::RowsOfA>(g);
  multiply_strips<T, Arch, Layout::ColumnsOfA>(g);
}

#if defined(__AVX2__) && !defined(__AVX512F__)
// 8×8 floats: pairs, then quarters of rows change places within each 128 bits, then the halves do.
inline void transpose_8x8(const float* from, std::size_t from_stride, float* to, std::size_t to_stride) {
  __m256 r[8], t[8];
#pragma GCC unroll 8
  for (std::size_t i = 0; i < 8; ++i) r[i] = _mm256_loadu_ps(from + i * from_stride);
#pragma GCC unroll 4
  for (std::size_t i = 0; i < 8; i += 2) {
    t[i] = _mm256_unpacklo_ps(r[i], r[i + 1]);
    t[i + 1] = _mm256_unpackhi_ps(r[i], r[i + 1]);
  }
#pragma GCC unroll 2
  for (std::size_t i = 0; i < 8; i += 4) {
    r[i] = _mm256_shuffle_ps(t[i], t[i + 2], 0x44), r[i + 1] = _mm256_shuffle_ps(t[i], t[i + 2], 0xee);
    r[i + 2] = _mm256_shuffle_ps(t[i + 1], t[i + 3], 0x44), r[i + 3] = _mm256_shuffle_ps(t[i + 1], t[i + 3], 0xee);
  }
#pragma GCC unroll 4
  for (std::size_t i = 0; i < 4; ++i) {
    _mm256_storeu_ps(to + i * to_stride, _mm256_permute2f128_ps(r[i], r[i + 4], 0x20));
    _mm256_storeu_ps(to + (i + 4) * to_stride, _mm256_permute2f128_ps(r[i], r[i + 4], 0x31));
  }
}

// 2×4 floats.
inline void transpose_2x4(const float* from, std::size_t from_stride, float* to, std::size_t to_stride) {
  const __m128 a = _mm_loadu_ps(from), b = _mm_loadu_ps(from + from_stride);
  const __m128d low = _mm_castps_pd(_mm_unpacklo_ps(a, b)), high = _mm_castps_pd(_mm_unpackhi_ps(a, b));
  const auto store = [](float* at, __m128d pair, bool upper) {
    const __m128d moved = upper ? _mm_unpackhi_pd(pair, pair) : pair;
    __builtin_memcpy(at, &moved, 8);
  };
  store(to, low, false), store(to + to_stride, low, true);
  store(to + 2 * to_stride, high, false), store(to + 3 * to_stride, high, true);
}
#endif

// 4×4 elements through registers where a vector of four exists.
template <class T, class Arch>
inline void transpose_4x4(const T* from, std::size_t from_stride, T* to, std::size_t to_stride) {
#if defined(__SSE2__)
  if constexpr (std::is_same_v<T, float>) {
    using V = xsimd::batch<float, xsimd::sse2>;
    const V r0 = V::load_unaligned(from), r1 = V::load_unaligned(from + from_stride),
            r2 = V::load_unaligned(from + 2 * from_stride), r3 = V::load_unaligned(from + 3 * from_stride);
    const V even_low = zip_lo(r0, r2), even_high = zip_hi(r0, r2), odd_low = zip_lo(r1, r3), odd_high = zip_hi(r1, r3);
    zip_lo(even_low, odd_low).store_unaligned(to);
    zip_hi(even_low, odd_low).store_unaligned(to + to_stride);
    zip_lo(even_high, odd_high).store_unaligned(to + 2 * to_stride);
    zip_hi(even_high, odd_high).store_unaligned(to + 3 * to_stride);
    return;
  }
#endif
  for (std::size_t i = 0; i < 4; ++i)
    for (std::size_t j = 0; j < 4; ++j) to[j * to_stride + i] = from[i * from_stride + j];
}

#if defined(__AVX512F__)
// Rows × 16 elements, of which the transpose has columns of Rows.
template <std::size_t Rows>
inline void transpose_rows_x16(const float* from, std::size_t from_stride, float* to, std::size_t to_stride) {
  __m512 r[16];
  load_transposed<Rows>(from, static_cast<std::ptrdiff_t>(from_stride), r);
#pragma GCC unroll 16
  for (std::size_t i = 0; i < 16; ++i)
    if constexpr (Rows == 16)
      _mm512_storeu_ps(to + i * to_stride, r[i]);
    else
      _mm512_mask_storeu_ps(to + i * to_stride, static_cast<__mmask16>((1u << Rows) - 1), r[i]);
}

// Strips of Rows rows as long as there are any; returns the first row that is left.
template <std::size_t Rows>
inline std::size_t transpose_strips(const float* from, std::size_t from_stride, std::size_t row, std::size_t rows,
                                    std::size_t cols, float* to, std::size_t to_stride) {
  const std::size_t whole = cols / 16 * 16;
  for (; row + Rows <= rows; row += Rows) {
    for (std::size_t j = 0; j < whole; j += 16)
      transpose_rows_x16<Rows>(from + row * from_stride + j, from_stride, to + j * to_stride + row, to_stride);
    for (std::size_t r = row; r < row + Rows; ++r)
      for (std::size_t j = whole; j < cols; ++j) to[j * to_stride + r] = from[r * from_stride + j];
  }
  return row;
}
#endif

template <class T, class Arch>
void transpose_loop(const T* from, std::size_t from_stride, std::size_t rows, std::size_t cols, T* to, std::size_t to_stride) {
  std::size_t i = 0;
#if defined(__AVX512F__)
  if constexpr (has_masks<xsimd::batch<T, Arch>, float>) {
    i = transpose_strips<16>(from, from_stride, i, rows, cols, to, to_stride);
    i = transpose_strips<tile_rows<Arch>>(from, from_stride, i, rows, cols, to, to_stride);
  }
#endif
#if defined(__AVX2__) && !defined(__AVX512F__)
  if constexpr (has_masks<xsimd::batch<T, Arch>, float>)
    for (; i + 8 <= rows; i += 8) {
      std::size_t j = 0;
      for (; j + 8 <= cols; j += 8) transpose_8x8(from + i * from_stride + j, from_stride, to + j * to_stride + i, to_stride);
      for (; j < cols; ++j)
        for (std::size_t r = i; r < i + 8; ++r) to[j * to_stride + r] = from[r * from_stride + j];
    }
#endif
  for (; i + 4 <= rows; i += 4) {
    std::size_t j = 0;
    for (; j + 4 <= cols; j += 4)
      transpose_4x4<T, Arch>(from + i * from_stride + j, from_stride, to + j * to_stride + i, to_stride);
    for (; j < cols; ++j)
      for (std::size_t r = i; r < i + 4; ++r) to[j * to_stride + r] = from[r * from_stride + j];
  }
#if defined(__AVX2__) && !defined(__AVX512F__)
  if constexpr (has_masks<xsimd::batch<T, Arch>, float>)
    for (; i + 2 <= rows; i += 2) {
      std::size_t j = 0;
      for (; j + 4 <= cols; j += 4) transpose_2x4(from + i * from_stride + j, from_stride, to + j * to_stride + i, to_stride);
      for (; j < cols; ++j)
        for (std::size_t r = i; r < i + 2; ++r) to[j * to_stride + r] = from[r * from_stride + j];
    }
#endif
  for (; i < rows; ++i)
    for (std::size_t j = 0; j < cols; ++j) to[j * to_stride + i] = from[i * from_stride + j];
}

// What a strip takes of each column of A, or a panel of each row of B, is a few moves of known size.
template <class T, class Arch>
void copy_loop(const T* from, std::size_t from_stride, std::size_t rows, std::size_t cols, T* to, std::size_t to_stride) {
  using B = xsimd::batch<T, Arch>;
  constexpr std::size_t strip = tile_rows<Arch>, panel = tile_vectors * B::size;
  if (cols == strip) {
#pragma GCC unroll 4
    for (std::size_t i = 0; i < rows; ++i, from += from_stride, to += to_stride) __builtin_memcpy(to, from, strip * sizeof(T));
    return;
  }
  if (cols == panel) {
#pragma GCC unroll 4
    for (std::size_t i = 0; i < rows; ++i, from += from_stride, to += to_stride)
#pragma GCC unroll 2
      for (std::size_t v = 0; v < panel; v += B::size) B::load_unaligned(from + v).store_unaligned(to + v);
    return;
  }
  for (std::size_t i = 0; i < rows; ++i, from += from_stride, to += to_stride) {
    std::size_t j = 0;
    for (; j + B::size <= cols; j += B::size) B::load_unaligned(from + j).store_unaligned(to + j);
    if (j < cols) store_part(load_part<B>(from + j, cols - j), to + j, cols - j);
  }
}

template <class T, class Arch>
void copy_columns_loop(const T* from, std::size_t from_stride, std::size_t count, std::size_t k, T* to, std::size_t to_stride) {
  copy_loop<T, Arch>(from, from_stride, k, count, to, to_stride);
}

template <class T, class Arch>
struct GemmLoopsFor {
  static constexpr GemmLoops<T> table{
      .strip = tile_rows<Arch>,
      .panel = tile_vectors * xsimd::batch<T, Arch>::size,
      .multiply = multiply_loop<T, Arch>,
      .transpose = transpose_loop<T, Arch>,
      .copy = copy_loop<T, Arch>,
      .skipping = {.numbers = 1,
                   .vector = xsimd::batch<T, Arch>::size,
                   .most_columns = most_skipping_vectors<Arch> * xsimd::batch<T, Arch>::size,
                   .multiply = multiply_skipping_loop<NumberTerms<T, Arch>, most_skipping_vectors<Arch>>,
                   .list_nonzeros = list_nonzeros_loop<T, Arch>,
                   .pack_rows = transpose_loop<T, Arch>,
                   .pack_columns = copy_columns_loop<T, Arch>,
                   .transpose = transpose_loop<T, Arch>,
                   .all_finite = all_finite_loop<T, Arch>,
                   .most_in_common = most_in_common_loop<Arch>},
  };
};

}  // namespace xgrad::kernels
