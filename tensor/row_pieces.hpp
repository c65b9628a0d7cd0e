#pragma once

#include <algorithm>
#include <cstddef>

#include "xgrad/tensor/parallel.hpp"

namespace xgrad::detail {

inline std::size_t round_up(std::size_t n, std::size_t step) { return (n + step - 1) / step * step; }

/// Calls body(begin, end) for pieces of m > 0 rows that begin at multiples of `strip` and have about `most` rows or fewer, on
/// so many threads: each has as many rows as the others but for a strip, so that none waits for another's last piece.
template <class Body>
void for_row_pieces(std::size_t m, std::size_t strip, std::size_t most, std::size_t threads, Body&& body) {
  const std::size_t share = round_up((m + threads - 1) / threads, strip), pieces = (share + most - 1) / most;
  const std::size_t length = round_up((share + pieces - 1) / pieces, strip);
  const auto piece = [&](std::size_t i) {
    const std::size_t first = i / pieces * share, begin = first + i % pieces * length;
    const std::size_t end = std::min({begin + length, first + share, m});
    if (begin < end) body(begin, end);
  };
  if (threads > 1) return parallel_chunks(threads * pieces, piece);
  for (std::size_t i = 0; i < pieces; ++i) piece(i);
}

}  // namespace xgrad::detail
