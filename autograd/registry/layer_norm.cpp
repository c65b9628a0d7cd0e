#include "xgrad/autograd/ops/layer_norm.hpp"

#include <cmath>
#include <limits>

#include "xgrad/autograd/operation_info.hpp"
#include "xgrad/autograd/ops/arithmetic.hpp"
#include "xgrad/autograd/ops/broadcast.hpp"
#include "xgrad/autograd/ops/elementwise.hpp"
#include "xgrad/autograd/registry/families.hpp"
#include "xgrad/tensor/layer_norm.hpp"

namespace xgrad {
namespace {

// The definition in long double, row by row; weight and bias if there are so many inputs.
Array<double> reference(const Sample::Arrays& in, std::size_t length, double eps) {
  Array<double> y = in[0];
  for (std::size_t at = 0; at < y.size(); at += length) {
    long double mean = 0, variance = 0;
    for (std::size_t i = 0; i < length; ++i) mean += static_cast<long double>(in[0].data()[at + i]) / length;
    for (std::size_t i = 0; i < length; ++i) variance += std::pow(in[0].data()[at + i] - mean, 2) / length;
    for (std::size_t i = 0; i < length; ++i) {
      const double weight = in.size() > 1 ? in[1].data()[i] : 1, bias = in.size() > 2 ? in[2].data()[i] : 0;
      y.data()[at + i] = static_cast<double>((in[0].data()[at + i] - mean) / std::sqrt(variance + eps) * weight + bias);
    }
  }
  return y;
}

}  // namespace

std::vector<OperationInfo> layer_norm_operations() {
  OperationInfo info{"layer_norm", {}};
  struct Case {
    const char* name;
    Shape shape, normalized;
    std::size_t inputs = 3;
    double eps = 1e-5;
  };
  for (const Case& k :
       {Case{"rows", {3, 5}, {5}}, Case{"rows, no weight and bias", {3, 5}, {5}, 1}, Case{"rows, no bias", {3, 5}, {5}, 2},
        Case{"two trailing axes", {3, 2, 4}, {2, 4}}, Case{"two leading axes", {2, 3, 4}, {4}}, Case{"vector", {6}, {6}},
        Case{"larger eps", {2, 4}, {4}, 3, 0.1}, Case{"rows of 67", {2, 67}, {67}}, Case{"many rows", {90, 3}, {3}, 3, 0.5},
        Case{"one element a row", {3, 1}, {1}, 3, 0.1}, Case{"no rows", {0, 3}, {3}}, Case{"empty rows", {2, 0}, {0}}}) {
    Sample::Arrays inputs{sample_values(k.shape, -2, 2, 400 + info.samples.size())};
    while (inputs.size() < k.inputs) inputs.push_back(sample_values(k.normalized, 0.5, 2, 420 + inputs.size()));
    info.samples.push_back(sample(
        k.name, inputs,
        [k](const auto& x) {
          using T = typename std::decay_t<decltype(x[0])>::value_type;
          return layer_norm(x[0], k.normalized, x.size() > 1 ? x[1] : Tensor<T>(), x.size() > 2 ? x[2] : Tensor<T>(), k.eps);
        },
        [k](const Sample::Arrays& x) { return reference(x, element_count(k.normalized), k.eps); }));
  }
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  const auto rows = [](const auto& x) { return layer_norm(x, {2}, {}, {}, 0); };
  info.special_values = {{"far apart", rows, {-1e150, 1e150}, {-1, 1}, {0, 0}},
                         {"not a number in one row", rows, {{nan, 1}, {1, 3}}, {{nan, nan}, {-1, 1}}, {{nan, nan}, {0, 0}}}};
  const auto bad = [](Shape normalized, Shape weight, double eps = 1e-5) {
    return [=] {
      layer_norm(Tensor<double>(filled_array<double>({2, 3}, 1)), normalized, Tensor<double>(filled_array(weight, 1.0)), {},
                 eps);
    };
  };
  info.bad_inputs = {{"another shape", bad({4}, {4}), {"layer_norm", "(2, 3)", "(4,)"}},
                     {"no axes", bad({}, {}), {"layer_norm", "(2, 3)", "()"}},
                     {"more axes than there are", bad({1, 2, 3}, {1, 2, 3}), {"layer_norm", "(2, 3)", "(1, 2, 3)"}},
                     {"weights of another shape", bad({3}, {2, 3}), {"layer_norm", "weight", "(2, 3)", "(3,)"}},
                     {"negative eps", bad({3}, {3}, -1), {"layer_norm", "eps", "-1"}}};
  return {info};
}

}  // namespace xgrad
