#include "xgrad/tensor/orientation_histograms.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

#include <fmt/format.h>

#include "xgrad/tensor/error.hpp"
#include "xgrad/tensor/parallel.hpp"

namespace xgrad {
namespace {

constexpr std::size_t chunk_pixels = 16384;  // what one thread takes at a time

struct Extents {
  std::size_t images, height, width;

  explicit Extents(const Shape& shape) : height(shape[shape.size() - 2]), width(shape.back()) {
    images = element_count(shape) / (height * width);
  }
  std::size_t pixels() const { return height * width; }
  std::size_t grain() const { return std::max<std::size_t>(1, chunk_pixels / pixels()); }
};

// A gradient g between two neighbouring orientations is α·u + β·v, along them; the one with direction u gets α. For the
// neighbour before it and the one behind it α is a linear function of g: x·dx + y·dy.
template <class T>
struct Orientation {
  struct Linear {
    T x, y;
    T operator()(T dx, T dy) const { return x * dx + y * dy; }
  };
  Linear behind, before;

  Orientation(std::size_t k, std::size_t orientations) {
    const double step = std::numbers::pi / static_cast<double>(orientations), angle = step * static_cast<double>(k);
    const double scale = 1 / std::sin(step);
    behind = {static_cast<T>(std::sin(angle + step) * scale), static_cast<T>(-std::cos(angle + step) * scale)};
    before = {static_cast<T>(-std::sin(angle - step) * scale), static_cast<T>(std::cos(angle - step) * scale)};
  }

  // The smaller one counts: the other is that of the wrong side. Both are positive near u and negative near −u; elsewhere
  // their signs differ, and there is no vote. NaN stays NaN: it comes first in std::min and std::max.
  T vote(T dx, T dy) const {
    const T a = behind(dx, dy), b = before(dx, dy);
    return std::max(std::min(a, b), T(0)) - std::min(std::max(a, b), T(0));
  }
  Linear slope(T dx, T dy) const {
    const T a = behind(dx, dy), b = before(dx, dy);
    if (a > 0 && b > 0) return a <= b ? behind : before;
    if (!(a < 0 && b < 0)) return {0, 0};
    const Linear& part = a >= b ? behind : before;
    return {-part.x, -part.y};
  }
};

template <class T>
std::vector<Orientation<T>> all_orientations(std::size_t count) {
  std::vector<Orientation<T>> all;
  for (std::size_t k = 0; k < count; ++k) all.emplace_back(k, count);
  return all;
}

// Right minus left neighbour, lower minus upper; beyond the border the outermost pixels repeat.
template <class T>
void differences(const T* image, const Extents& e, T* dx, T* dy) {
  for (std::size_t i = 0; i < e.height; ++i) {
    const T* const row = image + i * e.width;
    const T* const above = i == 0 ? row : row - e.width;
    const T* const below = i + 1 == e.height ? row : row + e.width;
    T* const across = dx + i * e.width;
    T* const down = dy + i * e.width;
    for (std::size_t j = 0; j < e.width; ++j) down[j] = below[j] - above[j];
    for (std::size_t j = 1; j + 1 < e.width; ++j) across[j] = row[j + 1] - row[j - 1];
    across[0] = row[std::min<std::size_t>(1, e.width - 1)] - row[0];
    if (e.width > 1) across[e.width - 1] = row[e.width - 1] - row[e.width - 2];
  }
}

// The cells of one axis, and what its pixels count in them.
template <class T>
struct CellAxis {
  std::size_t pixels, cell, cells;
  Array<T> weights;

