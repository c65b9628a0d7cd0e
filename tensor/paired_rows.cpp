#include "xgrad/tensor/paired_rows.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <numeric>
#include <span>
#include <type_traits>

namespace xgrad::detail {
namespace {

constexpr std::size_t most_rows = 256, sampled = 64;
using Patterns = std::array<std::uint64_t, most_rows>;  // of each row, which of the terms that are looked at are zero

// The terms that are looked at: four in each of sixteen places, so that few lines of the cache are fetched.
using Places = std::array<std::size_t, sampled>;
constexpr std::size_t rows_ahead = 4;  // whose lines are asked for
constexpr std::size_t lines = 16, each = sampled / lines;
Places spread_over(std::size_t k) {
  constexpr std::size_t apart = 4;
  Places places{};
  for (std::size_t i = 0; i < places.size(); ++i) {
    const std::size_t middle = (2 * (i / each) + 1) * k / (2 * lines);
    places[i] = std::min(middle / lines * lines + i % each * apart, k - 1);
  }
  return places;
}

// 1 for zero, whatever its sign, by its bits: comparing floats takes three times as long here.
template <class T>
std::uint64_t is_zero(T number) {
  using Bits = std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>;
  return static_cast<Bits>(std::bit_cast<Bits>(number) << 1) == 0;
}

template <class T>
std::uint64_t zeros_of(const T* row, const Places& places) {
  std::uint64_t zeros = 0;
  for (std::size_t bit = sampled; bit-- > 0;) zeros = zeros << 1 | is_zero(row[places[bit]]);
  return zeros;
}

// Sorts the numbers of the rows: those with the most zeros first, others as they come.
void sort_by_zeros(std::span<const std::uint64_t> patterns, std::span<std::uint32_t> rows) {
  std::array<std::uint8_t, most_rows> others;  // how many of the terms are not zero
  std::array<std::uint32_t, sampled + 2> begin{};
  for (std::size_t i = 0; i < rows.size(); ++i) {
    others[i] = static_cast<std::uint8_t>(std::popcount(~patterns[i]));
    ++begin[others[i] + 1u];
  }
  std::partial_sum(begin.begin(), begin.end(), begin.begin());
  for (std::size_t i = 0; i < rows.size(); ++i) rows[begin[others[i]]++] = static_cast<std::uint32_t>(i);
}

// Pairs the rows whose patterns are given and writes their numbers, counted from `first`, to `order`.
void pair_some(MostInCommon most_in_common, const Patterns& zeros, std::uint32_t first, std::span<std::uint32_t> order) {
  std::array<std::uint32_t, most_rows> rows;
  const auto rest = std::span(rows).first(order.size());
  sort_by_zeros(std::span(zeros).first(rest.size()), rest);
  Patterns left;  // of the rows that have no partner yet
  for (std::size_t i = 0; i < rest.size(); ++i) left[i] = zeros[rest[i]];
  std::size_t count = rest.size();
  for (std::size_t i = 0; i + 1 < order.size(); i += 2, count -= 2) {
    const std::size_t best = 1 + most_in_common(left[0], left.data() + 1, count - 1);
    order[i] = first + rows[0], order[i + 1] = first + rows[best];
    const auto close = [&](auto& list) {
      std::copy(list.begin() + 1, list.begin() + best, list.begin());
      std::copy(list.begin() + best + 1, list.begin() + count, list.begin() + best - 1);
    };
    close(rows), close(left);
  }
  if (count == 1) order.back() = first + rows[0];
}

}  // namespace

template <class T>
RowOrder pair_rows(MostInCommon most_in_common, const T* a, std::size_t lda, std::size_t m, std::size_t k) {
  RowOrder order(m);
  const Places places = spread_over(k);
  for (std::size_t begin = 0; begin < m; begin += most_rows) {
    const std::size_t end = std::min(m, begin + most_rows);
    Patterns zeros;
    for (std::size_t i = begin; i < end; ++i) {
      const T* const later = a + std::min(i + rows_ahead, m - 1) * lda;
      for (std::size_t line = 0; line < lines; ++line) __builtin_prefetch(later + places[line * each]);
      zeros[i - begin] = zeros_of(a + i * lda, places);
    }
    pair_some(most_in_common, zeros, static_cast<std::uint32_t>(begin), std::span(order.data() + begin, end - begin));
  }
  return order;
}

template RowOrder pair_rows(MostInCommon, const float*, std::size_t, std::size_t, std::size_t);
template RowOrder pair_rows(MostInCommon, const double*, std::size_t, std::size_t, std::size_t);

}  // namespace xgrad::detail
