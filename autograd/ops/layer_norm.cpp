#include "xgrad/autograd/ops/layer_norm.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "xgrad/autograd/operation.hpp"
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

#define XGRAD_INSTANTIATE(T) \
  template Tensor<T> layer_norm(const Tensor<T>&, const Shape&, const Tensor<T>&, const Tensor<T>&, double);
XGRAD_INSTANTIATE(float)
XGRAD_INSTANTIATE(double)
#undef XGRAD_INSTANTIATE

}  // namespace xgrad
