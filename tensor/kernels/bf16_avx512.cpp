// Products in bfloat16 with AVX512_BF16, and the packing of numbers for them and for AMX.
#include "xgrad/tensor/kernels/bf16_units_impl.hpp"

#if defined(__AVX512BF16__)
#include <bit>
#include <type_traits>

#include "xgrad/tensor/kernels/bf16_tiles_impl.hpp"
#include "xgrad/tensor/kernels/skipping_lists_impl.hpp"
#include "xgrad/tensor/kernels/transpose_16x16_impl.hpp"

namespace xgrad::kernels {
namespace {

constexpr std::size_t lanes = 16;
// 12 rows of 2 vectors of C stay in registers, with room for two vectors of B and a broadcast pair of A.
constexpr std::size_t strip = 12, panel = 2 * lanes;

__mmask16 first_lanes(std::size_t count) { return static_cast<__mmask16>(count < lanes ? (1u << count) - 1 : 0xffffu); }

// Rows × Vectors of C. Of the last vector only `last` columns exist if it is Partial.
template <std::size_t Rows, std::size_t Vectors, bool Partial>
inline void multiply_tile(const Bf16Block& g, const Bf16Pair* a, const Bf16Pair* b, const float* start, float* c,
                          std::size_t last) {
  const __mmask16 some = first_lanes(last);
  __m512 sums[Rows][Vectors];
#pragma GCC unroll 16
  for (std::size_t i = 0; i < Rows; ++i)
#pragma GCC unroll 2
    for (std::size_t v = 0; v < Vectors; ++v)
      sums[i][v] = !start                        ? _mm512_setzero_ps()
                   : Partial && v + 1 == Vectors ? _mm512_maskz_loadu_ps(some, start + i * g.start_row + v * lanes)
                                                 : _mm512_loadu_ps(start + i * g.start_row + v * lanes);
  // Every third row has a pointer of its own; the two after it are reached from there.
  constexpr std::size_t pointers = (Rows + 2) / 3;
  const Bf16Pair* rows[pointers];
#pragma GCC unroll 4
  for (std::size_t q = 0; q < pointers; ++q) rows[q] = a + 3 * q * g.a_row;
  const std::size_t row = g.a_row, step = g.a_step;
  for (std::size_t p = 0; p < g.pairs; ++p, b += panel) {
    __m512bh columns[Vectors];
#pragma GCC unroll 2
    for (std::size_t v = 0; v < Vectors; ++v) columns[v] = std::bit_cast<__m512bh>(_mm512_loadu_si512(b + v * lanes));
#pragma GCC unroll 16
    for (std::size_t i = 0; i < Rows; ++i) {
      const __m512bh pair = std::bit_cast<__m512bh>(_mm512_set1_epi32(static_cast<int>(rows[i / 3][i % 3 * row])));
#pragma GCC unroll 2
      for (std::size_t v = 0; v < Vectors; ++v) sums[i][v] = _mm512_dpbf16_ps(sums[i][v], pair, columns[v]);
    }
#pragma GCC unroll 4
    for (std::size_t q = 0; q < pointers; ++q) rows[q] += step;
  }
  if (g.relu) {
#pragma GCC unroll 16
    for (std::size_t i = 0; i < Rows; ++i)
#pragma GCC unroll 2
      for (std::size_t v = 0; v < Vectors; ++v)
        sums[i][v] = _mm512_mask_mov_ps(sums[i][v], _mm512_cmp_ps_mask(sums[i][v], _mm512_setzero_ps(), _CMP_LE_OQ),
                                        _mm512_setzero_ps());
  } else if (g.positive_zeros) {
#pragma GCC unroll 16
    for (std::size_t i = 0; i < Rows; ++i)
#pragma GCC unroll 2
      for (std::size_t v = 0; v < Vectors; ++v) sums[i][v] = _mm512_add_ps(sums[i][v], _mm512_setzero_ps());
  }
#pragma GCC unroll 16
  for (std::size_t i = 0; i < Rows; ++i)
#pragma GCC unroll 2
    for (std::size_t v = 0; v < Vectors; ++v)
      if (Partial && v + 1 == Vectors)
        _mm512_mask_storeu_ps(c + i * g.ldc + v * lanes, some, sums[i][v]);
      else
        _mm512_storeu_ps(c + i * g.ldc + v * lanes, sums[i][v]);
}

template <std::size_t Rows>
inline void multiply_rows(const Bf16Block& g, const Bf16Pair* a, const Bf16Pair* b, const float* start, float* c,
                          std::size_t cols) {
  if (cols == panel)
    multiply_tile<Rows, 2, false>(g, a, b, start, c, lanes);
  else if (cols > lanes)
    multiply_tile<Rows, 2, true>(g, a, b, start, c, cols - lanes);
  else
    multiply_tile<Rows, 1, true>(g, a, b, start, c, cols);
}

// The rows of a strip, in tiles as high as there are rows left.
inline void multiply_strip(const Bf16Block& g, std::size_t rows, const Bf16Pair* a, const Bf16Pair* b, const float* start,
                           float* c, std::size_t cols) {
  const auto tile = [&](auto height) {
    constexpr std::size_t h = decltype(height)::value;
    for (; rows >= h; rows -= h) {
      multiply_rows<h>(g, a, b, start, c, cols);
      a += h * g.a_row;
      c += h * g.ldc;
      if (start) start += h * g.start_row;
    }
  };
  tile(std::integral_constant<std::size_t, strip>{});
  tile(std::integral_constant<std::size_t, 8>{});
  tile(std::integral_constant<std::size_t, 4>{});
  tile(std::integral_constant<std::size_t, 2>{});
  tile(std::integral_constant<std::size_t, 1>{});
}

// Strip by strip, panel by panel: a strip of A stays in the first cache, and C is written row after row in order, as hardware
// foresees.
void multiply(const Bf16Block& g) {
  const Bf16Pair* a = g.a;
  for (std::size_t i = 0; i < g.m; i += strip, a += g.a_strip) {
    const std::size_t rows = g.m - i < strip ? g.m - i : strip;
    const Bf16Pair* b = g.b;
    for (std::size_t j = 0; j < g.n; j += panel, b += panel * g.pairs)
      multiply_strip(g, rows, a, b, g.start ? g.start + i * g.start_row + j : nullptr, g.c + i * g.ldc + j,
                     g.n - j < panel ? g.n - j : panel);
  }
}

void round_rows(const float* from, std::size_t stride, std::size_t count, std::size_t k, Bf16Pair* to, std::size_t to_stride) {
  for (std::size_t i = 0; i < count; ++i, from += stride, to += to_stride)
    for (std::size_t p = 0; 2 * p < k; p += lanes) {
      const std::size_t left = k - 2 * p;
      const __m512 low = _mm512_maskz_loadu_ps(first_lanes(left), from + 2 * p);
      const __m512 high = _mm512_maskz_loadu_ps(first_lanes(left < lanes ? 0 : left - lanes), from + 2 * p + lanes);
      _mm512_storeu_si512(to + p, std::bit_cast<__m512i>(_mm512_cvtne2ps_pbh(high, low)));
    }
}

// In lines of 32 numbers a rounding instruction leaves pairs where they are; 16 such lines change places with the 16 pairs.
void pack_rows(const float* from, std::size_t stride, std::size_t count, std::size_t k, Bf16Pair* to, std::size_t width) {
  const std::size_t pairs = (k + 1) / 2;
  for (std::size_t i = 0; i < count; i += lanes)
    for (std::size_t p = 0; p < pairs; p += lanes) {
      const std::size_t left = k - 2 * p;
      const __mmask16 first = first_lanes(left), second = first_lanes(left < lanes ? 0 : left - lanes);
      __m512 r[lanes];
#pragma GCC unroll 16
      for (std::size_t l = 0; l < lanes; ++l) {
        const float* line = from + (i + l < count ? i + l : i) * stride + 2 * p;
        const __m512 low = _mm512_maskz_loadu_ps(i + l < count ? first : __mmask16(0), line);
        const __m512 high = _mm512_maskz_loadu_ps(i + l < count ? second : __mmask16(0), line + lanes);
        r[l] = std::bit_cast<__m512>(_mm512_cvtne2ps_pbh(high, low));
      }
      transpose_16x16(r);
      Bf16Pair* const place = to + p * width + i;
      for (std::size_t l = 0; l < lanes && p + l < pairs; ++l) _mm512_storeu_ps(place + l * width, r[l]);
    }
}

// Pair p of the columns [i, i + 16): numbers 2p and 2p + 1, rounded to the lower and the upper half of a vector, then brought
// together. What is beyond `some` or k is zero.
inline __m512i pair_of_columns(const float* from, std::size_t stride, std::size_t k, std::size_t p, __mmask16 some) {
  alignas(64) constexpr std::uint16_t order[2 * lanes] = {0, 16, 1, 17, 2,  18, 3,  19, 4,  20, 5,  21, 6,  22, 7,  23,
                                                          8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31};
  const auto line = [&](std::size_t l) { return l < k ? _mm512_maskz_loadu_ps(some, from + l * stride) : _mm512_setzero_ps(); };
  const __m512i halves = std::bit_cast<__m512i>(_mm512_cvtne2ps_pbh(line(2 * p + 1), line(2 * p)));
  return _mm512_permutexvar_epi16(_mm512_load_si512(order), halves);
}

void pack_columns(const float* from, std::size_t stride, std::size_t count, std::size_t k, Bf16Pair* to, std::size_t width) {
  for (std::size_t p = 0; 2 * p < k; ++p, to += width)
    for (std::size_t i = 0; i < count; i += lanes)
      _mm512_storeu_si512(to + i, pair_of_columns(from + i, stride, k, p, first_lanes(count - i)));
}

void round_columns(const float* from, std::size_t stride, std::size_t count, std::size_t k, Bf16Pair* to,
                   std::size_t to_stride) {
  for (std::size_t i = 0; i < count; i += lanes)
    for (std::size_t p = 0; 2 * p < k; p += lanes) {
      __m512 r[lanes];
#pragma GCC unroll 16
      for (std::size_t l = 0; l < lanes; ++l)
        r[l] = std::bit_cast<__m512>(pair_of_columns(from + i, stride, k, p + l, first_lanes(count - i)));
      transpose_16x16(r);
      for (std::size_t l = 0; l < lanes && i + l < count; ++l) _mm512_storeu_ps(to + (i + l) * to_stride + p, r[l]);
    }
}

// Pairs as terms of products that leave out zeros.
struct PairTerms {
  using Number = float;
  using Value = Bf16Pair;
  using Vector = __m512;
  using Columns = __m512bh;
  static constexpr std::size_t width = lanes;
  static Vector zero() { return _mm512_setzero_ps(); }
  static Vector load(const float* from) { return _mm512_loadu_ps(from); }
  static Vector load_part(const float* from, std::size_t count) { return _mm512_maskz_loadu_ps(first_lanes(count), from); }
  static void store(Vector sums, float* to) { _mm512_storeu_ps(to, sums); }
  static void store_part(Vector sums, float* to, std::size_t count) { _mm512_mask_storeu_ps(to, first_lanes(count), sums); }
  static Columns columns(const Bf16Pair* from) { return std::bit_cast<__m512bh>(_mm512_load_si512(from)); }
  static Columns everywhere(Bf16Pair pair) { return std::bit_cast<__m512bh>(_mm512_set1_epi32(static_cast<int>(pair))); }
  static void add(Vector& sums, Columns pair, Columns columns) { sums = _mm512_dpbf16_ps(sums, pair, columns); }
  static Vector relu(Vector sums) {
    const Vector whole = positive_zeros(sums);
    return _mm512_mask_mov_ps(whole, _mm512_cmp_ps_mask(whole, zero(), _CMP_LE_OQ), zero());
  }
  // A pair of zeros, as what was left out: it makes zeros of −0 and of what a sum began with below 2⁻¹²⁶.
  static Vector positive_zeros(Vector sums) {
    const auto zeros = std::bit_cast<__m512bh>(_mm512_setzero_si512());
    return _mm512_dpbf16_ps(sums, zeros, zeros);
  }
};

std::size_t list_nonzeros(const float* x, const float* y, std::size_t n, std::uint32_t step, Bf16Pair* x_values,
                          Bf16Pair* y_values, std::uint32_t* offsets) {
  const __m512i steps = _mm512_mullo_epi32(_mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15),
                                           _mm512_set1_epi32(static_cast<int>(step)));
  const __m512i no_sign = _mm512_set1_epi32(0x7fff7fff);
  std::size_t count = 0;
  for (std::size_t i = 0; i < n; i += 2 * lanes) {
    const std::size_t left = n - i;
    const __mmask16 first = first_lanes(left), second = first_lanes(left < lanes ? 0 : left - lanes);
    const auto pairs = [&](const float* from) {
      return std::bit_cast<__m512i>(
          _mm512_cvtne2ps_pbh(_mm512_maskz_loadu_ps(second, from + i + lanes), _mm512_maskz_loadu_ps(first, from + i)));
    };
    const __m512i px = pairs(x), py = pairs(y);
    const __mmask16 mask = _mm512_test_epi32_mask(_mm512_or_si512(px, py), no_sign);
    const __m512i at = _mm512_add_epi32(steps, _mm512_set1_epi32(static_cast<int>(static_cast<std::uint32_t>(i / 2) * step)));
    _mm512_storeu_si512(x_values + count, _mm512_maskz_compress_epi32(mask, px));
    _mm512_storeu_si512(y_values + count, _mm512_maskz_compress_epi32(mask, py));
    _mm512_storeu_si512(offsets + count, _mm512_maskz_compress_epi32(mask, at));
    count += static_cast<std::size_t>(std::popcount(static_cast<unsigned>(mask)));
  }
  return count;
}

// Exponents of eight ones in either half.
bool all_finite(const Bf16Pair* pairs, std::size_t n) {
  const __m512i exponent = _mm512_set1_epi16(0x7f80);
  __mmask32 odd = 0;
  for (std::size_t i = 0; i < n; i += lanes) {
    const __m512i some = _mm512_maskz_loadu_epi32(first_lanes(n - i), pairs + i);
    odd |= _mm512_cmpeq_epi16_mask(_mm512_and_si512(some, exponent), exponent);
  }
  return odd == 0;
}

const SkippingLoops<float, Bf16Pair>& skipping_loops() {
  constexpr std::size_t most_vectors = 8;  // of two rows of C, in registers
  const auto& numbers = gemm_loops<float>(Isa::Avx512).skipping;
  static const SkippingLoops<float, Bf16Pair> loops{.numbers = 2,
                                                    .vector = lanes,
                                                    .most_columns = most_vectors * lanes,
                                                    .multiply = multiply_skipping_loop<PairTerms, most_vectors>,
                                                    .list_nonzeros = list_nonzeros,
                                                    .pack_rows = pack_rows,
                                                    .pack_columns = pack_columns,
                                                    .transpose = numbers.transpose,
                                                    .all_finite = all_finite,
                                                    .most_in_common = numbers.most_in_common};
  return loops;
}

}  // namespace

const Bf16Loops& avx512_bf16_loops() {
  static const Bf16Loops loops{.strip = strip,
                               .panel = panel,
                               .step = 1,
                               .deepest = 800,
                               .multiply = multiply,
                               .round_rows = round_rows,
                               .round_columns = nullptr,
                               .pack_rows = pack_rows,
                               .pack_columns = pack_columns,
                               .skipping = &skipping_loops()};
  return loops;
}

const Bf16Loops& amx_bf16_loops() {
  static constexpr Bf16Loops loops{.strip = tiles_strip,
                                   .panel = tiles_panel,
                                   .step = tile_columns,
                                   .deepest = 256,
                                   .multiply = amx_multiply,
                                   .round_rows = round_rows,
                                   .round_columns = round_columns,
                                   .pack_rows = pack_rows,
                                   .pack_columns = pack_columns,
                                   .skipping = nullptr};
  return loops;
}

}  // namespace xgrad::kernels
#endif
