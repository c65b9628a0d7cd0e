#include "xgrad/autograd/ops/layer_norm.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "xgrad/autograd/operation.hpp"
#include "xgrad/autograd/operation_info.hpp"
#include "xgrad/autograd/ops/arithmetic.hpp"
#include "xgrad/autograd/ops/broadcast.hpp"
#include "xgrad/autograd/ops/elementwise.hpp"
#include "xgrad/tensor/error.hpp"
#include "xgrad/tensor/layer_norm.hpp"

namespace xgrad {
namespace {

// Inputs: x, or x, weight and bias.
template <class T>
struct LayerNorm {
  static constexpr const char* name = "layer_norm";
  static constexpr unsigned saves = saves_input(0) | saves_input(1);

  Shape normalized;
  double eps;
  RowStatistics<T> statistics{};

  Array<T> forward(const Array<T>& x) { return compute(x, nullptr, nullptr); }
  Array<T> forward(const Array<T>& x, const Array<T>& weight, const Array<T>& bias) {
    return compute(x, weight.data(), bias.data());
  }

  std::array<Tensor<T>, 3> fused_backward(const Context<T>& c) const {
    const bool affine = c.input_count() == 3;
    const Tensor<T> x = c.input(0), weight = affine ? c.input(1) : Tensor<T>();
    LayerNormGradients<T> d =
        layer_norm_gradients(c.gradient().value(), x.value(), statistics.mean.size(), element_count(normalized),
                             affine ? weight.data() : nullptr, statistics, c.needs(0), affine && (c.needs(1) || c.needs(2)));
    std::array<Tensor<T>, 3> result;
    if (c.needs(0)) result[0] = Tensor<T>(std::move(d.x));
    if (!affine) return result;
    for (Array<T>* parameter : {&d.weight, &d.bias})
      if (parameter->size() == element_count(normalized)) parameter->reshape(normalized);
    if (c.needs(1)) result[1] = Tensor<T>(std::move(d.weight));
    if (c.needs(2)) result[2] = Tensor<T>(std::move(d.bias));
    return result;
  }

  std::array<Tensor<T>, 3> backward(const Context<T>& c) const {
    const Tensor<T>& g = c.gradient();
    const Tensor<T> x = c.input(0);
    Shape rows = x.shape();
    std::fill(rows.end() - static_cast<std::ptrdiff_t>(normalized.size()), rows.end(), std::size_t{1});
    const T share = static_cast<T>(1 / static_cast<double>(element_count(normalized)));
    const auto mean = [&](const Tensor<T>& t) { return sum_to(t, rows) * share; };
    const Tensor<T> centered = x - mean(x);
    const Tensor<T> scale = reciprocal(sqrt(mean(square(centered)) + eps));
    const Tensor<T> hat = centered * scale;
    std::array<Tensor<T>, 3> result;
    Tensor<T> h = g;
    if (c.input_count() == 3) {
      h = g * c.input(1);
      result[1] = g * hat;  // summed over the leading axes when delivered
      result[2] = g;
    }
    result[0] = (h - mean(h) - hat * mean(h * hat)) * scale;
    return result;
  }

  void release() { statistics = {}; }

 private:
  Array<T> compute(const Array<T>& x, const T* weight, const T* bias) {
    const std::size_t leading = x.dimension() - normalized.size();
    const std::size_t rows = element_count(Shape(x.shape().begin(), x.shape().begin() + static_cast<std::ptrdiff_t>(leading)));
    return layer_normalize(x, rows, element_count(normalized), weight, bias, eps, statistics);
  }
};

template <class T>
void check_arguments(const Shape& x, const Shape& normalized, const Tensor<T>& weight, const Tensor<T>& bias, double eps) {
  if (normalized.empty() || normalized.size() > x.size() || !std::equal(normalized.rbegin(), normalized.rend(), x.rbegin()))
    throw ShapeError(fmt::format("layer_norm: x has shape {}, which does not end with the normalized_shape {}", to_string(x),
                                 to_string(normalized)));
  for (const auto& [parameter, what] : {std::pair(&weight, "weight"), std::pair(&bias, "bias")})
    if (parameter->defined() && parameter->shape() != normalized)
      throw ShapeError(fmt::format("layer_norm: {} has shape {}; expected the normalized_shape {}", what,
                                   to_string(parameter->shape()), to_string(normalized)));
  if (!(eps >= 0 && std::isfinite(eps))) throw ConfigError(fmt::format("layer_norm: eps is {}; it must not be negative", eps));
}

}  // namespace

template <class T>
Tensor<T> layer_norm(const Tensor<T>& x, const Shape& normalized_shape, const Tensor<T>& weight, const Tensor<T>& bias,
                     double eps) {
  check_arguments(x.shape(), normalized_shape, weight, bias, eps);
  LayerNorm<T> op{normalized_shape, eps};
  if (!weight.defined() && !bias.defined()) return apply(std::move(op), x);
  return apply(std::move(op), x, weight.defined() ? weight : Tensor<T>(filled_array(normalized_shape, T(1))),
               bias.defined() ? bias : Tensor<T>(filled_array(normalized_shape, T(0))));
}

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
  OperationInfo info{LayerNorm<double>::name, {}};
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

#define XGRAD_INSTANTIATE(T) \
  template Tensor<T> layer_norm(const Tensor<T>&, const Shape&, const Tensor<T>&, const Tensor<T>&, double);
XGRAD_INSTANTIATE(float)
XGRAD_INSTANTIATE(double)
#undef XGRAD_INSTANTIATE

}  // namespace xgrad
