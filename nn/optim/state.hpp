#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "xgrad/tensor/array.hpp"

namespace xgrad::optim {

/// The names of the arrays that an optimizer keeps for a parameter; asked for at every step, and therefore not on the heap.
using StateNames = xt::svector<const char*, 4>;

/// What an optimizer remembers of one parameter.
template <class T>
struct State {
  std::int64_t step = 0;           ///< updates so far
  std::vector<Array<T>> arrays{};  ///< in the parameter's shape: momentum, averages of squares
  std::vector<std::string> array_names{};
  bool is_new = false;  ///< whether an array began with this update
  std::vector<double> numbers{};
  std::vector<std::string> number_names{};
};

}  // namespace xgrad::optim
