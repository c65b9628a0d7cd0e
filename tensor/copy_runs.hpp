#pragma once

#include <algorithm>
#include <cstddef>

#include "xgrad/tensor/parallel.hpp"

namespace xgrad {

/// Copies `count` runs of `length` elements; run k begins `k·from_step` elements behind `from` and goes to `to + k·to_step`.
template <class T>
void copy_runs(const T* from, std::size_t from_step, T* to, std::size_t to_step, std::size_t count, std::size_t length) {
  constexpr std::size_t grain = 1 << 16;  // elements that one thread takes at a time
  if (length == 0 || count == 0) return;
  if (from_step == length && to_step == length) {
    length *= count;
    count = 1;
  }
  parallel_for(count, std::max<std::size_t>(1, grain / length), [=](std::size_t begin, std::size_t end) {
    if (length == 1)
      for (std::size_t k = begin; k < end; ++k) to[k * to_step] = from[k * from_step];
    else
      for (std::size_t k = begin; k < end; ++k) std::copy_n(from + k * from_step, length, to + k * to_step);
  });
}

/// An array around one axis: `outer` times `extent` runs of `inner` elements.
struct AroundAxis {
  std::size_t outer = 1, extent = 1, inner = 1;

  template <class Extents>
  AroundAxis(const Extents& shape, std::size_t axis) : extent(shape[axis]) {
    for (std::size_t i = 0; i < axis; ++i) outer *= shape[i];
    for (std::size_t i = axis + 1; i < shape.size(); ++i) inner *= shape[i];
  }
};

}  // namespace xgrad
