#include "xgrad/autograd/ops/broadcast.hpp"

#include "xgrad/autograd/operation_info.hpp"
#include "xgrad/autograd/registry/families.hpp"

namespace xgrad {

std::vector<OperationInfo> broadcast_operations() {
  const auto widen = [](const auto& x) { return broadcast_to(x[0], {2, 3, 4}); };
  const auto reference = [](const Sample::Arrays& x) {
    Array<double> result = empty_array<double>({2, 3, 4});
    for (std::size_t i = 0; i < 24; ++i) result.data()[i] = x[0].data()[x[0].size() == 4 ? i % 4 : i / 4 % 3];
    return result;
  };
  const auto rows = [](const Sample::Arrays& x) {
    Array<double> result = filled_array<double>({3, 1}, 0);
    for (std::size_t i = 0; i < 24; ++i) result.data()[i / 4 % 3] += x[0].data()[i];
    return result;
  };
  const auto call_bad = [](Shape from, Shape to, bool sum) {
    return [=] {
      const Tensor<double> x(filled_array(from, 1.0));
      sum ? sum_to(x, to) : broadcast_to(x, to);
    };
  };
  return {
      {"broadcast_to",
       {sample("row", {sample_values({4})}, widen, reference), sample("column", {sample_values({3, 1})}, widen, reference),
        sample("scalar", {sample_values({})},
               [](const auto& x) {
                 return broadcast_to(x[0], {2, 2});
               }),
        sample("empty", {sample_values({1, 3})},
               [](const auto& x) {
                 return broadcast_to(x[0], {0, 3});
               })},
       {},
       {{"unequal extents", call_bad({2, 3}, {2, 4}, false), {"broadcast_to", "(2, 3)", "(2, 4)"}}}},
      {"sum_to",
       {sample(
            "column", {sample_values({2, 3, 4})},
            [](const auto& x) {
              return sum_to(x[0], {3, 1});
            },
            rows),
        sample("row", {sample_values({3, 4})}, [](const auto& x) { return sum_to(x[0], {4}); }),
        sample("scalar", {sample_values({3, 4})}, [](const auto& x) { return sum_to(x[0], {}); }),
        sample("empty", {sample_values({0, 4})}, [](const auto& x) { return sum_to(x[0], {4}); })},
       {},
       {{"unequal extents", call_bad({2, 4}, {2, 3}, true), {"sum_to", "(2, 4)", "(2, 3)"}}}},
  };
}

}  // namespace xgrad
