#include "xgrad/autograd/registry/reduction_samples.hpp"

#include <algorithm>

namespace xgrad {

std::function<Array<double>(const Sample::Arrays&)> reduction_reference(Axes axes, bool keepdims, LaneReference f) {
  return [=](const Sample::Arrays& in) {
    const Shape& shape = in[0].shape();
    const NormalAxes reduced = normalize_axes(axes, shape, "reference");
    const Shape kept = reduced_shape(shape, reduced, true);
    std::vector<std::vector<double>> lanes(element_count(kept));
    for (std::size_t k = 0; k < in[0].size(); ++k) {
      std::size_t lane = 0, step = 1, rest = k;
      for (std::size_t i = shape.size(); i-- > 0; rest /= shape[i]) {
        if (std::binary_search(reduced.begin(), reduced.end(), i)) continue;
        lane += rest % shape[i] * step;
        step *= shape[i];
      }
      lanes[lane].push_back(in[0].data()[k]);
    }
    Array<double> result = empty_array<double>(keepdims ? kept : reduced_shape(shape, reduced, false));
    std::transform(lanes.begin(), lanes.end(), result.data(), f);
    return result;
  };
}

std::vector<ReductionCase> reduction_cases() {
  return {{"everything", {3, 4}, {}, false},
          {"everything, keepdims", {3, 4}, {}, true},
          {"rows", {3, 4}, {1}, false},
          {"rows, keepdims", {3, 4}, {-1}, true},
          {"columns", {3, 4}, {0}, false},
          {"columns, keepdims", {3, 4}, {0}, true},
          {"long rows", {2, 37}, {1}, false},
          {"many columns", {3, 37}, {0}, false},
          {"the middle axis", {2, 3, 4}, {1}, false},
          {"neighbouring axes", {2, 3, 4}, {2, 1}, false},
          {"the first and the last axis", {2, 3, 4}, {0, 2}, false},
          {"the first and the last axis, keepdims", {2, 3, 4}, {0, -1}, true},
          {"two axes apart of four", {2, 2, 3, 2}, {1, 3}, false},
          {"an axis of extent 1", {3, 1, 2}, {1}, false},
          {"scalar", {}, {}, false},
          {"size 1", {1, 1}, {0}, false},
          {"no lanes", {0, 3}, {1}, false}};
}

std::vector<ReductionCase> reduction_cases_with_empty_lanes() {
  std::vector<ReductionCase> cases = reduction_cases();
  cases.push_back({"lanes without elements", {0, 3}, {0}, false});
  cases.push_back({"nothing at all", {0}, {}, false});
  cases.push_back({"empty lanes in the middle, keepdims", {2, 0, 3}, {1}, true});
  return cases;
}

}  // namespace xgrad
