#include "xgrad/tensor/batch_norm.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "xgrad/tensor/kernels/elementwise.hpp"
#include "xgrad/tensor/kernels/normalization.hpp"
#include "xgrad/tensor/kernels/reduction.hpp"
#include "xgrad/tensor/parallel.hpp"

namespace xgrad {
namespace {

constexpr std::size_t columns_per_chunk = 64;  // 1024 rows of them are 256 KiB in float: they stay in the second-level cache
constexpr std::size_t chunk_elements = 16384;  // what one thread takes at a time where a channel is not a column

// Calls body(first channel, last + 1) for ranges of channels that depend on the shape alone.
template <class Body>
void for_channels(const ChannelLayout& a, Body&& body) {
  const std::size_t fitting = chunk_elements / std::max<std::size_t>(1, a.per_channel());
  parallel_for(a.channels, a.length == 1 ? columns_per_chunk : std::max<std::size_t>(1, fitting), body);
}

// Calls body(offset) for the contiguous pieces, of `length` elements each, of one channel.
template <class Body>
void for_pieces(const ChannelLayout& a, std::size_t channel, Body&& body) {
  for (std::size_t n = 0; n < a.samples; ++n) body((n * a.channels + channel) * a.length);
}

template <class T>
void moments(const T* x, const ChannelLayout& a, std::size_t begin, std::size_t end, T* mean, T* variance) {
  const auto& loops = kernels::normalization<T>();
  if (a.length == 1) return loops.column_moments(x + begin, a.samples, a.channels, end - begin, mean + begin, variance + begin);
  const double count = static_cast<double>(a.per_channel());
  for (std::size_t c = begin; c < end; ++c) {
    double sum = 0, squares = 0;
    for_pieces(a, c, [&](std::size_t at) { sum += kernels::reduction<T>().sum(x + at, a.length); });
    mean[c] = static_cast<T>(sum / count);
    for_pieces(a, c, [&](std::size_t at) { squares += loops.centered_squares(x + at, a.length, mean[c]); });
    variance[c] = static_cast<T>(squares / count);
  }
}

// y = (x − mean)·factor + shift
template <class T>
void normalize(const T* x, const ChannelLayout& a, std::size_t begin, std::size_t end, const T* mean, const T* factor,
               const T* shift, T* y) {
  const auto& loops = kernels::normalization<T>();
  if (a.length == 1)
    return loops.column_normalize(x + begin, a.samples, a.channels, end - begin, mean + begin, factor + begin, shift + begin,
                                  y + begin);
  for (std::size_t c = begin; c < end; ++c)
    for_pieces(a, c, [&](std::size_t at) {
      loops.row_normalize(x + at, a.length, mean[c], T(1), factor + c, 0, shift + c, 0, y + at);
    });
}

template <class T>
void gradient_sums(const T* g, const T* x, const ChannelLayout& a, std::size_t begin, std::size_t end, const T* mean, T* sum,
                   T* dot) {
  const auto& loops = kernels::normalization<T>();
  if (a.length == 1)
    return loops.column_gradient_sums(g + begin, x + begin, a.samples, a.channels, end - begin, mean + begin, sum + begin,
                                      dot + begin);
  const T one = 1;
  for (std::size_t c = begin; c < end; ++c) {
    double total = 0, total_dot = 0, piece, piece_dot;
    for_pieces(a, c, [&](std::size_t at) {
      loops.row_gradient_sums(g + at, &one, 0, x + at, a.length, mean[c], &piece, &piece_dot);
      total += piece;
      total_dot += piece_dot;
    });
    sum[c] = static_cast<T>(total);
    dot[c] = static_cast<T>(total_dot);
  }
}

// d = factor·(g − constant − (x − mean)·slope)
template <class T>
void input_gradient(const T* g, const T* x, const ChannelLayout& a, std::size_t begin, std::size_t end, const T* mean,
                    const T* factor, const T* constant, const T* slope, T* d) {
  const auto& loops = kernels::normalization<T>();
  if (a.length == 1)
    return loops.column_input_gradient(g + begin, x + begin, a.samples, a.channels, end - begin, mean + begin, factor + begin,
                                       constant + begin, slope + begin, d + begin);
  const T one = 1;
  for (std::size_t c = begin; c < end; ++c)
    for_pieces(a, c, [&](std::size_t at) {
      loops.row_input_gradient(g + at, &one, 0, x + at, a.length, mean[c], factor[c], constant[c], slope[c], d + at);
    });
}

// factor = scale·weight and shift = bias for a range of channels.
template <class T>
void affine(const T* weight, const T* bias, const T* scale, std::size_t begin, std::size_t end, T* factor, T* shift) {
  for (std::size_t c = begin; c < end; ++c) {
    factor[c] = weight ? scale[c] * weight[c] : scale[c];
    shift[c] = bias ? bias[c] : T(0);
  }
}

// ReLU and dropout in place, for a range of columns.
template <class T>
void relu_after(const ReluAfter& after, const ChannelLayout& a, std::size_t begin, std::size_t end, T* y) {
  alignas(64) T factors[columns_per_chunk];
  const std::size_t count = end - begin;
  for (std::size_t row = 0; row < a.samples; ++row) {
    const std::size_t at = row * a.channels + begin;
    if (after.mask) {
      after.mask->fill(at, factors, count);
      kernels::run(kernels::Binary::ReluMul, y + at, factors, y + at, count);
    } else {
      kernels::run(kernels::Unary::Relu, y + at, y + at, count);
    }
  }
}

// Where gradients of channels are summed and multiplied. Constant statistics are the same formula without what comes through
// mean and scale.
template <class T>
class Gradients {
 public:
  Gradients(const Array<T>& x, const T* weight, const ChannelStatistics<T>& statistics, bool batch_statistics, bool want_x)
      : layout_(x.shape()),
        x_(x.data()),
        weight_(weight),
        statistics_(statistics),
        share_(batch_statistics ? static_cast<T>(1 / static_cast<double>(layout_.per_channel())) : T(0)),
        result_{empty_array<T>(want_x ? x.shape() : Shape{0}), empty_array<T>({layout_.channels}),
                empty_array<T>({layout_.channels})},
        parameters_(empty_array<T>({3, layout_.channels})) {}

