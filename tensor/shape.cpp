#include "xgrad/tensor/shape.hpp"

#include <algorithm>
#include <cstddef>
#include <limits>

#include <fmt/format.h>

#include "xgrad/tensor/error.hpp"

namespace xgrad {

std::size_t element_count(const Shape& shape) {
  if (std::find(shape.begin(), shape.end(), std::size_t{0}) != shape.end()) return 0;
  constexpr std::size_t most = std::numeric_limits<std::ptrdiff_t>::max() / sizeof(double);  // what can be addressed
  std::size_t count = 1;
  for (std::size_t extent : shape) {
    if (extent > most / count)
      throw ShapeError(fmt::format("the shape {} has more elements than memory has addresses", to_string(shape)));
    count *= extent;
  }
  return count;
}

std::string to_string(const Shape& shape) {
  return shape.size() == 1 ? fmt::format("({},)", shape[0]) : fmt::format("({})", fmt::join(shape.begin(), shape.end(), ", "));
}

Shape broadcast_shape(const Shape& a, const Shape& b, std::string_view operation) {
  Shape result(std::max(a.size(), b.size()));
  for (std::size_t i = 1; i <= result.size(); ++i) {
    const std::size_t x = i <= a.size() ? a[a.size() - i] : 1, y = i <= b.size() ? b[b.size() - i] : 1;
    if (x != y && x != 1 && y != 1)
      throw ShapeError(
          fmt::format("{}: shapes {} and {} do not broadcast: {} against {} in axis -{}; extents must be equal or 1", operation,
                      to_string(a), to_string(b), x, y, i));
    result[result.size() - i] = x == 1 ? y : x;
  }
  return result;
}

bool broadcasts_to(const Shape& from, const Shape& to) {
  if (from.size() > to.size()) return false;
  const std::size_t lead = to.size() - from.size();
  for (std::size_t i = 0; i < from.size(); ++i)
    if (from[i] != 1 && from[i] != to[lead + i]) return false;
  return true;
}

std::size_t normalize_axis(int axis, const Shape& shape, std::string_view operation) {
  const int rank = static_cast<int>(shape.size());
  if (axis < -rank || axis >= rank)
    throw ShapeError(fmt::format("{}: axis {} is out of range for shape {}; it must be in [{}, {})", operation, axis,
                                 to_string(shape), -rank, rank));
  return static_cast<std::size_t>(axis < 0 ? axis + rank : axis);
}

NormalAxes normalize_axes(const Axes& axes, const Shape& shape, std::string_view operation) {
  NormalAxes result;
  if (axes.empty())
    for (std::size_t i = 0; i < shape.size(); ++i) result.push_back(i);
  for (int axis : axes) result.push_back(normalize_axis(axis, shape, operation));
  std::sort(result.begin(), result.end());
  if (std::adjacent_find(result.begin(), result.end()) != result.end())
    throw ShapeError(
        fmt::format("{}: axes ({}) name an axis of shape {} twice", operation, fmt::join(axes, ", "), to_string(shape)));
  return result;
}

Shape reduced_shape(const Shape& shape, const NormalAxes& axes, bool keepdims) {
  Shape result;
  for (std::size_t i = 0; i < shape.size(); ++i) {
    const bool reduced = std::binary_search(axes.begin(), axes.end(), i);
    if (!reduced)
      result.push_back(shape[i]);
    else if (keepdims)
      result.push_back(1);
  }
  return result;
}

}  // namespace xgrad
