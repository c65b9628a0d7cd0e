#include "xgrad/autograd/ops/batch_norm.hpp"

#include <cmath>

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

}  // namespace

std::vector<OperationInfo> batch_norm_operations() { return {{"batch_norm", samples(), {}, bad_inputs()}}; }

}  // namespace xgrad
