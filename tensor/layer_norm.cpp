#include "xgrad/tensor/layer_norm.hpp"

#include <algorithm>
#include <cmath>

#include "xgrad/tensor/kernels/normalization.hpp"
#include "xgrad/tensor/kernels/reduction.hpp"
#include "xgrad/tensor/parallel.hpp"

namespace xgrad {
namespace {

constexpr std::size_t chunk_elements = 16384;  // what one thread takes at a time

std::size_t rows_per_chunk(std::size_t length) {
  return std::max<std::size_t>(1, chunk_elements / std::max<std::size_t>(1, length));
}

// One element that stands for all (step 0) where there is no array.
template <class T>
struct Parameter {
  const T* data;
  std::size_t step;
  Parameter(const T* array, const T& otherwise) : data(array ? array : &otherwise), step(array ? 1 : 0) {}
};

// The sum of the rows of `parts`, in their order.
template <class T>
Array<T> sum_parts(const Array<T>& parts) {
  Array<T> sum = empty_array<T>({parts.shape()[1]});
  kernels::reduction<T>().column_sums(parts.data(), parts.shape()[0], parts.shape()[1], sum.data(), false);
  return sum;
}

}  // namespace

template <class T>
Array<T> layer_normalize(const Array<T>& x, std::size_t rows, std::size_t length, const T* weight, const T* bias, double eps,
                         RowStatistics<T>& statistics) {
  const auto& loops = kernels::normalization<T>();
  const T one = 1, zero = 0;
  const Parameter<T> w(weight, one), b(bias, zero);
  Array<T> y = empty_array<T>(x.shape());
  statistics = {empty_array<T>({rows}), empty_array<T>({rows})};
  T *mean = statistics.mean.data(), *scale = statistics.scale.data(), *out = y.data();
  const double count = static_cast<double>(length);
  parallel_for(rows, rows_per_chunk(length), [&](std::size_t begin, std::size_t end) {
    for (std::size_t r = begin; r < end; ++r) {
      const T* row = x.data() + r * length;
      mean[r] = static_cast<T>(kernels::reduction<T>().sum(row, length) / count);
      scale[r] = static_cast<T>(1 / std::sqrt(loops.centered_squares(row, length, mean[r]) / count + eps));
      loops.row_normalize(row, length, mean[r], scale[r], w.data, w.step, b.data, b.step, out + r * length);
    }
  });
  return y;
}

template <class T>
LayerNormGradients<T> layer_norm_gradients(const Array<T>& g, const Array<T>& x, std::size_t rows, std::size_t length,
                                           const T* weight, const RowStatistics<T>& statistics, bool want_x,
                                           bool want_parameters) {
  const auto& loops = kernels::normalization<T>();
  const T one = 1;
  const Parameter<T> w(weight, one);
  const std::size_t grain = rows_per_chunk(length), parts = (rows + grain - 1) / grain;
  Array<T> d = empty_array<T>(want_x ? x.shape() : Shape{0});
  // Each chunk of rows has sums of its own, so that they are added in the same order by any number of threads.
  Array<T> dw = filled_array<T>({want_parameters ? parts : 0, length}, T(0)), db = dw;
  T *out = d.data(), *dw_parts = dw.data(), *db_parts = db.data();
  const double count = static_cast<double>(length);
  parallel_for(rows, grain, [&](std::size_t begin, std::size_t end) {
    const std::size_t part = begin / grain * length;
    for (std::size_t r = begin; r < end; ++r) {
      const T *gr = g.data() + r * length, *xr = x.data() + r * length;
      const T mean = statistics.mean.data()[r], scale = statistics.scale.data()[r];
      if (want_parameters) loops.row_parameter_gradients(gr, xr, length, mean, scale, dw_parts + part, db_parts + part);
      if (!want_x) continue;
      double sum, dot;
      loops.row_gradient_sums(gr, w.data, w.step, xr, length, mean, &sum, &dot);
      loops.row_input_gradient(gr, w.data, w.step, xr, length, mean, scale, static_cast<T>(sum / count),
                               static_cast<T>(dot / count) * scale * scale, out + r * length);
    }
  });
  if (!want_parameters) return {std::move(d), empty_array<T>({0}), empty_array<T>({0})};
  return {std::move(d), sum_parts(dw), sum_parts(db)};
}

#define XGRAD_INSTANTIATE(T)                                                                                                   \
  template Array<T> layer_normalize(const Array<T>&, std::size_t, std::size_t, const T*, const T*, double, RowStatistics<T>&); \
  template LayerNormGradients<T> layer_norm_gradients(const Array<T>&, const Array<T>&, std::size_t, std::size_t, const T*,    \
                                                      const RowStatistics<T>&, bool, bool);
XGRAD_INSTANTIATE(float)
XGRAD_INSTANTIATE(double)
#undef XGRAD_INSTANTIATE

}  // namespace xgrad
