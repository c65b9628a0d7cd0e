#pragma once
// What AMX does, in plain C++, for processors without it.

#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>

#include "bf16_reference.hpp"
#include "xgrad/tensor/kernels/bf16.hpp"
#include "xgrad/tensor/kernels/bf16_tiles_impl.hpp"

namespace xgrad::test {

/// Eight tiles as TileProduct uses them. multiply() is TDPBF16PS by Intel's pseudocode: the first numbers of pairs and the
/// second ones are summed up apart from each other along a row of A, then their sum is added to C; every fused multiply-add and
/// addition takes numbers below 2⁻¹²⁶ for zero, as arguments and as results.
class EmulatedTiles {
 public:
  static void begin() { tiles() = {}; }
  static void end() {}
  template <int To>
  static void zero() {
    tiles()[To] = {};
  }
  template <int To>
  static void load(const void* from, std::size_t stride) {
    for (std::size_t i = 0; i < rows; ++i) std::memcpy(&tiles()[To][i], static_cast<const char*>(from) + i * stride, row_bytes);
  }
  template <int From>
  static void store(void* to, std::size_t stride) {
    for (std::size_t i = 0; i < rows; ++i) std::memcpy(static_cast<char*>(to) + i * stride, &tiles()[From][i], row_bytes);
  }
  template <int C, int A, int B>
  static void multiply() {
    const Halves a(tiles()[A]), b(tiles()[B]);
    Tile& c = tiles()[C];
    for (std::size_t i = 0; i < rows; ++i)
      for (std::size_t j = 0; j < columns; ++j) {
        float first = 0, second = 0;
        for (std::size_t p = 0; p < columns; ++p) {
          first = flushed(std::fma(a.first[i][p], b.first[p][j], first));
          second = flushed(std::fma(a.second[i][p], b.second[p][j], second));
        }
        const float sum = flushed(flushed(std::bit_cast<float>(c[i][j])) + flushed(first + second));
        c[i][j] = std::bit_cast<std::uint32_t>(sum);
      }
  }

 private:
  static constexpr std::size_t rows = 16, columns = 16, row_bytes = 64;
  using Tile = std::array<std::array<std::uint32_t, columns>, rows>;

  static std::array<Tile, 8>& tiles() {
    thread_local std::array<Tile, 8> of_thread;
    return of_thread;
  }
  static float flushed(float x) { return std::abs(x) < std::numeric_limits<float>::min() ? std::copysign(0.0f, x) : x; }

  // The two numbers of every pair in a tile.
  struct Halves {
    float first[rows][columns], second[rows][columns];

    explicit Halves(const Tile& tile) {
      for (std::size_t i = 0; i < rows; ++i)
        for (std::size_t j = 0; j < columns; ++j) {
          first[i][j] = flushed(std::bit_cast<float>(tile[i][j] << 16));
          second[i][j] = flushed(std::bit_cast<float>(tile[i][j] & 0xffff0000u));
        }
    }
  };
};

/// Two numbers rounded to bfloat16, the first in the lower half.
inline kernels::Bf16Pair rounded_pair(float first, float second) {
  return std::bit_cast<std::uint32_t>(rounded_to_bf16(first)) >> 16 |
         (std::bit_cast<std::uint32_t>(rounded_to_bf16(second)) & 0xffff0000u);
}

/// Packing as Bf16Loops describes it, of numbers at(line, along k). Of a vector of pairs only what multiply() may read is
/// written.
template <class At>
void pack_pairs_side_by_side(std::size_t count, std::size_t k, At&& at, kernels::Bf16Pair* to, std::size_t stride) {
  for (std::size_t i = 0; i < count; ++i)
    for (std::size_t p = 0; 2 * p < k; ++p)
      to[p * stride + i] = rounded_pair(at(i, 2 * p), 2 * p + 1 < k ? at(i, 2 * p + 1) : 0);
}
template <class At>
void pack_pairs_in_lines(std::size_t count, std::size_t k, At&& at, kernels::Bf16Pair* to, std::size_t stride) {
  for (std::size_t i = 0; i < count; ++i) {
    std::size_t p = 0;
    for (; 2 * p < k; ++p) to[i * stride + p] = rounded_pair(at(i, 2 * p), 2 * p + 1 < k ? at(i, 2 * p + 1) : 0);
    for (; p % kernels::tile_columns != 0; ++p) to[i * stride + p] = 0;
  }
}

/// Loops for AMX that run anywhere.
inline const kernels::Bf16Loops& emulated_amx_loops() {
  using kernels::Bf16Pair;
  using Size = std::size_t;
  static constexpr kernels::Bf16Loops loops{
      .strip = kernels::tiles_strip,
      .panel = kernels::tiles_panel,
      .step = kernels::tile_columns,
      .deepest = 256,
      .multiply = kernels::TileProduct<EmulatedTiles>::multiply,
      .round_rows =
          [](const float* from, Size stride, Size count, Size k, Bf16Pair* to, Size to_stride) {
            pack_pairs_in_lines(
                count, k, [=](Size i, Size p) { return from[i * stride + p]; }, to, to_stride);
          },
      .round_columns =
          [](const float* from, Size stride, Size count, Size k, Bf16Pair* to, Size to_stride) {
            pack_pairs_in_lines(
                count, k, [=](Size i, Size p) { return from[p * stride + i]; }, to, to_stride);
          },
      .pack_rows =
          [](const float* from, Size stride, Size count, Size k, Bf16Pair* to, Size to_stride) {
            pack_pairs_side_by_side(
                count, k, [=](Size i, Size p) { return from[i * stride + p]; }, to, to_stride);
          },
      .pack_columns =
          [](const float* from, Size stride, Size count, Size k, Bf16Pair* to, Size to_stride) {
            pack_pairs_side_by_side(
                count, k, [=](Size i, Size p) { return from[p * stride + i]; }, to, to_stride);
          },
      .skipping = nullptr};
  return loops;
}

}  // namespace xgrad::test
