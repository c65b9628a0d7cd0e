#pragma once
// Products in bfloat16 on eight tiles of 16 rows of 64 bytes, as AMX has them (Intel's Architecture Instruction Set Extensions
// Programming Reference, chapter "Intel AMX"): a template over what a tile can do, so that the loops can be tested on
// processors without tiles.

#include <algorithm>
#include <cstddef>
#include <type_traits>

#include "xgrad/tensor/kernels/bf16.hpp"

namespace xgrad::kernels {

/// A tile has so many rows, so many float32 numbers or pairs in a row, and TileProduct takes twice as many rows of A
/// and columns of B at a time.
inline constexpr std::size_t tile_rows = 16, tile_columns = 16, tiles_strip = 2 * tile_rows, tiles_panel = 2 * tile_columns;

/// Bf16Loops::multiply with A in rows. `Tiles` has, for tiles numbered from 0 to 7,
///
///     static void begin();                                     // before the first of the others, on each thread
///     static void end();                                       // after the last
///     template <int To> static void zero();
///     template <int To> static void load(const void* from, std::size_t stride);  // rows of 64 bytes, `stride` bytes apart
///     template <int From> static void store(void* to, std::size_t stride);
///     template <int C, int A, int B> static void multiply();   // C += A·B: pairs of A's rows times pairs of B's columns
template <class Tiles>
class TileProduct {
 public:
  static void multiply(const Bf16Block& g) {
    Tiles::begin();
    const Bf16Pair* b = g.b;
    for (std::size_t j = 0; j < g.n; j += tiles_panel, b += tiles_panel * g.pairs) {
      const std::size_t columns = std::min(tiles_panel, g.n - j);
      const Bf16Pair* a = g.a;
      for (std::size_t i = 0; i < g.m; i += tiles_strip, a += g.a_strip) {
        const float* const start = g.start ? g.start + i * g.start_row + j : nullptr;
        const Area area{std::min(tiles_strip, g.m - i), columns};
        float* const c = g.c + i * g.ldc + j;
        multiply_area(g, area, a, b, start, c);
        if (g.relu) take_relu(area, c, g.ldc);
      }
    }
    Tiles::end();
  }

 private:
  struct Area {  // of C
    std::size_t rows, columns;
  };

  static void multiply_area(const Bf16Block& g, Area area, const Bf16Pair* a, const Bf16Pair* b, const float* start, float* c) {
    if (area.rows > tile_rows)
      area.columns > tile_columns ? multiply_tiles<true, true>(g, area, a, b, start, c)
                                  : multiply_tiles<true, false>(g, area, a, b, start, c);
    else
      area.columns > tile_columns ? multiply_tiles<false, true>(g, area, a, b, start, c)
                                  : multiply_tiles<false, false>(g, area, a, b, start, c);
  }

  static void take_relu(Area area, float* c, std::size_t ldc) {
    for (std::size_t i = 0; i < area.rows; ++i, c += ldc)
      for (std::size_t j = 0; j < area.columns; ++j) c[j] = c[j] <= 0 ? 0 : c[j];
  }

  // Tiles 0 to 3 are C, its upper two first; 4 and 5 are A, 6 and 7 are B.
  template <bool Lower, bool Right>
  static void multiply_tiles(const Bf16Block& g, Area area, const Bf16Pair* a, const Bf16Pair* b, const float* start,
                             float* c) {
    for_tiles<Lower, Right>(area, [&](auto tile, std::size_t i, std::size_t j, Area part) {
      begin_sum<decltype(tile)::value>(start ? start + i * g.start_row + j : nullptr, g.start_row, part);
    });
    const std::size_t a_bytes = g.a_row * sizeof(Bf16Pair), b_bytes = tiles_panel * sizeof(Bf16Pair);
    for (std::size_t p = 0; p < g.pairs; p += tile_columns) {
      const Bf16Pair* const rows = a + p;
      const Bf16Pair* const columns = b + p * tiles_panel;
      Tiles::template load<4>(rows, a_bytes);
      Tiles::template load<6>(columns, b_bytes);
      Tiles::template multiply<0, 4, 6>();
      if constexpr (Right) {
        Tiles::template load<7>(columns + tile_columns, b_bytes);
        Tiles::template multiply<1, 4, 7>();
      }
      if constexpr (Lower) {
        Tiles::template load<5>(rows + tile_rows * g.a_row, a_bytes);
        Tiles::template multiply<2, 5, 6>();
        if constexpr (Right) Tiles::template multiply<3, 5, 7>();
      }
    }
    for_tiles<Lower, Right>(area, [&](auto tile, std::size_t i, std::size_t j, Area part) {
      end_sum<decltype(tile)::value>(c + i * g.ldc + j, g.ldc, part);
    });
  }

  // Calls body(tile, row, column, what of the tile is in C) for the tiles of C.
  template <bool Lower, bool Right, class Body>
  static void for_tiles(Area area, Body&& body) {
    const std::size_t upper = std::min(area.rows, tile_rows), left = std::min(area.columns, tile_columns);
    body(std::integral_constant<int, 0>{}, 0, 0, Area{upper, left});
    if constexpr (Right) body(std::integral_constant<int, 1>{}, 0, tile_columns, Area{upper, area.columns - left});
    if constexpr (Lower) body(std::integral_constant<int, 2>{}, tile_rows, 0, Area{area.rows - upper, left});
    if constexpr (Lower && Right)
      body(std::integral_constant<int, 3>{}, tile_rows, tile_columns, Area{area.rows - upper, area.columns - left});
  }

  static bool is_whole(Area part) { return part.rows == tile_rows && part.columns == tile_columns; }

  template <int Tile>
  static void begin_sum(const float* start, std::size_t stride, Area part) {
    if (!start) return Tiles::template zero<Tile>();
    if (is_whole(part)) return Tiles::template load<Tile>(start, stride * sizeof(float));
    alignas(64) float whole[tile_rows * tile_columns] = {};
    for (std::size_t i = 0; i < part.rows; ++i) std::copy_n(start + i * stride, part.columns, whole + i * tile_columns);
    Tiles::template load<Tile>(whole, tile_columns * sizeof(float));
  }

  template <int Tile>
  static void end_sum(float* c, std::size_t stride, Area part) {
    if (is_whole(part)) return Tiles::template store<Tile>(c, stride * sizeof(float));
    alignas(64) float whole[tile_rows * tile_columns];
    Tiles::template store<Tile>(whole, tile_columns * sizeof(float));
    for (std::size_t i = 0; i < part.rows; ++i) std::copy_n(whole + i * tile_columns, part.columns, c + i * stride);
  }
};

}  // namespace xgrad::kernels
