#pragma once
// Products of floats or doubles that skip zeros, for one xsimd architecture. Included only by the file of each instruction set.

#include <array>
#include <bit>
#include <type_traits>

#include "xgrad/tensor/kernels/gemm.hpp"
#include "xgrad/tensor/kernels/multiply_add_impl.hpp"
#include "xgrad/tensor/kernels/simd.hpp"
#include "xgrad/tensor/kernels/skipping_lists_impl.hpp"

namespace xgrad::kernels {

// Two rows of so many vectors of C are kept in registers: enough that their multiply-adds overlap, and that two take each
// vector of B.
template <class Arch>
inline constexpr std::size_t most_skipping_vectors = std::is_base_of_v<xsimd::avx512f, Arch> ? 8 : 6;

template <class T, class Arch>
struct NumberTerms {
  using Number = T;
  using Value = T;
  using Vector = xsimd::batch<T, Arch>;
  using Columns = Vector;
  static constexpr std::size_t width = Vector::size;
  static Vector zero() { return Vector(T(0)); }
  static Vector load(const T* from) { return Vector::load_unaligned(from); }
  static Vector load_part(const T* from, std::size_t count) { return kernels::load_part<Vector>(from, count, T(0)); }
  static void store(Vector sums, T* to) { sums.store_unaligned(to); }
  static void store_part(Vector sums, T* to, std::size_t count) { kernels::store_part(sums, to, count); }
  static Columns columns(const T* from) { return Vector::load_aligned(from); }
  static Columns everywhere(T value) { return Columns(value); }
  static void add(Vector& sums, Columns value, Columns columns) { add_product(sums, value, columns); }
  static Vector relu(Vector sums) { return xsimd::select(sums <= zero(), zero(), sums); }
  static Vector positive_zeros(Vector sums) { return sums + zero(); }
};

#if defined(__AVX2__) && !defined(__AVX512F__)
// For each mask of eight lanes, the numbers of those that are set, then of the others: a byte each.
inline constexpr std::array<std::uint64_t, 256> set_lanes_first = [] {
  std::array<std::uint64_t, 256> table{};
  for (std::size_t mask = 0; mask < 256; ++mask) {
    unsigned place = 0;
    for (const std::size_t wanted : {1u, 0u})
      for (std::size_t lane = 0; lane < 8; ++lane)
        if ((mask >> lane & 1) == wanted) table[mask] |= static_cast<std::uint64_t>(lane) << 8 * place++;
  }
  return table;
}();
#endif

template <class T, class Arch>
std::size_t list_nonzeros_loop(const T* x, const T* y, std::size_t n, std::uint32_t step, T* x_values, T* y_values,
                               std::uint32_t* offsets) {
  std::size_t count = 0, i = 0;
#if defined(__AVX512F__)
  if constexpr (has_masks<xsimd::batch<T, Arch>, float>) {
    const __m512i steps = _mm512_mullo_epi32(_mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15),
                                             _mm512_set1_epi32(static_cast<int>(step)));
    for (; i + 16 <= n; i += 16) {
      const __m512 vx = _mm512_loadu_ps(x + i), vy = _mm512_loadu_ps(y + i), zero = _mm512_setzero_ps();
      const auto mask =
          static_cast<__mmask16>(_mm512_cmp_ps_mask(vx, zero, _CMP_NEQ_UQ) | _mm512_cmp_ps_mask(vy, zero, _CMP_NEQ_UQ));
      const __m512i at = _mm512_add_epi32(steps, _mm512_set1_epi32(static_cast<int>(static_cast<std::uint32_t>(i) * step)));
      _mm512_storeu_ps(x_values + count, _mm512_maskz_compress_ps(mask, vx));
      _mm512_storeu_ps(y_values + count, _mm512_maskz_compress_ps(mask, vy));
      _mm512_storeu_si512(offsets + count, _mm512_maskz_compress_epi32(mask, at));
      count += static_cast<std::size_t>(std::popcount(static_cast<unsigned>(mask)));
    }
  }
#elif defined(__AVX2__)
  if constexpr (has_masks<xsimd::batch<T, Arch>, float>) {
    const __m256i factor = _mm256_set1_epi32(static_cast<int>(step));
    for (; i + 8 <= n; i += 8) {
      const __m256 vx = _mm256_loadu_ps(x + i), vy = _mm256_loadu_ps(y + i), zero = _mm256_setzero_ps();
      const __m256 nonzero = _mm256_or_ps(_mm256_cmp_ps(vx, zero, _CMP_NEQ_UQ), _mm256_cmp_ps(vy, zero, _CMP_NEQ_UQ));
      const auto mask = static_cast<unsigned>(_mm256_movemask_ps(nonzero));
      const __m256i lanes = _mm256_cvtepu8_epi32(_mm_cvtsi64_si128(static_cast<long long>(set_lanes_first[mask])));
      const __m256i first = _mm256_set1_epi32(static_cast<int>(static_cast<std::uint32_t>(i) * step));
      const __m256i at = _mm256_add_epi32(_mm256_mullo_epi32(lanes, factor), first);
      _mm256_storeu_ps(x_values + count, _mm256_permutevar8x32_ps(vx, lanes));
      _mm256_storeu_ps(y_values + count, _mm256_permutevar8x32_ps(vy, lanes));
      _mm256_storeu_si256(reinterpret_cast<__m256i*>(offsets + count), at);
      count += static_cast<std::size_t>(std::popcount(mask));
    }
  }
#endif
  for (; i < n; ++i) {
    x_values[count] = x[i];
    y_values[count] = y[i];
    offsets[count] = static_cast<std::uint32_t>(i) * step;
    count += x[i] == 0 && y[i] == 0 ? 0 : 1;
  }
  return count;
}

template <class Arch>  // so that each instruction set has its own
std::size_t most_in_common_loop(std::uint64_t pattern, const std::uint64_t* others, std::size_t n) {
  std::size_t best = 0;
  int most = -1;
  for (std::size_t i = 0; i < n; ++i) {
    const int common = std::popcount(pattern & others[i]);
    if (common > most) most = common, best = i;
  }
  return best;
}

}  // namespace xgrad::kernels
