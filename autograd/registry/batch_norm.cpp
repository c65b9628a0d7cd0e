#include "xgrad/autograd/ops/batch_norm.hpp"

#include <algorithm>
#include <cmath>
#include <type_traits>

#include <fmt/format.h>

#include "xgrad/autograd/operation_info.hpp"
#include "xgrad/autograd/ops/arithmetic.hpp"
#include "xgrad/autograd/ops/broadcast.hpp"
#include "xgrad/autograd/ops/elementwise.hpp"
#include "xgrad/autograd/ops/shape.hpp"
#include "xgrad/autograd/registry/families.hpp"
#include "xgrad/tensor/batch_norm.hpp"

namespace xgrad {
namespace {

struct Case {
  const char* name;
  Shape shape;
  bool training = true, running = true;
  double eps = 1e-5;
};

// The definition in long double, channel by channel.
Array<double> reference(const Case& k, const Sample::Arrays& in) {
  Array<double> y = in[0];
  const std::size_t channels = k.shape[1], length = k.shape.size() == 3 ? k.shape[2] : 1, n = k.shape[0] * length;
  for (std::size_t c = 0; c < channels; ++c) {
    std::vector<double*> elements;
    for (std::size_t i = 0; i < y.size(); ++i)
      if (i / length % channels == c) elements.push_back(&y.data()[i]);
    long double mean = 0.1L * c, variance = 0.5L + c;  // the running statistics of `call`
    if (k.training || !k.running) {
      mean = variance = 0;
      for (const double* e : elements) mean += *e / static_cast<long double>(n);
      for (const double* e : elements) variance += (*e - mean) * (*e - mean) / n;
    }
    const double weight = in.size() > 1 ? in[1].data()[c] : 1, bias = in.size() > 2 ? in[2].data()[c] : 0;
    for (double* e : elements) *e = static_cast<double>((*e - mean) / std::sqrt(variance + k.eps) * weight + bias);
  }
  return y;
}

template <class X>
auto call(const Case& k, const X& x) {
  using T = typename X::value_type::value_type;
  const Tensor<T> weight = x.size() > 1 ? x[1] : Tensor<T>(), bias = x.size() > 2 ? x[2] : Tensor<T>();
  const BatchNormOptions options{.training = k.training, .eps = k.eps};
  if (!k.running) return batch_norm(x[0], weight, bias, options);
  Array<T> mean = empty_array<T>({k.shape[1]}), variance = mean;
  for (std::size_t c = 0; c < mean.size(); ++c) {
    mean.data()[c] = static_cast<T>(0.1) * c;
    variance.data()[c] = static_cast<T>(0.5) + c;
  }
  return batch_norm(x[0], mean, variance, weight, bias, options);
}

std::vector<Sample> samples() {
  std::vector<Sample> list;
  std::uint64_t seed = 80;
  const auto add = [&](const Case& k, std::size_t inputs) {
    Sample::Arrays arrays{sample_values(k.shape, -2, 2, ++seed)};
    for (std::size_t i = 1; i < inputs; ++i) arrays.push_back(sample_values({k.shape[1]}, 0.5, 2, ++seed));
    list.push_back(sample(
        k.name, arrays, [k](const auto& x) { return call(k, x); }, [k](const Sample::Arrays& x) { return reference(k, x); }));
  };
  add({"training", {6, 3}}, 3);
  add({"training, no weight and bias", {6, 3}}, 1);
  add({"training, no bias", {6, 3}}, 2);
  add({"training, no running statistics", {5, 2}, true, false}, 3);
  add({"evaluation", {4, 3}, false}, 3);
  add({"evaluation, no weight and bias", {4, 3}, false}, 1);
  add({"evaluation, one row", {1, 3}, false}, 3);
  add({"sequences, training", {3, 2, 4}}, 3);
  add({"sequences, one sample", {1, 2, 5}}, 3);
  add({"sequences, evaluation", {3, 2, 4}, false}, 3);
  add({"sequences, no weight and bias", {3, 2, 4}, true, false}, 1);
  add({"larger eps", {5, 2}, true, true, 0.1}, 3);
  add({"many channels", {8, 71}}, 3);
  add({"many rows", {300, 2}}, 3);
  add({"long sequences", {3, 2, 150}}, 3);
  add({"one channel", {7, 1}}, 3);
  add({"no rows", {0, 3}}, 3);
  add({"no rows, no weight and bias", {0, 3}}, 1);
  add({"empty sequences", {2, 3, 0}}, 3);
  return list;
}

std::vector<BadInput> bad_inputs() {
  using Double = Tensor<double>;
  const auto ones = [](const Shape& shape) { return filled_array(shape, 1.0); };
  const auto bad = [=](Shape x, Shape running, Shape weight, BatchNormOptions options = {}) {
    return [=] {
      Array<double> mean = ones(running), variance = ones({3});
      batch_norm(Double(ones(x)), mean, variance, Double(ones(weight)), Double(ones({3})), options);
    };
  };
  return {{"rank 1", bad({3}, {3}, {3}), {"batch_norm", "(3,)", "(N, C)"}},
          {"rank 4", bad({2, 3, 1, 1}, {3}, {3}), {"batch_norm", "(2, 3, 1, 1)"}},
          {"running statistics of other channels", bad({2, 3}, {4}, {3}), {"batch_norm", "running_mean", "(4,)", "(2, 3)"}},
          {"weights of other channels", bad({2, 3}, {3}, {2}), {"batch_norm", "weight", "(2,)", "(2, 3)"}},
          {"one row in training", bad({1, 3}, {3}, {3}), {"batch_norm", "(1, 3)", "training"}},
          {"one row without running statistics",
           [=] {
             batch_norm(Double(ones({1, 3})));
           },
           {"batch_norm", "(1, 3)"}},
          {"negative eps", bad({2, 3}, {3}, {3}, {.eps = -1}), {"batch_norm", "eps", "-1"}},
          {"momentum above 1", bad({2, 3}, {3}, {3}, {.momentum = 2}), {"batch_norm", "momentum", "2", "[0, 1]"}}};
}

// Drawn anew until no normalised value is so near to ReLU's kink that a finite difference may cross it.
Sample::Arrays inputs_away_from_the_kink(const Case& k, std::uint64_t& seed) {
  for (;;) {
    Sample::Arrays inputs{sample_values(k.shape, -2, 2, ++seed), sample_values({k.shape[1]}, 0.5, 2, ++seed),
                          sample_values({k.shape[1]}, -0.5, 0.5, ++seed)};
    double nearest = 1;
    for (const double value : reference(k, inputs)) nearest = std::min(nearest, std::abs(value));
    if (nearest > 0.01) return inputs;
  }
}

// Followed by ReLU and dropout: 16 and 80 channels are treated in one pass, 3 are not.
OperationInfo followed_by_relu_and_dropout() {
  const auto run = [](double p, const auto& x, const BatchNormOptions& options = {}) {
    using T = typename std::decay_t<decltype(x)>::value_type::value_type;
    Array<T> mean = filled_array(x[1].shape(), T(0)), variance = mean;
    Generator generator(7, 3);
    return batch_norm_relu_dropout(x[0], mean, variance, x[1], x[2], p, generator, options);
  };
  OperationInfo info{"batch_norm_relu_dropout", {}};
  std::uint64_t seed = 180;
  for (const double p : {0.0, 0.4, 1.0})
    for (const Shape& shape : {Shape{5, 16}, Shape{4, 3}, Shape{3, 2, 4}, Shape{4, 80}, Shape{0, 16}}) {
      const Case k{"", shape};
      const auto reference = [p, k](const Sample::Arrays& x) {
        Generator generator(7, 3);
        const Array<double> mask = random::bernoulli<double>(generator, x[0].shape(), 1 - p);
        Array<double> y = xgrad::reference(k, x);
        for (std::size_t i = 0; i < y.size(); ++i)
          y.data()[i] = p == 1 || y.data()[i] < 0 ? 0 : y.data()[i] * mask.data()[i] / (1 - p);
        return y;
      };
      info.samples.push_back(sample(
          fmt::format("p = {}, shape {}", p, to_string(shape)), inputs_away_from_the_kink(k, seed),
          [p, run](const auto& x) { return run(p, x); }, reference));
    }
  const auto bad = [run](double p, const Shape& weight, const BatchNormOptions& options = {}) {
    return [=] {
      using Double = Tensor<double>;
      run(p,
          std::vector<Double>{Double(filled_array({2, 3}, 1.0)), Double(filled_array(weight, 1.0)),
                              Double(filled_array(weight, 1.0))},
          options);
    };
  };
  info.bad_inputs = {{"p = -1", bad(-1, {3}), {"batch_norm_relu_dropout", "-1", "[0, 1]"}},
                     {"weights of other channels", bad(0.5, {2}), {"batch_norm", "weight", "(2,)", "(2, 3)"}},
                     {"evaluation", bad(0.5, {3}, {.training = false}), {"batch_norm_relu_dropout", "training"}}};
  return info;
}

}  // namespace

std::vector<OperationInfo> batch_norm_operations() {
  return {{"batch_norm", samples(), {}, bad_inputs()}, followed_by_relu_and_dropout()};
}

}  // namespace xgrad
