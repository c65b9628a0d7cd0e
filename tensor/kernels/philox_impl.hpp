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

// The upper halves of the lanes hold leftovers: nothing reads them but the products, which take the lower.
template <class B>
inline void philox_rounds(B (&c)[4], std::uint64_t seed) {
  std::uint32_t k0 = static_cast<std::uint32_t>(seed), k1 = static_cast<std::uint32_t>(seed >> 32);
  const B m0(0xD2511F53u), m1(0xCD9E8D57u);
  for (int round = 0; round < 10; ++round) {
    const B p0 = Lanes<B>::product(c[0], m0), p1 = Lanes<B>::product(c[2], m1);
    c[0] = Lanes<B>::high(p1) ^ c[1] ^ B(k0);
    c[1] = p1;
    c[2] = Lanes<B>::high(p0) ^ c[3] ^ B(k1);
    c[3] = p0;
    k0 += 0x9E3779B9u;  // Weyl sequences: the golden ratio and √3 − 1
    k1 += 0xBB67AE85u;
  }
}

template <class Arch>
void philox_words(std::uint64_t seed, std::uint64_t stream, std::uint64_t position, std::size_t blocks, std::uint32_t* words) {
  using B = xsimd::batch<std::uint64_t, Arch>;
  constexpr std::size_t width = B::size;
  alignas(64) std::uint64_t lane[width];
  for (std::size_t i = 0; i < width; ++i) lane[i] = Lanes<B>::block_of_lane(i);
  const B lanes = B::load_aligned(lane), low(0xffffffffu);
  for (std::size_t done = 0; done < blocks; done += width) {
    const B counter = B(position + done) + lanes;
    B c[4] = {counter, counter >> 32, B(stream), B(stream >> 32)};
    philox_rounds(c, seed);
    alignas(64) std::uint64_t pairs[2 * width];
    Lanes<B>::interleave((c[0] & low) | (c[1] << 32), (c[2] & low) | (c[3] << 32), pairs);
    const std::size_t count = blocks - done < width ? blocks - done : width;
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