  CellAxis(std::size_t p, std::size_t c) : pixels(p), cell(c), cells(p / c), weights(cell_matrix<T>(p, c)) {}
  // A cell reaches half its side into its neighbours.
  std::size_t begin(std::size_t i) const { return i * cell - std::min(i * cell, cell / 2); }
  std::size_t end(std::size_t i) const { return std::min(pixels, (i + 1) * cell + cell / 2); }
  const T* row(std::size_t i) const { return weights.data() + i * pixels; }
};

// Sums of votes by cell: first down the columns, then along what that gives.
template <class T>
void sum_cells(const T* votes, const CellAxis<T>& rows, const CellAxis<T>& columns, T* line, T* sums) {
  for (std::size_t r = 0; r < rows.cells; ++r) {
    std::fill_n(line, columns.pixels, T(0));
    for (std::size_t i = rows.begin(r); i < rows.end(r); ++i) {
      const T weight = rows.row(r)[i];
      const T* const from = votes + i * columns.pixels;
      for (std::size_t j = 0; j < columns.pixels; ++j) line[j] += weight * from[j];
    }
    for (std::size_t c = 0; c < columns.cells; ++c) {
      T sum = 0;
      for (std::size_t j = columns.begin(c); j < columns.end(c); ++j) sum += columns.row(c)[j] * line[j];
      sums[r * columns.cells + c] = sum;
    }
  }
}

}  // namespace

void check_orientation_histograms(const Shape& shape, const OrientationHistogramOptions& o) {
  if (o.orientations < 2 || o.orientations > 180 || o.cell == 0)
    throw ConfigError(
        fmt::format("orientation_histograms: {} orientations, cells of {} × {} pixels; give from 2 to 180 orientations, and "
                    "cells of at least 1 × 1",
                    o.orientations, o.cell, o.cell));
  const std::size_t rank = shape.size();
  if (rank < 2 || shape[rank - 1] == 0 || shape[rank - 2] == 0 || shape[rank - 1] % o.cell != 0 ||
      shape[rank - 2] % o.cell != 0)
    throw ShapeError(
        fmt::format("orientation_histograms: images of shape {} are not divided into cells of {} × {} pixels; give (…, height, "
                    "width), both multiples of {}",
                    to_string(shape), o.cell, o.cell, o.cell));
}

template <class T>
Array<T> central_difference_matrix(std::size_t pixels) {
  Array<T> matrix = filled_array<T>({pixels, pixels}, T(0));
  for (std::size_t i = 0; i < pixels; ++i) {
    matrix(i, std::min(i + 1, pixels - 1)) += T(1);
    matrix(i, i == 0 ? 0 : i - 1) -= T(1);
  }
  return matrix;
}

template <class T>
Array<T> cell_matrix(std::size_t pixels, std::size_t cell) {
  Array<T> matrix = filled_array<T>({pixels / cell, pixels}, T(0));
  const double side = static_cast<double>(cell);
  for (std::size_t c = 0; c < pixels / cell; ++c)
    for (std::size_t i = 0; i < pixels; ++i) {
      const double distance = std::abs((static_cast<double>(i) + 0.5) / side - (static_cast<double>(c) + 0.5));
      matrix(c, i) = static_cast<T>(std::max(0.0, 1 - distance) / side);
    }
  return matrix;
}

template <class T>
Array<T> orientation_histograms(const Array<T>& images, const OrientationHistogramOptions& o) {
  check_orientation_histograms(images.shape(), o);
  const Extents e(images.shape());
  const CellAxis<T> rows(e.height, o.cell), columns(e.width, o.cell);
  Shape shape = images.shape();
  shape.back() = columns.cells;
  shape[shape.size() - 2] = rows.cells;
  shape.insert(shape.end() - 2, o.orientations);
  Array<T> histograms = empty_array<T>(shape);
  const std::vector<Orientation<T>> orientations = all_orientations<T>(o.orientations);
  parallel_for(e.images, e.grain(), [&](std::size_t begin, std::size_t end) {
    Array<T> buffer = empty_array<T>({3 * e.pixels() + e.width});
    T* const dx = buffer.data();
    T *const dy = dx + e.pixels(), *const votes = dy + e.pixels(), *const line = votes + e.pixels();
    T* sums = histograms.data() + begin * o.orientations * rows.cells * columns.cells;
    for (std::size_t image = begin; image < end; ++image) {
      differences(images.data() + image * e.pixels(), e, dx, dy);
      for (const Orientation<T>& orientation : orientations) {
        for (std::size_t p = 0; p < e.pixels(); ++p) votes[p] = orientation.vote(dx[p], dy[p]);
        sum_cells(votes, rows, columns, line, sums);
        sums += rows.cells * columns.cells;
      }
    }
  });
  return histograms;
}

template <class T>
VoteSlopes<T> vote_slopes(const Array<T>& images, const OrientationHistogramOptions& o) {
  check_orientation_histograms(images.shape(), o);
  const Extents e(images.shape());
  Shape shape = images.shape();
  shape.insert(shape.end() - 2, o.orientations);
  VoteSlopes<T> slopes{empty_array<T>(shape), empty_array<T>(shape)};
  const std::vector<Orientation<T>> orientations = all_orientations<T>(o.orientations);
  parallel_for(e.images, e.grain(), [&](std::size_t begin, std::size_t end) {
    Array<T> buffer = empty_array<T>({2 * e.pixels()});
    T *const dx = buffer.data(), *const dy = dx + e.pixels();
    std::size_t at = begin * o.orientations * e.pixels();
    for (std::size_t image = begin; image < end; ++image) {
      differences(images.data() + image * e.pixels(), e, dx, dy);
      for (const Orientation<T>& orientation : orientations)
        for (std::size_t p = 0; p < e.pixels(); ++p, ++at) {
          const auto slope = orientation.slope(dx[p], dy[p]);
          slopes.dx.data()[at] = slope.x;
          slopes.dy.data()[at] = slope.y;
        }
    }
  });
  return slopes;
}

#define XGRAD_INSTANTIATE(T)                                                                     \
  template Array<T> orientation_histograms(const Array<T>&, const OrientationHistogramOptions&); \
  template VoteSlopes<T> vote_slopes(const Array<T>&, const OrientationHistogramOptions&);       \
  template Array<T> central_difference_matrix(std::size_t);                                      \
  template Array<T> cell_matrix(std::size_t, std::size_t);
XGRAD_INSTANTIATE(float)
XGRAD_INSTANTIATE(double)
#undef XGRAD_INSTANTIATE

}  // namespace xgrad
