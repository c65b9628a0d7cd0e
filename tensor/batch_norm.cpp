#include "xgrad/tensor/batch_norm.hpp"

#include <algorithm>
#include <cmath>

#include "xgrad/tensor/kernels/normalization.hpp"
#include "xgrad/tensor/kernels/reduction.hpp"
#include "xgrad/tensor/parallel.hpp"

namespace xgrad {
namespace {

constexpr std::size_t columns_per_chunk = 64;  // 1024 rows of them are 256 KiB in float: they stay in the second-level cache
constexpr std::size_t chunk_elements = 16384;  // what one thread takes at a time where it does not take columns
constexpr std::size_t piece_elements = 1024;   // mask that is still in the first-level cache when it is used

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
kernels::Gradient<T> from(const kernels::Gradient<T>& g, std::size_t begin) {
  return {g.g + begin, g.y ? g.y + begin : nullptr, g.factor};
}

// A gradient that ReLU let through is taken where channels are columns only.
template <class T>
void gradient_sums(const kernels::Gradient<T>& g, const T* x, const ChannelLayout& a, std::size_t begin, std::size_t end,
                   const T* mean, T* sum, T* dot) {
  const auto& loops = kernels::normalization<T>();
  if (a.length == 1)
    return loops.column_gradient_sums(from(g, begin), x + begin, a.samples, a.channels, end - begin, mean + begin, sum + begin,
                                      dot + begin);
  const T one = 1;
  for (std::size_t c = begin; c < end; ++c) {
    double total = 0, total_dot = 0, piece, piece_dot;
    for_pieces(a, c, [&](std::size_t at) {
      loops.row_gradient_sums(g.g + at, &one, 0, x + at, a.length, mean[c], &piece, &piece_dot);
      total += piece;
      total_dot += piece_dot;
    });
    sum[c] = static_cast<T>(total);
    dot[c] = static_cast<T>(total_dot);
  }
}

// d = factor·(g − constant − (x − mean)·slope)
template <class T>
void input_gradient(const kernels::Gradient<T>& g, const T* x, const ChannelLayout& a, std::size_t begin, std::size_t end,
                    const T* mean, const T* factor, const T* constant, const T* slope, T* d) {
  const auto& loops = kernels::normalization<T>();
  if (a.length == 1)
    return loops.column_input_gradient(from(g, begin), x + begin, a.samples, a.channels, end - begin, mean + begin,
                                       factor + begin, constant + begin, slope + begin, d + begin);
  const T one = 1;
  for (std::size_t c = begin; c < end; ++c)
    for_pieces(a, c, [&](std::size_t at) {
      loops.row_input_gradient(g.g + at, &one, 0, x + at, a.length, mean[c], factor[c], constant[c], slope[c], d + at);
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

// y = dropout(relu((x − mean)·factor + shift)), row by row: the mask's numbers follow each other.
template <class T>
void rectify(const ReluAfter& after, const T* x, const ChannelLayout& a, const T* mean, const T* factor, const T* shift, T* y) {
  parallel_for(a.samples, std::max<std::size_t>(1, chunk_elements / a.channels), [&](std::size_t begin, std::size_t end) {
    const std::size_t width = std::min(piece_elements, a.channels);
    alignas(64) T factors[piece_elements];
    for (std::size_t row = begin; row < end; ++row)
      for (std::size_t c = 0; c < a.channels; c += width) {
        const std::size_t at = row * a.channels + c, count = std::min(width, a.channels - c);
        if (after.mask) after.mask->fill(at, factors, count);
        kernels::normalization<T>().rectify(x + at, count, mean + c, factor + c, shift + c, after.mask ? factors : nullptr,
                                            y + at);
      }
  });
}

// Constant statistics are the same formula without what comes through mean and scale.
template <class T>
BatchNormGradients<T> gradients(const kernels::Gradient<T>& g, const Array<T>& x, const T* weight,
                                const ChannelStatistics<T>& statistics, bool batch_statistics, bool want_x) {
  const ChannelLayout a(x.shape());
  BatchNormGradients<T> result{empty_array<T>(want_x ? x.shape() : Shape{0}), empty_array<T>({a.channels}),
                               empty_array<T>({a.channels})};
  Array<T> parameters = empty_array<T>({3, a.channels});
  const T *mean = statistics.mean.data(), *scale = statistics.scale.data();
  T *factor = parameters.data(), *constant = factor + a.channels, *slope = constant + a.channels;
  T *sum = result.bias.data(), *dot = result.weight.data(), *d = result.x.data();
  const T share = batch_statistics ? static_cast<T>(1 / static_cast<double>(a.per_channel())) : T(0);
  for_channels(a, [&](std::size_t begin, std::size_t end) {
    gradient_sums(g, x.data(), a, begin, end, mean, sum, dot);
    for (std::size_t c = begin; c < end; ++c) {
      factor[c] = weight ? scale[c] * weight[c] : scale[c];
      constant[c] = batch_statistics ? share * sum[c] : T(0);  // not 0·sum: one NaN would reach every sample
      slope[c] = batch_statistics ? share * dot[c] * scale[c] * scale[c] : T(0);
      dot[c] *= scale[c];  // from here the weight's gradient Σ g·(x − mean)·scale
    }
    if (want_x) input_gradient(g, x.data(), a, begin, end, mean, factor, constant, slope, d);
  });
  return result;
}

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
    if (!after) normalize(in, a, begin, end, mean, factor, shift, out);
  });
  if (after) rectify(*after, in, a, mean, factor, shift, out);
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
  return gradients({g.data()}, x, weight, statistics, batch_statistics, want_x);
}

template <class T>
BatchNormGradients<T> batch_norm_relu_gradients(const Array<T>& g, const Array<T>& x, const T* weight,
                                                const ChannelStatistics<T>& statistics, const Array<T>& y, T factor) {
  return gradients({g.data(), y.data(), factor}, x, weight, statistics, true, true);
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
