#include "xgrad/autograd/ops/linear.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "xgrad/autograd/operation_info.hpp"
#include "xgrad/autograd/ops/broadcast.hpp"
#include "xgrad/autograd/ops/matmul.hpp"
#include "xgrad/autograd/ops/vector_products.hpp"
#include "xgrad/autograd/registry/families.hpp"

namespace xgrad {
namespace {

Array<double> reference(const Sample::Arrays& a) {
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
}

Array<double> rectified_reference(const Sample::Arrays& a) {
  Array<double> y = reference(a);
  for (double& value : y) value = std::max(value, 0.0);
  return y;
}

// Drawn anew until no sum is so near to ReLU's kink that a finite difference may cross it.
Sample::Arrays inputs_away_from_the_kink(const Shape& x, std::size_t out, bool bias, std::uint64_t& seed) {
  for (;;) {
    Sample::Arrays inputs{sample_values(x, -1, 1, ++seed), sample_values({out, x.back()}, -1, 1, ++seed)};
    if (bias) inputs.push_back(sample_values({out}, -1, 1, ++seed));
    double nearest = 1;
    for (const double value : reference(inputs)) nearest = std::min(nearest, std::abs(value));
    if (nearest > 0.01) return inputs;
  }
}

OperationInfo linear_relu_info() {
  OperationInfo info{"linear_relu", {}};
  std::uint64_t seed = 40;
  for (const bool bias : {true, false})
    for (const auto& [x, out] :
         {std::pair<Shape, std::size_t>{{3, 4}, 2}, {{4}, 3}, {{2, 2, 3}, 2}, {{5, 300}, 7}, {{0, 3}, 2}})
      info.samples.push_back(sample(
          fmt::format("x {}, {} outputs{}", to_string(x), out, bias ? "" : ", no bias"),
          inputs_away_from_the_kink(x, out, bias, seed),
          [](const auto& a) { return a.size() > 2 ? linear_relu(a[0], a[1], a[2]) : linear_relu(a[0], a[1]); },
          rectified_reference));
  const auto bad = [](const Shape& x, const Shape& weight, const Shape& bias) {
    return [=] {
      linear_relu(Tensor<double>(filled_array(x, 1.0)), Tensor<double>(filled_array(weight, 1.0)),
                  Tensor<double>(filled_array(bias, 1.0)));
    };
  };
  info.bad_inputs = {{"x too narrow", bad({2, 3}, {4, 5}, {4}), {"linear", "(2, 3)", "(4, 5)"}},
                     {"bias of the inputs' length", bad({2, 3}, {4, 3}, {3}), {"linear", "(3,)", "(4, 3)"}}};
  return info;
}

}  // namespace

std::vector<OperationInfo> linear_operations() {
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
        bad("bias a matrix", {2, 3}, {4, 3}, {1, 4}, {"(1, 4)", "(4, 3)"})}},
      linear_relu_info()};
}

}  // namespace xgrad
