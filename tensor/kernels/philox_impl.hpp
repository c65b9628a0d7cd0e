#pragma once
// Philox4x32-10 for one xsimd architecture, a block in each 64-bit lane. Included only by the file of each instruction set.

#include "xgrad/tensor/kernels/philox.hpp"
#include "xgrad/tensor/kernels/simd.hpp"

namespace xgrad::kernels {

// What xsimd has no function for. `product`: of the lanes' low 32 bits. `high`: the upper 32 bits moved down, anything above.
// `interleave`: first[0], second[0], first[1], second[1], … where lane i holds the block number block_of_lane(i), an order
// in which the processor's unpack instructions do without crossing their 128-bit limits.
template <class B>
struct Lanes {
  static constexpr std::size_t block_of_lane(std::size_t i) { return i; }
  static B product(B x, B y) { return (x & B(0xffffffffu)) * (y & B(0xffffffffu)); }
  static B high(B x) { return x >> 32; }
  static void interleave(B first, B second, std::uint64_t* out) {
    alignas(64) std::uint64_t u[B::size], v[B::size];
    first.store_aligned(u);
    second.store_aligned(v);
    for (std::size_t i = 0; i < B::size; ++i) out[2 * i] = u[i], out[2 * i + 1] = v[i];
  }
};

template <class B>
struct UnpackingLanes {
  static constexpr std::size_t block_of_lane(std::size_t i) { return i % 2 * (B::size / 2) + i / 2; }
  static void store(B low, B high, std::uint64_t* out) {
    low.store_aligned(out);
    high.store_aligned(out + B::size);
  }
};

#if defined(__AVX512F__)
template <>
struct Lanes<xsimd::batch<std::uint64_t, xsimd::avx512bw>> : UnpackingLanes<xsimd::batch<std::uint64_t, xsimd::avx512bw>> {
  using B = xsimd::batch<std::uint64_t, xsimd::avx512bw>;
  static B product(B x, B y) { return _mm512_mul_epu32(x, y); }
  static B high(B x) { return _mm512_shuffle_epi32(x, _MM_PERM_CDAB); }
  static void interleave(B u, B v, std::uint64_t* out) { store(_mm512_unpacklo_epi64(u, v), _mm512_unpackhi_epi64(u, v), out); }
};
#elif defined(__AVX2__)
template <>
struct Lanes<xsimd::batch<std::uint64_t, xsimd::fma3<xsimd::avx2>>>
    : UnpackingLanes<xsimd::batch<std::uint64_t, xsimd::fma3<xsimd::avx2>>> {
  using B = xsimd::batch<std::uint64_t, xsimd::fma3<xsimd::avx2>>;
  static B product(B x, B y) { return _mm256_mul_epu32(x, y); }
  static B high(B x) { return _mm256_shuffle_epi32(x, 0xB1); }
  static void interleave(B u, B v, std::uint64_t* out) { store(_mm256_unpacklo_epi64(u, v), _mm256_unpackhi_epi64(u, v), out); }
};
#elif defined(__SSE2__)
template <>
struct Lanes<xsimd::batch<std::uint64_t, xsimd::sse2>> : UnpackingLanes<xsimd::batch<std::uint64_t, xsimd::sse2>> {
  using B = xsimd::batch<std::uint64_t, xsimd::sse2>;
  static B product(B x, B y) { return _mm_mul_epu32(x, y); }
  static B high(B x) { return _mm_shuffle_epi32(x, 0xB1); }
  static void interleave(B u, B v, std::uint64_t* out) { store(_mm_unpacklo_epi64(u, v), _mm_unpackhi_epi64(u, v), out); }
};
#endif

// The round keys: Weyl sequences of the golden ratio and √3 − 1.
template <class B>
struct PhiloxKeys {
  B even[10], odd[10];

