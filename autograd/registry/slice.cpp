#include "xgrad/autograd/ops/slice.hpp"

#include "xgrad/autograd/operation_info.hpp"
#include "xgrad/autograd/ops/arithmetic.hpp"
#include "xgrad/autograd/registry/families.hpp"
#include "xgrad/autograd/registry/picked_samples.hpp"

namespace xgrad {
namespace {

OperationInfo slice_info() {
  const auto part = [](int axis, std::ptrdiff_t start, std::ptrdiff_t stop, std::ptrdiff_t step) {
    return [=](const auto& x) { return slice(x[0], axis, start, stop, step); };
  };
  const auto fails = [](const char* name, int axis, std::ptrdiff_t step, std::vector<std::string> mentions) {
    return BadInput{name,
                    [=] {
                      slice(Tensor<double>(filled_array<double>({2, 3}, 1)), axis, 0, 2, step);
                    },
                    std::move(mentions)};
  };
  return {"slice",
          {picked_sample("rows", {5, 3}, {2, 3}, part(0, 1, 3, 1), [](auto i) { return ++i[0], i; }),
           picked_sample("columns", {3, 5}, {3, 2}, part(1, 2, 4, 1), [](auto i) { return i[1] += 2, i; }),
           picked_sample("the middle axis", {2, 4, 3}, {2, 2, 3}, part(-2, 1, 3, 1), [](auto i) { return ++i[1], i; }),
           picked_sample("every second column", {3, 5}, {3, 3}, part(1, 0, to_end, 2), [](auto i) { return i[1] *= 2, i; }),
           picked_sample("every third of four, middle axis", {2, 5, 3}, {2, 2, 3}, part(1, 1, 5, 3),
                         [](auto i) { return i[1] = 1 + 3 * i[1], i; }),
           picked_sample("from behind", {6}, {2}, part(0, -3, -1, 1), [](auto i) { return i[0] += 3, i; }),
           picked_sample("beyond the ends", {3}, {3}, part(0, -7, 9, 1), [](auto i) { return i; }),
           picked_sample("a step beyond the end", {3, 2}, {1, 2}, part(0, 1, 3, to_end), [](auto i) { return ++i[0], i; }),
           picked_sample("nothing of something", {3, 2}, {0, 2}, part(0, 2, 1, 1), [](auto i) { return i; }),
           picked_sample("of nothing", {0, 2}, {0, 1}, part(1, 0, 1, 1), [](auto i) { return i; })},
          {},
          {fails("axis", 2, 1, {"slice", "axis 2", "(2, 3)"}), fails("step 0", 0, 0, {"slice", "step is 0"}),
           fails("negative step", 0, -1, {"slice", "step is -1", "flip"})}};
}

OperationInfo split_info() {
  // The result must be one tensor: the parts, each with a weight of its own.
  const auto weighted = [](const auto& parts, auto first) {
    auto total = first * parts[0];
    for (std::size_t k = 1; k < parts.size(); ++k) total = total + (first + k) * parts[k];
    return total;
  };
  const auto reference = [](const Sample::Arrays& x) {
    Array<double> result = empty_array<double>({2, 2});
    for (std::size_t i = 0; i < 2; ++i)
      for (std::size_t j = 0; j < 2; ++j) result(i, j) = x[0](i, j) + 2 * x[0](i, 2 + j) + 3 * x[0](i, 4 + j);
    return result;
  };
  const auto fails = [](const char* name, auto size, int axis, std::vector<std::string> mentions) {
    return BadInput{name, [=] { split(Tensor<double>(filled_array<double>({2, 3}, 1)), size, axis); }, std::move(mentions)};
  };
  using Sizes = std::vector<std::ptrdiff_t>;
  return {
      "split",
      {sample(
           "equal parts", {sample_values({2, 6})}, [=](const auto& x) { return weighted(split(x[0], 2, 1), 1); }, reference),
       sample(
           "given sizes", {sample_values({2, 6})},
           [=](const auto& x) {
             return weighted(split(x[0], Sizes{2, 2, 2}, -1), 1);
           },
           reference),
       picked_sample(
           "a smaller last part", {5, 2}, {1, 2}, [](const auto& x) { return split(x[0], 2).at(2); },
           [](auto i) { return i[0] += 4, i; }),
       picked_sample(
           "different sizes", {5, 2}, {3, 2},
           [](const auto& x) {
             return split(x[0], Sizes{1, 3, 0, 1}).at(1);
           },
           [](auto i) { return ++i[0], i; }),
       picked_sample(
           "an empty part", {5, 2}, {0, 2},
           [](const auto& x) {
             return split(x[0], Sizes{1, 3, 0, 1}).at(2);
           },
           [](auto i) { return i; }),
       picked_sample(
           "an empty axis", {0, 2}, {0, 2}, [](const auto& x) { return split(x[0], 3).at(0); }, [](auto i) { return i; })},
      {},
      {fails("axis", 2, 2, {"split", "axis 2", "(2, 3)"}), fails("size 0", 0, 0, {"split", "size is 0"}),
       fails("sizes that leave something", Sizes{1, 1}, 1, {"split", "(1, 1)", "(2, 3)", "3"}),
       fails("a negative size", Sizes{4, -1}, 1, {"split", "(4, -1)", "(2, 3)"})}};
}

}  // namespace

std::vector<OperationInfo> slice_operations() { return {slice_info(), split_info()}; }

}  // namespace xgrad
