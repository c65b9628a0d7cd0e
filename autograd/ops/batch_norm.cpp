#include "xgrad/autograd/ops/batch_norm.hpp"

#include <cmath>
#include <optional>

#include <fmt/format.h>

#include "xgrad/autograd/operation.hpp"
#include "xgrad/autograd/ops/arithmetic.hpp"
#include "xgrad/autograd/ops/broadcast.hpp"
#include "xgrad/autograd/ops/comparison.hpp"
#include "xgrad/autograd/ops/dropout.hpp"
#include "xgrad/autograd/ops/elementwise.hpp"
#include "xgrad/autograd/ops/shape.hpp"
#include "xgrad/tensor/batch_norm.hpp"
#include "xgrad/tensor/error.hpp"

namespace xgrad {
namespace {

// Inputs: x, or x, weight and bias.
template <class T>
struct BatchNorm {
  static constexpr const char* name = "batch_norm";
  static constexpr unsigned saves = saves_input(0) | saves_input(1);

  double eps;
  bool batch_statistics;
  ChannelStatistics<T> statistics{};

  // What `forward` alone uses: the running statistics to update, if any.
  Array<T>*running_mean = nullptr, *running_var = nullptr;
  double momentum = 0;
  const ReluAfter* after = nullptr;

  Array<T> forward(const Array<T>& x) { return compute(x, nullptr, nullptr); }
  Array<T> forward(const Array<T>& x, const Array<T>& weight, const Array<T>& bias) {
    return compute(x, weight.data(), bias.data());
  }

  std::array<Tensor<T>, 3> fused_backward(const Context<T>& c) const {
    const bool affine = c.input_count() == 3;
    const Tensor<T> x = c.input(0), weight = affine ? c.input(1) : Tensor<T>();
    BatchNormGradients<T> d = batch_norm_gradients(c.gradient().value(), x.value(), affine ? weight.data() : nullptr,
                                                   statistics, batch_statistics, c.needs(0));
    return {c.needs(0) ? Tensor<T>(std::move(d.x)) : Tensor<T>(), Tensor<T>(std::move(d.weight)), Tensor<T>(std::move(d.bias))};
  }

  std::array<Tensor<T>, 3> backward(const Context<T>& c) const { return backward(c, c.gradient()); }

  // From the gradient g of the normalised values.
  std::array<Tensor<T>, 3> backward(const Context<T>& c, const Tensor<T>& g) const {
    const Tensor<T> x = c.input(0);
    const Shape channels = x.rank() == 3 ? Shape{x.shape()[1], 1} : Shape{x.shape()[1]};
    const T share = static_cast<T>(1 / static_cast<double>(ChannelLayout(x.shape()).per_channel()));
    const auto mean = [&](const Tensor<T>& t) { return sum_to(t, channels) * share; };
    Tensor<T> centered, scale;
    if (batch_statistics) {
      centered = x - mean(x);
      scale = reciprocal(sqrt(mean(square(centered)) + eps));
    } else {
      centered = x - reshape(Tensor<T>(Array<T>(statistics.mean)), channels);
      scale = reshape(Tensor<T>(Array<T>(statistics.scale)), channels);
    }
    const Tensor<T> normalized = centered * scale;
    std::array<Tensor<T>, 3> result;
    Tensor<T> through = g;
    if (c.input_count() == 3) {
      through = g * reshape(c.input(1), channels);
      result[1] = reshape(sum_to(g * normalized, channels), c.input_shape(1));
      result[2] = reshape(sum_to(g, channels), c.input_shape(1));
    }
    if (batch_statistics) through = through - mean(through) - normalized * mean(through * normalized);
    result[0] = through * scale;
    return result;
  }

  void release() { statistics = {}; }

