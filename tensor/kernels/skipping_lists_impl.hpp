#pragma once
// The loops of products that skip zeros, over what terms are: numbers, or pairs in bfloat16. `Terms` has
//
//     using Number, Value;          // of C; of the factors
//     using Vector, Columns;        // of sums; of values of B
//     static constexpr std::size_t width;  // of both
//     static Vector zero();
//     static Vector load(const Number* from);
//     static Vector load_part(const Number* from, std::size_t count);  // zeros beyond
//     static void store(Vector sums, Number* to);
//     static void store_part(Vector sums, Number* to, std::size_t count);
//     static Columns columns(const Value* from);  // aligned
//     static Columns everywhere(Value value);
//     static void add(Vector& sums, Columns value, Columns columns);
//     static Vector relu(Vector sums);
//     static Vector positive_zeros(Vector sums);

#include <cstddef>
#include <cstdint>
#include <utility>

#include "xgrad/tensor/kernels/gemm.hpp"

namespace xgrad::kernels {

template <class Terms, std::size_t Rows, std::size_t Vectors, bool Partial>
inline void multiply_list(const SkippingBlock<typename Terms::Number, typename Terms::Value>& g, std::size_t pair) {
  using Number = typename Terms::Number;
  using Value = typename Terms::Value;
  constexpr std::size_t width = Terms::width;
  const std::size_t count = g.counts[pair];
  const Value* const values = g.values + 2 * pair * g.list;
  const std::uint32_t* const offsets = g.offsets + pair * g.list;
  Number* c[Rows];
  const Number* start[Rows];
#pragma GCC unroll 2
  for (std::size_t i = 0; i < Rows; ++i) {
    const std::size_t row = g.order[2 * pair + i];
    c[i] = g.c + row * g.ldc;
    start[i] = g.start ? g.start + static_cast<std::ptrdiff_t>(row) * g.start_row : nullptr;
  }
  const std::size_t last = g.columns - (Vectors - 1) * width;  // columns in the last vector, if that is Partial
  typename Terms::Vector sums[Rows][Vectors];
#pragma GCC unroll 2
  for (std::size_t i = 0; i < Rows; ++i)
#pragma GCC unroll 8
    for (std::size_t v = 0; v < Vectors; ++v)
      sums[i][v] = !g.start                      ? Terms::zero()
                   : Partial && v + 1 == Vectors ? Terms::load_part(start[i] + v * width, last)
                                                 : Terms::load(start[i] + v * width);
  for (std::size_t t = 0; t < count; ++t) {
    const Value* const row = g.b + offsets[t];
    typename Terms::Columns elements[Rows];
#pragma GCC unroll 2
    for (std::size_t i = 0; i < Rows; ++i) elements[i] = Terms::everywhere(values[i * g.list + t]);
#pragma GCC unroll 8
    for (std::size_t v = 0; v < Vectors; ++v) {
      const typename Terms::Columns columns = Terms::columns(row + v * width);
#pragma GCC unroll 2
      for (std::size_t i = 0; i < Rows; ++i) Terms::add(sums[i][v], elements[i], columns);
    }
  }
  if (g.relu || g.positive_zeros) {
#pragma GCC unroll 2
    for (std::size_t i = 0; i < Rows; ++i)
#pragma GCC unroll 8
      for (std::size_t v = 0; v < Vectors; ++v)
        sums[i][v] = g.relu ? Terms::relu(sums[i][v]) : Terms::positive_zeros(sums[i][v]);
  }
#pragma GCC unroll 2
  for (std::size_t i = 0; i < Rows; ++i)
#pragma GCC unroll 8
    for (std::size_t v = 0; v < Vectors; ++v)
      if (Partial && v + 1 == Vectors)
        Terms::store_part(sums[i][v], c[i] + v * width, last);
      else
        Terms::store(sums[i][v], c[i] + v * width);
}

template <class Terms, std::size_t Vectors, bool Partial>
void multiply_lists(const SkippingBlock<typename Terms::Number, typename Terms::Value>& g) {
  const bool sums_are_there = g.start == g.c && !g.relu && !g.positive_zeros;
  for (std::size_t pair = 0; 2 * pair < g.rows; ++pair) {
    if (g.counts[pair] == 0 && sums_are_there) continue;
    if (2 * pair + 1 < g.rows)
      multiply_list<Terms, 2, Vectors, Partial>(g, pair);
    else
      multiply_list<Terms, 1, Vectors, Partial>(g, pair);
  }
}

/// SkippingLoops::multiply for panels of up to MostVectors.
template <class Terms, std::size_t MostVectors>
void multiply_skipping_loop(const SkippingBlock<typename Terms::Number, typename Terms::Value>& g) {
  const std::size_t vectors = (g.columns + Terms::width - 1) / Terms::width;
  const bool partial = g.columns % Terms::width != 0;
  [&]<std::size_t... v>(std::index_sequence<v...>) {
    ((vectors == v + 1 ? (partial ? multiply_lists<Terms, v + 1, true> : multiply_lists<Terms, v + 1, false>)(g) : void()),
     ...);
  }
  (std::make_index_sequence<MostVectors>());
}

}  // namespace xgrad::kernels
