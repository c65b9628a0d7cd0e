#pragma once

#include <cstddef>

namespace xgrad::detail {

[[noreturn]] void throw_ragged(std::size_t expected, std::size_t given);

/// Throws: ShapeError unless all lists of a level are as long as the first: xtensor reads beyond them otherwise.
template <class Lists>
void demand_rectangular(const Lists& lists) {
  for (const auto& list : lists) {
    const std::size_t expected = lists.begin()->size();
    if (list.size() != expected) throw_ragged(expected, list.size());
    if constexpr (requires { list.begin()->begin(); }) {
      demand_rectangular(list);
      if (expected > 0 && list.begin()->size() != lists.begin()->begin()->size())
        throw_ragged(lists.begin()->begin()->size(), list.begin()->size());
    }
  }
}

}  // namespace xgrad::detail