 private:
  Array<T> compute(const Array<T>& x, const T* weight, const T* bias) {
    if (!batch_statistics) return normalize_channels(x, weight, bias, statistics);
    Array<T> variance;
    Array<T> y = batch_normalize(x, weight, bias, eps, statistics, variance, after);
    if (running_mean) {
      const double n = static_cast<double>(ChannelLayout(x.shape()).per_channel());
      follow(*running_mean, statistics.mean, momentum);
      follow(*running_var, variance, momentum, n / (n - 1));
    }
    running_mean = running_var = nullptr;
    return y;
  }

  // running ← (1 − share)·running + share·factor·batch
  static void follow(Array<T>& running, const Array<T>& batch, double share, double factor = 1) {
    for (std::size_t c = 0; c < batch.size(); ++c)
      running.data()[c] = static_cast<T>((1 - share) * running.data()[c] + share * (factor * batch.data()[c]));
  }
};

// Inputs: x, weight and bias. In training only.
template <class T>
struct BatchNormReluDropout {
  static constexpr const char* name = "batch_norm_relu_dropout";
  static constexpr unsigned saves = saves_input(0) | saves_input(1) | saves_output;

  BatchNorm<T> norm;
  std::optional<DropoutMask> mask;

  Array<T> forward(const Array<T>& x, const Array<T>& weight, const Array<T>& bias) {
    const ReluAfter after{mask ? &*mask : nullptr};
    norm.after = &after;
    Array<T> y = norm.forward(x, weight, bias);
    norm.after = nullptr;
    return y;
  }

  std::array<Tensor<T>, 3> fused_backward(const Context<T>& c) const {
    const Tensor<T> x = c.input(0), weight = c.input(1), y = c.output();
    BatchNormGradients<T> d =
        batch_norm_relu_gradients(c.gradient().value(), x.value(), weight.data(), norm.statistics, y.value(), factor());
    return {Tensor<T>(std::move(d.x)), Tensor<T>(std::move(d.weight)), Tensor<T>(std::move(d.bias))};
  }

  std::array<Tensor<T>, 3> backward(const Context<T>& c) const {
    return norm.backward(c, where(c.output(), c.gradient() * factor(), 0));
  }

  void release() { norm.release(); }

