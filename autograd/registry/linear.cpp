#include "xgrad/autograd/ops/linear.hpp"

#include <fmt/format.h>

#include "xgrad/autograd/operation_info.hpp"
#include "xgrad/autograd/ops/broadcast.hpp"
#include "xgrad/autograd/ops/matmul.hpp"
#include "xgrad/autograd/ops/vector_products.hpp"
#include "xgrad/autograd/registry/families.hpp"

namespace xgrad {

std::vector<OperationInfo> linear_operations() {
  const auto reference = [](const Sample::Arrays& a) {
    const std::size_t out = a[1].shape()[0], in = a[1].shape()[1];
    Shape shape = a[0].shape();
    shape.back() = out;
    Array<double> y = empty_array<double>(shape);
    for (std::size_t i = 0; i < y.size(); ++i) {
      double sum = a.size() > 2 ? a[2].data()[i % out] : 0;
      for (std::size_t k = 0; k < in; ++k) sum += a[0].data()[i / out * in + k] * a[1].data()[i % out * in + k];
      y.data()[i] = sum;
    }
    return y;
  };
  std::vector<Sample> samples;
  const auto add = [&](const char* name, const Shape& x, std::size_t out) {
    const std::size_t in = x.back();
    const Array<double> input = sample_values(x, -1, 1, 1), weight = sample_values({out, in}, -1, 1, 2);
    samples.push_back(sample(
        name, {input, weight, sample_values({out}, -1, 1, 3)}, [](const auto& a) { return linear(a[0], a[1], a[2]); },
        reference));
    samples.push_back(sample(
        fmt::format("{}, no bias", name), {input, weight}, [](const auto& a) { return linear(a[0], a[1]); }, reference));
  };
  add("batch", {3, 4}, 2);
  add("as many inputs as outputs", {3, 3}, 3);
  add("one sample", {1, 4}, 3);
  add("a vector", {4}, 3);
  add("two leading axes", {2, 2, 3}, 2);
  add("size 1", {1, 1}, 1);
  add("no samples", {0, 3}, 2);
  add("no inputs", {2, 0}, 3);
  add("no outputs", {2, 3}, 0);
  add("larger than a block of BLAS", {9, 35}, 33);
  const auto bad = [](const char* name, const Shape& x, const Shape& weight, const Shape& bias,
                      std::vector<std::string> mentions) {
    mentions.push_back("linear");
    return BadInput{name,
                    [=] {
                      linear(Tensor<double>(filled_array(x, 1.0)), Tensor<double>(filled_array(weight, 1.0)),
                             Tensor<double>(filled_array(bias, 1.0)));
                    },
                    std::move(mentions)};
  };
  return {
      {"linear",
       std::move(samples),
       {},
       {bad("x too narrow", {16, 700}, {128, 784}, {128}, {"(16, 700)", "(128, 784)"}),
        bad("x a scalar", {}, {2, 1}, {2}, {"()", "(2, 1)"}), bad("weight a vector", {2, 3}, {3}, {3}, {"(3,)", "(out, in)"}),
        bad("bias of the inputs' length", {2, 3}, {4, 3}, {3}, {"(3,)", "(4, 3)"}),
        bad("bias a matrix", {2, 3}, {4, 3}, {1, 4}, {"(1, 4)", "(4, 3)"})}}};
}

}  // namespace xgrad
