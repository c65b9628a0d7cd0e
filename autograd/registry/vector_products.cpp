#include "xgrad/autograd/ops/vector_products.hpp"

#include <fmt/format.h>

#include "xgrad/autograd/operation_info.hpp"
#include "xgrad/autograd/ops/arithmetic.hpp"
#include "xgrad/autograd/ops/matmul.hpp"
#include "xgrad/autograd/registry/families.hpp"

namespace xgrad {

std::vector<OperationInfo> vector_products_operations() {
  const auto dot_of = [](const auto& a, const auto& b) { return dot(a, b); };
  const auto outer_of = [](const auto& a, const auto& b) { return outer(a, b); };
  const auto dot_reference = [](const Sample::Arrays& x) {
    double sum = 0;
    for (std::size_t i = 0; i < x[0].size(); ++i) sum += x[0].data()[i] * x[1].data()[i];
    return scalar_array(sum);
  };
  const auto outer_reference = [](const Sample::Arrays& x) {
    Array<double> result = empty_array<double>({x[0].size(), x[1].size()});
    for (std::size_t i = 0; i < result.size(); ++i)
      result.data()[i] = x[0].data()[i / x[1].size()] * x[1].data()[i % x[1].size()];
    return result;
  };
  const auto samples_of = [](auto call, auto reference, std::vector<std::pair<std::size_t, std::size_t>> lengths) {
    std::vector<Sample> samples;
    for (const auto& [m, n] : lengths)
      samples.push_back(sample(
          fmt::format("lengths {} and {}", m, n), {sample_values({m}, -2, 2, 3), sample_values({n}, -2, 2, 4)},
          [call](const auto& x) { return call(x[0], x[1]); }, reference));
    return samples;
  };
  const auto bad = [](const char* name, auto call, Shape a, Shape b, std::vector<std::string> mentions) {
    for (const Shape& shape : {a, b}) mentions.push_back(to_string(shape));
    return BadInput{name, [=] { call(Tensor<double>(filled_array(a, 1.0)), Tensor<double>(filled_array(b, 1.0))); },
                    std::move(mentions)};
  };
  return {
      {"dot",
       samples_of(dot_of, dot_reference, {{5, 5}, {1, 1}, {0, 0}, {70, 70}}),
       {},
       {bad("different lengths", dot_of, {3}, {4}, {"dot", "same length"}),
        bad("a matrix", dot_of, {2, 2}, {4}, {"dot", "vectors"})}},
      {"outer",
       samples_of(outer_of, outer_reference, {{2, 3}, {4, 1}, {3, 3}, {0, 2}, {2, 0}}),
       {},
       {bad("a matrix", outer_of, {2, 2}, {4}, {"outer", "vectors"})}},
  };
}

}  // namespace xgrad
