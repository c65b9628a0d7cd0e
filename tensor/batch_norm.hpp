#pragma once

#include "xgrad/tensor/array.hpp"
#include "xgrad/tensor/dropout_mask.hpp"

namespace xgrad {

// Batch normalisation of arrays (N, C) or (N, C, L): statistics over all axes but the channels'. Every channel is worked on by
// one thread in a fixed order, and a block of channels stays in the cache from its first pass to its last.

/// The extents of such an array; L = 1 for (N, C).
struct ChannelLayout {
  std::size_t samples, channels, length;

  explicit ChannelLayout(const Shape& shape)
      : samples(shape[0]), channels(shape[1]), length(shape.size() == 3 ? shape[2] : 1) {}
  std::size_t per_channel() const { return samples * length; }  ///< elements that a channel's statistics are taken over
};

/// What the derivative needs of each channel.
template <class T>
struct ChannelStatistics {
  Array<T> mean;
  Array<T> scale;  ///< 1/√(variance + ε)
};

/// What may follow the normalisation of an array (N, C) while its values are in the cache: ReLU, then dropout if there is a
/// mask.
struct ReluAfter {
  const DropoutMask* mask = nullptr;

  /// Whether arrays of this shape can be treated so: the columns that a thread works on have to begin and end with a block of
  /// the mask and with a vector.
  static bool fits(const Shape& shape) { return shape.size() == 2 && shape[1] % 16 == 0; }
};

/// (x − mean)·scale·weight + bias with the batch's own mean and variance Σ (x − mean)²/(N L); writes them to `statistics` and
/// `variance` (C,). Null for weight or bias: 1 or 0. Null for `after`: nothing follows.
template <class T>
Array<T> batch_normalize(const Array<T>& x, const T* weight, const T* bias, double eps, ChannelStatistics<T>& statistics,
                         Array<T>& variance, const ReluAfter* after = nullptr);

/// (x − mean)·scale·weight + bias with given statistics. Null for weight or bias: 1 or 0.
template <class T>
Array<T> normalize_channels(const Array<T>& x, const T* weight, const T* bias, const ChannelStatistics<T>& statistics);

template <class T>
struct BatchNormGradients {
  Array<T> x, weight, bias;
};

/// The gradients with respect to x (if `want_x`; else an array of no elements), weight and bias. `batch_statistics`: mean and
/// scale depend on x; otherwise they are constants. Null for weight: 1.
template <class T>
BatchNormGradients<T> batch_norm_gradients(const Array<T>& g, const Array<T>& x, const T* weight,
                                           const ChannelStatistics<T>& statistics, bool batch_statistics, bool want_x);

/// The same with batch statistics where ReluAfter followed: g is the gradient of its result y, and `factor` what it multiplied
/// what passed by.
template <class T>
BatchNormGradients<T> batch_norm_relu_gradients(const Array<T>& g, const Array<T>& x, const T* weight,
                                                const ChannelStatistics<T>& statistics, const Array<T>& y, T factor);

}  // namespace xgrad
