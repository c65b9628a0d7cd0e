#include "xgrad/tensor/permute.hpp"

#include <algorithm>

#include "xgrad/tensor/parallel.hpp"

namespace xgrad {
namespace {

constexpr std::size_t tile = 32;        // a tile of doubles and its transpose fit the first-level cache together
constexpr std::size_t grain = 1 << 16;  // elements that one thread takes at a time

struct Axis {
  std::size_t extent, from, to;  // steps in the input and in the output
};
using AxisList = std::vector<Axis, PoolAllocator<Axis>>;

// The axes in the order of the output, without those of extent 1, and merged where the input's memory is consecutive too.
AxisList merged_axes(const Shape& shape, const NormalAxes& order) {
  Shape step(shape.size(), 1);
  for (std::size_t i = shape.size(); i-- > 1;) step[i - 1] = step[i] * shape[i];
  AxisList axes;
  for (std::size_t axis : order) {
    if (shape[axis] == 1) continue;
    if (!axes.empty() && axes.back().from == step[axis] * shape[axis])
      axes.back() = {axes.back().extent * shape[axis], step[axis], 0};
    else
      axes.push_back({shape[axis], step[axis], 0});
  }
  std::size_t to = 1;
  for (std::size_t i = axes.size(); i-- > 0; to *= axes[i].extent) axes[i].to = to;
  return axes;
}

// Calls body(input offset, output offset) for every position along `axes`.
template <class Body>
void for_each_position(const AxisList& axes, std::size_t elements_each, Body&& body) {
  std::size_t count = 1;
  for (const Axis& axis : axes) count *= axis.extent;
  parallel_for(count, std::max<std::size_t>(1, grain / elements_each), [&](std::size_t begin, std::size_t end) {
    for (std::size_t k = begin; k < end; ++k) {
      std::size_t rest = k, from = 0, to = 0;
      for (std::size_t i = axes.size(); i-- > 0; rest /= axes[i].extent) {
        from += rest % axes[i].extent * axes[i].from;
        to += rest % axes[i].extent * axes[i].to;
      }
      body(from, to);
    }
  });
}

// y[i·y_step + j] = x[j·x_step + i] for i < rows, j < cols.
template <class T>
void transpose_matrix(const T* x, std::size_t x_step, T* y, std::size_t y_step, std::size_t rows, std::size_t cols) {
  const std::size_t rows_each = std::max<std::size_t>(1, grain / (cols * tile)) * tile;
  parallel_for(rows, rows_each, [=](std::size_t begin, std::size_t end) {
    for (std::size_t i0 = begin; i0 < end; i0 += tile)
      for (std::size_t j0 = 0; j0 < cols; j0 += tile) {
        const std::size_t i1 = std::min(i0 + tile, end), j1 = std::min(j0 + tile, cols);
        for (std::size_t i = i0; i < i1; ++i)
          for (std::size_t j = j0; j < j1; ++j) y[i * y_step + j] = x[j * x_step + i];
      }
  });
}

}  // namespace

template <class T>
Array<T> permute(const Array<T>& x, const NormalAxes& order) {
  Shape shape;
  for (std::size_t axis : order) shape.push_back(x.shape()[axis]);
  Array<T> result = empty_array<T>(shape);
  if (x.size() == 0) return result;
  AxisList axes = merged_axes(x.shape(), order);
  const T* from = x.data();
  T* to = result.data();
  if (axes.size() <= 1) {
    std::copy(from, from + x.size(), to);
    return result;
  }
  const Axis last = axes.back();
  axes.pop_back();
  if (last.from == 1) {
    for_each_position(axes, last.extent,
                      [=](std::size_t at, std::size_t put) { std::copy(from + at, from + at + last.extent, to + put); });
    return result;
  }
  // Along one axis the input is consecutive, along another the output: together they are a matrix to transpose.
  const auto consecutive = std::find_if(axes.begin(), axes.end(), [](const Axis& axis) { return axis.from == 1; });
  const Axis rows = *consecutive;
  axes.erase(consecutive);
  for_each_position(axes, rows.extent * last.extent, [=](std::size_t at, std::size_t put) {
    transpose_matrix(from + at, last.from, to + put, rows.to, rows.extent, last.extent);
  });
  return result;
}

template Array<float> permute(const Array<float>&, const NormalAxes&);
template Array<double> permute(const Array<double>&, const NormalAxes&);

}  // namespace xgrad