  explicit PhiloxKeys(std::uint64_t seed) {
    std::uint32_t k0 = static_cast<std::uint32_t>(seed), k1 = static_cast<std::uint32_t>(seed >> 32);
    for (int round = 0; round < 10; ++round, k0 += 0x9E3779B9u, k1 += 0xBB67AE85u) even[round] = B(k0), odd[round] = B(k1);
  }
};

// Several groups of blocks at once, whose multiplications do not wait for each other. The upper halves of the lanes hold
// leftovers: nothing reads them but the products, which take the lower.
template <std::size_t groups, class B>
inline void philox_rounds(B (&c)[groups][4], const PhiloxKeys<B>& keys) {
  const B m0(0xD2511F53u), m1(0xCD9E8D57u);
  for (int round = 0; round < 10; ++round)
    for (B(&group)[4] : c) {
      const B p0 = Lanes<B>::product(group[0], m0), p1 = Lanes<B>::product(group[2], m1);
      group[0] = Lanes<B>::high(p1) ^ group[1] ^ keys.even[round];
      group[1] = p1;
      group[2] = Lanes<B>::high(p0) ^ group[3] ^ keys.odd[round];
      group[3] = p0;
    }
}

// The words of `groups` times a vector's width of blocks.
template <std::size_t groups, class Arch>
inline void philox_groups(const PhiloxKeys<xsimd::batch<std::uint64_t, Arch>>& keys, std::uint64_t stream,
                          std::uint64_t position, std::uint64_t* words) {
  using B = xsimd::batch<std::uint64_t, Arch>;
  alignas(64) std::uint64_t lane[B::size];
  for (std::size_t i = 0; i < B::size; ++i) lane[i] = Lanes<B>::block_of_lane(i);
  const B lanes = B::load_aligned(lane), low(0xffffffffu);
  B c[groups][4];
  for (std::size_t g = 0; g < groups; ++g) {
    const B counter = B(position + g * B::size) + lanes;
    c[g][0] = counter, c[g][1] = counter >> 32, c[g][2] = B(stream), c[g][3] = B(stream >> 32);
  }
  philox_rounds(c, keys);
  for (std::size_t g = 0; g < groups; ++g)
    Lanes<B>::interleave((c[g][0] & low) | (c[g][1] << 32), (c[g][2] & low) | (c[g][3] << 32), words + g * 2 * B::size);
}

template <class Arch>
void philox_words(std::uint64_t seed, std::uint64_t stream, std::uint64_t position, std::size_t blocks, std::uint32_t* words) {
  using B = xsimd::batch<std::uint64_t, Arch>;
  constexpr std::size_t groups = 2, together = groups * B::size;
  const PhiloxKeys<B> keys(seed);
  alignas(64) std::uint64_t pairs[2 * together];
  for (std::size_t done = 0; done < blocks; done += together) {
    const std::size_t count = blocks - done < together ? blocks - done : together;
    if (count > B::size)
      philox_groups<groups, Arch>(keys, stream, position + done, pairs);
    else
      philox_groups<1, Arch>(keys, stream, position + done, pairs);
    __builtin_memcpy(words + 4 * done, pairs, 16 * count);
  }
}

template <class T, class Arch>
void philox_mask(std::uint64_t seed, std::uint64_t stream, std::uint64_t position, std::uint32_t last, T value, T* y,
                 std::size_t n) {
  constexpr std::size_t blocks = 128;
  alignas(64) std::uint32_t words[4 * blocks];
  for (std::size_t i = 0; i < n; i += 4 * blocks, position += blocks) {
    const std::size_t count = n - i < 4 * blocks ? n - i : 4 * blocks;
    philox_words<Arch>(seed, stream, position, (count + 3) / 4, words);
    for (std::size_t j = 0; j < count; ++j) y[i + j] = words[j] <= last ? value : T(0);
  }
}

template <class Arch>
struct PhiloxFor {
  static constexpr Philox table = {philox_words<Arch>, philox_mask<float, Arch>, philox_mask<double, Arch>};
};

}  // namespace xgrad::kernels