 private:
  T factor() const { return mask ? mask->scale<T>() : T(1); }
};

void check_channels(const Shape& x, const Shape& given, const char* what) {
  if (given != Shape{x[1]})
    throw ShapeError(fmt::format("batch_norm: {} has shape {} but x has shape {}; expected {}, one element for each channel",
                                 what, to_string(given), to_string(x), to_string(Shape{x[1]})));
}

template <class T>
void check_arguments(const Shape& x, const Tensor<T>& weight, const Tensor<T>& bias, const BatchNormOptions& o) {
  if (x.size() != 2 && x.size() != 3)
    throw ShapeError(fmt::format("batch_norm: x has shape {}; expected (N, C) or (N, C, L)", to_string(x)));
  if (weight.defined()) check_channels(x, weight.shape(), "weight");
  if (bias.defined()) check_channels(x, bias.shape(), "bias");
  if (!(o.eps >= 0 && std::isfinite(o.eps)))
    throw ConfigError(fmt::format("batch_norm: eps is {}; it must not be negative", o.eps));
  if (!(o.momentum >= 0 && o.momentum <= 1))
    throw ConfigError(fmt::format("batch_norm: momentum is {}; it must be in [0, 1]", o.momentum));
}

void check_batch(const Shape& x) {
  if (ChannelLayout(x).per_channel() == 1)
    throw ShapeError(
        fmt::format("batch_norm: x has shape {}: a single element to a channel has no variance; give a larger "
                    "batch, or evaluate with training = false",
                    to_string(x)));
}

// The operation with its running statistics, if it updates them, after all checks.
template <class T>
BatchNorm<T> prepare(const Tensor<T>& x, Array<T>& running_mean, Array<T>& running_var, const Tensor<T>& weight,
                     const Tensor<T>& bias, const BatchNormOptions& options) {
  check_arguments(x.shape(), weight, bias, options);
  check_channels(x.shape(), running_mean.shape(), "running_mean");
  check_channels(x.shape(), running_var.shape(), "running_var");
  BatchNorm<T> op{.eps = options.eps, .batch_statistics = options.training};
  if (!options.training) return op;
  check_batch(x.shape());
  op.running_mean = &running_mean;
  op.running_var = &running_var;
  op.momentum = options.momentum;
  return op;
}

template <class T>
Tensor<T> run(BatchNorm<T>&& op, const Tensor<T>& x, Tensor<T> weight, Tensor<T> bias) {
  if (!weight.defined() && !bias.defined()) return x.size() == 0 ? x : apply(std::move(op), x);
  if (!weight.defined()) weight = Tensor<T>(filled_array(bias.shape(), T(1)));
  if (!bias.defined()) bias = Tensor<T>(filled_array(weight.shape(), T(0)));
  if (x.size() == 0) {  // nothing to normalise, but the parameters' gradients are zeros, not missing
    const Shape channels = x.rank() == 3 ? Shape{x.shape()[1], 1} : Shape{x.shape()[1]};
    return x * reshape(weight, channels) + reshape(bias, channels);
  }
  return apply(std::move(op), x, weight, bias);
}

}  // namespace

template <class T>
Tensor<T> batch_norm(const Tensor<T>& x, Array<T>& running_mean, Array<T>& running_var, const Tensor<T>& weight,
                     const Tensor<T>& bias, const BatchNormOptions& options) {
  BatchNorm<T> op = prepare(x, running_mean, running_var, weight, bias, options);
  if (!options.training) {
    op.statistics = {running_mean, empty_array<T>(running_var.shape())};
    for (std::size_t c = 0; c < running_var.size(); ++c)
      op.statistics.scale.data()[c] = static_cast<T>(1 / std::sqrt(static_cast<double>(running_var.data()[c]) + options.eps));
  }
  return run(std::move(op), x, weight, bias);
}

template <class T>
Tensor<T> batch_norm(const Tensor<T>& x, const Tensor<T>& weight, const Tensor<T>& bias, const BatchNormOptions& options) {
  check_arguments(x.shape(), weight, bias, options);
  check_batch(x.shape());
  return run(BatchNorm<T>{.eps = options.eps, .batch_statistics = true}, x, weight, bias);
}

template <class T>
Tensor<T> batch_norm_relu_dropout(const Tensor<T>& x, Array<T>& running_mean, Array<T>& running_var, const Tensor<T>& weight,
                                  const Tensor<T>& bias, double p, Generator& generator, const BatchNormOptions& options) {
  if (!options.training)
    throw ConfigError("batch_norm_relu_dropout: options.training is false; this is for training, use batch_norm and relu");
  if (!(p >= 0 && p <= 1))
    throw ConfigError(fmt::format("batch_norm_relu_dropout: p is {}; the probability of a zero must be in [0, 1]", p));
  if (!weight.defined() || !bias.defined() || x.size() == 0 || !ReluAfter::fits(x.shape()))
    return relu_dropout(batch_norm(x, running_mean, running_var, weight, bias, options), p, generator);
  BatchNormReluDropout<T> op{prepare(x, running_mean, running_var, weight, bias, options), std::nullopt};
  if (p > 0) op.mask = DropoutMask::take(p, generator, x.size());
  return apply(std::move(op), x, weight, bias);
}

#define XGRAD_INSTANTIATE(T)                                                                                             \
  template Tensor<T> batch_norm(const Tensor<T>&, Array<T>&, Array<T>&, const Tensor<T>&, const Tensor<T>&,              \
                                const BatchNormOptions&);                                                                \
  template Tensor<T> batch_norm(const Tensor<T>&, const Tensor<T>&, const Tensor<T>&, const BatchNormOptions&);          \
  template Tensor<T> batch_norm_relu_dropout(const Tensor<T>&, Array<T>&, Array<T>&, const Tensor<T>&, const Tensor<T>&, \
                                             double, Generator&, const BatchNormOptions&);
XGRAD_INSTANTIATE(float)
XGRAD_INSTANTIATE(double)
#undef XGRAD_INSTANTIATE

}  // namespace xgrad