  // From the gradient g for a range of channels; g may be `x()`, if the range's columns fill whole vectors.
  void add(const T* g, std::size_t begin, std::size_t end) {
    const T *mean = statistics_.mean.data(), *scale = statistics_.scale.data();
    T *factor = parameters_.data(), *constant = factor + layout_.channels, *slope = constant + layout_.channels;
    T *sum = result_.bias.data(), *dot = result_.weight.data();
    gradient_sums(g, x_, layout_, begin, end, mean, sum, dot);
    for (std::size_t c = begin; c < end; ++c) {
      factor[c] = weight_ ? scale[c] * weight_[c] : scale[c];
      constant[c] = share_ * sum[c];
      slope[c] = share_ * dot[c] * scale[c] * scale[c];
      dot[c] *= scale[c];  // from here the weight's gradient Σ g·(x − mean)·scale
    }
    if (result_.x.size() > 0) input_gradient(g, x_, layout_, begin, end, mean, factor, constant, slope, x());
  }

  const ChannelLayout& layout() const { return layout_; }
  T* x() { return result_.x.data(); }
  BatchNormGradients<T> take() { return std::move(result_); }

 private:
  ChannelLayout layout_;
  const T *x_, *weight_;
  const ChannelStatistics<T>& statistics_;
  T share_;
  BatchNormGradients<T> result_;
  Array<T> parameters_;
};

}  // namespace

template <class T>
Array<T> batch_normalize(const Array<T>& x, const T* weight, const T* bias, double eps, ChannelStatistics<T>& statistics,
                         Array<T>& variance, const ReluAfter* after) {
  const ChannelLayout a(x.shape());
  Array<T> y = empty_array<T>(x.shape()), parameters = empty_array<T>({2, a.channels});
  for (Array<T>* list : {&statistics.mean, &statistics.scale, &variance}) *list = empty_array<T>({a.channels});
  const T* in = x.data();
  T *mean = statistics.mean.data(), *scale = statistics.scale.data(), *var = variance.data(), *out = y.data();
  T *factor = parameters.data(), *shift = factor + a.channels;
  for_channels(a, [&](std::size_t begin, std::size_t end) {
    moments(in, a, begin, end, mean, var);
    for (std::size_t c = begin; c < end; ++c) scale[c] = static_cast<T>(1 / std::sqrt(static_cast<double>(var[c]) + eps));
    affine(weight, bias, scale, begin, end, factor, shift);
    normalize(in, a, begin, end, mean, factor, shift, out);
    if (after) relu_after(*after, a, begin, end, out);
  });
  return y;
}

template <class T>
Array<T> normalize_channels(const Array<T>& x, const T* weight, const T* bias, const ChannelStatistics<T>& statistics) {
  const ChannelLayout a(x.shape());
  Array<T> y = empty_array<T>(x.shape()), parameters = empty_array<T>({2, a.channels});
  T *factor = parameters.data(), *shift = factor + a.channels, *out = y.data();
  for_channels(a, [&](std::size_t begin, std::size_t end) {
    affine(weight, bias, statistics.scale.data(), begin, end, factor, shift);
    normalize(x.data(), a, begin, end, statistics.mean.data(), factor, shift, out);
  });
  return y;
}

template <class T>
BatchNormGradients<T> batch_norm_gradients(const Array<T>& g, const Array<T>& x, const T* weight,
                                           const ChannelStatistics<T>& statistics, bool batch_statistics, bool want_x) {
  Gradients<T> gradients(x, weight, statistics, batch_statistics, want_x);
  for_channels(gradients.layout(), [&](std::size_t begin, std::size_t end) { gradients.add(g.data(), begin, end); });
  return gradients.take();
}

template <class T>
BatchNormGradients<T> batch_norm_relu_gradients(const Array<T>& g, const Array<T>& x, const T* weight,
                                                const ChannelStatistics<T>& statistics, const Array<T>& y, T factor) {
  Gradients<T> gradients(x, weight, statistics, true, true);
  const ChannelLayout& a = gradients.layout();
  T* before = gradients.x();  // the normalisation's gradient, and then in its place that of x
  for_channels(a, [&](std::size_t begin, std::size_t end) {
    for (std::size_t row = 0; row < a.samples; ++row) {
      const std::size_t at = row * a.channels + begin;
      kernels::run(kernels::Binary::ReluMulGrad, g.data() + at, y.data() + at, before + at, end - begin, factor);
    }
    gradients.add(before, begin, end);
  });
  return gradients.take();
}

#define XGRAD_INSTANTIATE(T)                                                                                                   \
  template Array<T> batch_normalize(const Array<T>&, const T*, const T*, double, ChannelStatistics<T>&, Array<T>&,             \
                                    const ReluAfter*);                                                                         \
  template Array<T> normalize_channels(const Array<T>&, const T*, const T*, const ChannelStatistics<T>&);                      \
  template BatchNormGradients<T> batch_norm_gradients(const Array<T>&, const Array<T>&, const T*, const ChannelStatistics<T>&, \
                                                      bool, bool);                                                             \
  template BatchNormGradients<T> batch_norm_relu_gradients(const Array<T>&, const Array<T>&, const T*,                         \
                                                           const ChannelStatistics<T>&, const Array<T>&, T);
XGRAD_INSTANTIATE(float)
XGRAD_INSTANTIATE(double)
#undef XGRAD_INSTANTIATE

}  // namespace xgrad
