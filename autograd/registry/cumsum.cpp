#include "xgrad/autograd/ops/cumsum.hpp"

#include <limits>

#include "xgrad/autograd/operation_info.hpp"
#include "xgrad/autograd/registry/families.hpp"
#include "xgrad/autograd/registry/picked_samples.hpp"

namespace xgrad {

std::vector<OperationInfo> cumsum_operations() {
  constexpr double inf = std::numeric_limits<double>::infinity(), nan = std::numeric_limits<double>::quiet_NaN();
  const auto along = [](int axis) { return [axis](const auto& x) { return cumsum(x[0], axis); }; };
  // For every element all that come before it on its axis are looked up and added.
  const auto summed = [along](const char* name, const Shape& shape, int axis) {
    return sample(name, {sample_values(shape)}, along(axis), [=](const Sample::Arrays& x) {
      Array<double> result = filled_array(shape, 0.0);
      const std::size_t at = normalize_axis(axis, shape, "reference");
      std::size_t step = 1;
      for (std::size_t i = at + 1; i < shape.size(); ++i) step *= shape[i];
      for (std::size_t k = 0; k < result.size(); ++k)
        for (std::size_t before = 0; before <= k / step % shape[at]; ++before)
          result.data()[k] += x[0].data()[k - before * step];
      return result;
    });
  };
  return {{"cumsum",
           {summed("vector", {7}, 0), summed("rows", {3, 5}, 1), summed("columns", {3, 5}, 0),
            summed("the middle axis", {2, 4, 3}, -2), summed("size 1", {1, 1}, 0), summed("empty axis", {2, 0}, 1),
            summed("empty", {0, 3}, 1)},
           {{"what is not finite goes on",
             [](const auto& x) { return cumsum(x, 0); },
             {1, inf, 1, -inf, 1},
             {1, inf, inf, nan, nan},
             {5, 4, 3, 2, 1}}},
           {bad_input("axis", {2, 3}, [](const auto& x) { cumsum(x, 2); }, {"cumsum", "axis 2"}),
            bad_input("scalar", {}, [](const auto& x) { cumsum(x, 0); }, {"cumsum", "axis 0"})}}};
}

}  // namespace xgrad
