#include "xgrad/autograd/ops/pad.hpp"

#include "xgrad/autograd/operation_info.hpp"
#include "xgrad/autograd/ops/slice.hpp"
#include "xgrad/autograd/registry/families.hpp"
#include "xgrad/autograd/registry/picked_samples.hpp"

namespace xgrad {

std::vector<OperationInfo> pad_operations() {
  const auto around = [](std::vector<std::ptrdiff_t> widths, double value) {
    return [=](const auto& x) {
      using T = typename std::decay_t<decltype(x[0])>::value_type;
      return pad(x[0], widths, static_cast<T>(value));
    };
  };
  const auto reference = [](Shape shape, Shape before, double value) {
    return [=](const Sample::Arrays& x) {
      Array<double> result = filled_array<double>(shape, value);
      for (std::size_t i = 0; i < x[0].shape()[0]; ++i)
        for (std::size_t j = 0; j < x[0].shape()[1]; ++j)
          for (std::size_t k = 0; k < x[0].shape()[2]; ++k) result(before[0] + i, before[1] + j, before[2] + k) = x[0](i, j, k);
      return result;
    };
  };
  const auto fails = [](const char* name, std::vector<std::ptrdiff_t> widths, std::string given) {
    return bad_input(name, {2, 3}, [=](const auto& x) { pad(x, widths, 0.0); }, {"pad", given});
  };
  return {{"pad",
           {sample("the last axis", {sample_values({2, 3, 2})}, around({1, 2}, 0.5), reference({2, 3, 5}, {0, 0, 1}, 0.5)),
            sample("two axes", {sample_values({2, 3, 2})}, around({0, 1, 2, 1}, -1), reference({2, 6, 3}, {0, 2, 0}, -1)),
            sample("all axes", {sample_values({2, 3, 2})}, around({1, 0, 0, 2, 3, 1}, 0), reference({6, 5, 3}, {3, 0, 1}, 0)),
            sample("nothing to add", {sample_values({2, 3, 2})}, around({0, 0}, 1), reference({2, 3, 2}, {0, 0, 0}, 1)),
            sample("empty", {sample_values({2, 0, 1})}, around({0, 0, 1, 1}, 2), reference({2, 2, 1}, {0, 0, 0}, 2)),
            sample("scalar", {sample_values({})}, around({}, 0), [](const Sample::Arrays& x) { return x[0]; })},
           {},
           {fails("an odd number of widths", {1, 2, 3}, "(1, 2, 3)"), fails("a negative width", {1, -1}, "(1, -1)"),
            fails("too many widths", {1, 1, 1, 1, 1, 1}, "(1, 1, 1, 1, 1, 1)")}}};
}

}  // namespace xgrad
