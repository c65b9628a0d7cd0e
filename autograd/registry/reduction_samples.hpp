#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "xgrad/autograd/operation_info.hpp"

namespace xgrad {

/// A reduction of one lane of elements to a number: what the value of a reduction is compared with.
using LaneReference = std::function<double(const std::vector<double>&)>;

/// The reference of a reduction over `axes`: `f` of every lane.
std::function<Array<double>(const Sample::Arrays&)> reduction_reference(Axes axes, bool keepdims, LaneReference f);

/// One way to reduce an array: over which axes of which shape.
struct ReductionCase {
  std::string name;
  Shape shape;
  Axes axes;
  bool keepdims;
};

/// Axes in front, behind, in the middle, apart, all; with and without keepdims; scalars, size 1 and no lanes at all.
std::vector<ReductionCase> reduction_cases();

/// The same, and lanes without elements.
std::vector<ReductionCase> reduction_cases_with_empty_lanes();

/// Samples of call(x, axes, keepdims); values in [low, high), or distinct_values if low == high.
template <class F>
std::vector<Sample> reduction_samples(const std::vector<ReductionCase>& cases, F call, LaneReference reference, double low = -2,
                                      double high = 2, int order = 2) {
  std::vector<Sample> samples;
  std::uint64_t seed = 40;
  for (const ReductionCase& c : cases) {
    ++seed;
    samples.push_back(sample(
        c.name, {low == high ? distinct_values(c.shape, seed) : sample_values(c.shape, low, high, seed)},
        [call, c](const auto& x) { return call(x[0], c.axes, c.keepdims); }, reduction_reference(c.axes, c.keepdims, reference),
        order));
  }
  return samples;
}

/// An axis out of range and an axis named twice.
template <class F>
std::vector<BadInput> bad_axes(const std::string& name, F call) {
  const auto with = [call](Axes axes) {
    return [call, axes] { call(Tensor<double>(filled_array<double>({2, 3}, 1)), axes, false); };
  };
  return {{"axis out of range", with({2}), {name, "axis 2", "(2, 3)"}},
          {"axis named twice", with({1, -1}), {name, "(1, -1)", "(2, 3)", "twice"}}};
}

}  // namespace xgrad
