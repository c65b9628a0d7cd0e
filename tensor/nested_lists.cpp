#include "xgrad/tensor/nested_lists.hpp"

#include <fmt/format.h>

#include "xgrad/tensor/error.hpp"

namespace xgrad::detail {

void throw_ragged(std::size_t expected, std::size_t given) {
  throw ShapeError(fmt::format(
      "nested lists: one list has {} entries where the first has {}; an array needs rows of one length", given, expected));
}

}  // namespace xgrad::detail
