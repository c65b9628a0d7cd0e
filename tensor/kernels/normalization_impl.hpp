#pragma once
// Normalisation by columns and by rows, for one xsimd architecture. Included only by the file of each instruction set.

#include "xgrad/tensor/kernels/normalization.hpp"
#include "xgrad/tensor/kernels/reduction_impl.hpp"

namespace xgrad::kernels {

// Walks `count` columns in groups of four vectors, then of one: body(group size as a constant, first column, lanes in use).
// The last vector ends at the last column, whatever overlap that brings, unless there are too few columns for a vector.
template <class B, class Body>
inline void for_column_groups(std::size_t count, Body body) {
  constexpr std::size_t width = B::size;
  std::size_t j = 0;
  for (; j + 4 * width <= count; j += 4 * width) body(std::integral_constant<int, 4>{}, j, width);
  for (; j + width <= count; j += width) body(std::integral_constant<int, 1>{}, j, width);
  if (j == count) return;
  if (count >= width)
    body(std::integral_constant<int, 1>{}, count - width, width);
  else
    body(std::integral_constant<int, 1>{}, std::size_t{0}, count);
}

// out[s][k·width …] = Σ over rows of term s for vector k, where term(row, k, sums) adds to sums[s]: in T over 128 rows, then in
// double.
template <std::size_t terms, int vectors, class B, class Term>
inline void sum_rows(std::size_t rows, double (&out)[terms][vectors * B::size], Term term) {
  constexpr std::size_t stretch = 128;
  for (auto& list : out)
    for (double& value : list) value = 0;
  for (std::size_t start = 0; start < rows; start += stretch) {
    const std::size_t end = start + stretch < rows ? start + stretch : rows;
    B sums[vectors][terms];
    for (auto& list : sums)
      for (B& sum : list) sum = B(0);
    for (std::size_t i = start; i < end; ++i)
      for (int k = 0; k < vectors; ++k) term(i, k, sums[k]);
    for (int k = 0; k < vectors; ++k)
      for (std::size_t s = 0; s < terms; ++s) {
        alignas(64) typename B::value_type lanes[B::size];
        sums[k][s].store_aligned(lanes);
        for (std::size_t l = 0; l < B::size; ++l) out[s][k * B::size + l] += static_cast<double>(lanes[l]);
      }
  }
}

template <class B>
inline void store_up_to(B value, typename B::value_type* p, std::size_t count) {
  if (count == B::size)
    value.store_unaligned(p);
  else
    store_part(value, p, count);
}

template <class T, class Arch>
void column_moments_loop(const T* x, std::size_t rows, std::size_t stride, std::size_t count, T* mean, T* variance) {
  using B = xsimd::batch<T, Arch>;
  constexpr std::size_t width = B::size;
  const double share = 1 / static_cast<double>(rows);
  for_column_groups<B>(count, [&](auto vectors, std::size_t j, std::size_t lanes) {
    double sums[1][vectors * width];
    const auto finish = [&](T* out) {
      for (std::size_t l = 0; l < (vectors == 1 ? lanes : vectors * width); ++l)
        out[j + l] = static_cast<T>(sums[0][l] * share);
    };
    const auto load = [&](std::size_t i, int k) { return load_up_to<B>(x + i * stride + j + k * width, lanes); };
    sum_rows<1, vectors, B>(rows, sums, [&](std::size_t i, int k, B(&sum)[1]) { sum[0] += load(i, k); });
    finish(mean);
    B center[vectors];
    for (int k = 0; k < vectors; ++k) center[k] = load_up_to<B>(mean + j + k * width, lanes);
    sum_rows<1, vectors, B>(rows, sums, [&](std::size_t i, int k, B(&sum)[1]) {
      const B distance = load(i, k) - center[k];
      sum[0] = multiply_add<B>(distance, distance, sum[0]);
    });
    finish(variance);
  });
}

template <class T, class Arch>
void column_normalize_loop(const T* x, std::size_t rows, std::size_t stride, std::size_t count, const T* mean, const T* scale,
                           const T* shift, T* y) {
  using B = xsimd::batch<T, Arch>;
  for_column_groups<B>(count, [&](auto vectors, std::size_t j, std::size_t lanes) {
    B m[vectors], s[vectors], b[vectors];
    for (int k = 0; k < vectors; ++k) {
      m[k] = load_up_to<B>(mean + j + k * B::size, lanes);
      s[k] = load_up_to<B>(scale + j + k * B::size, lanes);
      b[k] = load_up_to<B>(shift + j + k * B::size, lanes);
    }
    for (std::size_t i = 0; i < rows; ++i)
      for (int k = 0; k < vectors; ++k) {
        const std::size_t at = i * stride + j + k * B::size;
        store_up_to<B>(multiply_add<B>(load_up_to<B>(x + at, lanes) - m[k], s[k], b[k]), y + at, lanes);
      }
  });
}

// The gradient at an element.
template <bool rectified, class B, class T>
inline B gradient_at(const Gradient<T>& g, std::size_t at, std::size_t lanes) {
  const B gradient = load_up_to<B>(g.g + at, lanes);
  if constexpr (!rectified) return gradient;
  return xsimd::select(load_up_to<B>(g.y + at, lanes) <= B(0), B(0), gradient * B(g.factor));
}

template <bool rectified, class T, class Arch>
void gradient_sums_by_column(const Gradient<T>& g, const T* x, std::size_t rows, std::size_t stride, std::size_t count,
                             const T* mean, T* sum, T* dot) {
  using B = xsimd::batch<T, Arch>;
  constexpr std::size_t width = B::size;
  for_column_groups<B>(count, [&](auto vectors, std::size_t j, std::size_t lanes) {
    double sums[2][vectors * width];
    B center[vectors];
    for (int k = 0; k < vectors; ++k) center[k] = load_up_to<B>(mean + j + k * width, lanes);
    sum_rows<2, vectors, B>(rows, sums, [&](std::size_t i, int k, B(&s)[2]) {
      const std::size_t at = i * stride + j + k * width;
      const B gradient = gradient_at<rectified, B>(g, at, lanes);
      s[0] += gradient;
      s[1] = multiply_add<B>(gradient, load_up_to<B>(x + at, lanes) - center[k], s[1]);
    });
    for (std::size_t l = 0; l < (vectors == 1 ? lanes : vectors * width); ++l) {
      sum[j + l] = static_cast<T>(sums[0][l]);
      dot[j + l] = static_cast<T>(sums[1][l]);
    }
  });
}

template <class T, class Arch>
void column_gradient_sums_loop(Gradient<T> g, const T* x, std::size_t rows, std::size_t stride, std::size_t count,
                               const T* mean, T* sum, T* dot) {
  return g.y ? gradient_sums_by_column<true, T, Arch>(g, x, rows, stride, count, mean, sum, dot)
             : gradient_sums_by_column<false, T, Arch>(g, x, rows, stride, count, mean, sum, dot);
}

template <bool rectified, class T, class Arch>
void input_gradient_by_column(const Gradient<T>& g, const T* x, std::size_t rows, std::size_t stride, std::size_t count,
                              const T* mean, const T* k, const T* a, const T* b, T* d) {
  using B = xsimd::batch<T, Arch>;
  for_column_groups<B>(count, [&](auto vectors, std::size_t j, std::size_t lanes) {
    B m[vectors], factor[vectors], constant[vectors], slope[vectors];
    for (int v = 0; v < vectors; ++v) {
      m[v] = load_up_to<B>(mean + j + v * B::size, lanes);
      factor[v] = load_up_to<B>(k + j + v * B::size, lanes);
      constant[v] = load_up_to<B>(a + j + v * B::size, lanes);
      slope[v] = load_up_to<B>(b + j + v * B::size, lanes);
    }
    for (std::size_t i = 0; i < rows; ++i)
      for (int v = 0; v < vectors; ++v) {
        const std::size_t at = i * stride + j + v * B::size;
        const B centered = gradient_at<rectified, B>(g, at, lanes) - constant[v];
        const B distance = load_up_to<B>(x + at, lanes) - m[v];
        store_up_to<B>(factor[v] * negative_multiply_add<B>(distance, slope[v], centered), d + at, lanes);
      }
  });
}

template <class T, class Arch>
void column_input_gradient_loop(Gradient<T> g, const T* x, std::size_t rows, std::size_t stride, std::size_t count,
                                const T* mean, const T* k, const T* a, const T* b, T* d) {
  return g.y ? input_gradient_by_column<true, T, Arch>(g, x, rows, stride, count, mean, k, a, b, d)
             : input_gradient_by_column<false, T, Arch>(g, x, rows, stride, count, mean, k, a, b, d);
}

template <class T, class Arch>
double centered_squares_loop(const T* x, std::size_t n, T mean) {
  using B = xsimd::batch<T, Arch>;
  const B center(mean);
  return blocked_sum<T, Arch>(n, [=](std::size_t i, std::size_t count) {
    const B distance = (count == B::size ? B::load_unaligned(x + i) : load_part<B>(x + i, count, mean)) - center;
    return distance * distance;
  });
}

// body(i, count) for every vector of n elements, the last of which may be incomplete.
template <class B, class Body>
inline void for_vectors(std::size_t n, Body body) {
  std::size_t i = 0;
  for (; i + B::size <= n; i += B::size) body(i, std::size_t{B::size});
  if (i < n) body(i, n - i);
}

template <class T, class Arch>
void rectify_loop(const T* x, std::size_t n, const T* mean, const T* scale, const T* shift, const T* v, T* y) {
  using B = xsimd::batch<T, Arch>;
  for_vectors<B>(n, [=](std::size_t i, std::size_t count) {
    const B u = multiply_add<B>(load_up_to<B>(x + i, count) - load_up_to<B>(mean + i, count), load_up_to<B>(scale + i, count),
                                load_up_to<B>(shift + i, count));
    store_up_to<B>(xsimd::select(u <= B(0), B(0), v ? u * load_up_to<B>(v + i, count) : u), y + i, count);
  });
}

template <class T, class Arch>
void row_normalize_loop(const T* x, std::size_t n, T mean, T scale, const T* w, std::size_t w_step, const T* b,
                        std::size_t b_step, T* y) {
  using B = xsimd::batch<T, Arch>;
  for_vectors<B>(n, [=](std::size_t i, std::size_t count) {
    const B weight = w_step ? load_up_to<B>(w + i, count) : B(*w), bias = b_step ? load_up_to<B>(b + i, count) : B(*b);
    store_up_to<B>(multiply_add<B>((load_up_to<B>(x + i, count) - B(mean)) * B(scale), weight, bias), y + i, count);
  });
}

template <class T, class Arch>
void row_gradient_sums_loop(const T* g, const T* w, std::size_t w_step, const T* x, std::size_t n, T mean, double* sum,
                            double* dot) {
  using B = xsimd::batch<T, Arch>;
  double sums[2][B::size];
  // Each lane adds up its own elements: as if the row were a matrix with a vector's width of columns.
  const std::size_t vectors = (n + B::size - 1) / B::size;
  sum_rows<2, 1, B>(vectors, sums, [&](std::size_t r, int, B(&s)[2]) {
    const std::size_t i = r * B::size, count = n - i < B::size ? n - i : B::size;
    const B gradient = load_up_to<B>(g + i, count) * (w_step ? load_up_to<B>(w + i, count) : B(*w));
    s[0] += gradient;
    s[1] = multiply_add<B>(gradient, load_up_to<B>(x + i, count) - B(mean), s[1]);
  });
  *sum = *dot = 0;
  for (std::size_t l = 0; l < B::size; ++l) {
    *sum += sums[0][l];
    *dot += sums[1][l];
  }
}

template <class T, class Arch>
void row_input_gradient_loop(const T* g, const T* w, std::size_t w_step, const T* x, std::size_t n, T mean, T k, T a, T b,
                             T* d) {
  using B = xsimd::batch<T, Arch>;
  for_vectors<B>(n, [=](std::size_t i, std::size_t count) {
    const B gradient = load_up_to<B>(g + i, count) * (w_step ? load_up_to<B>(w + i, count) : B(*w));
    const B distance = load_up_to<B>(x + i, count) - B(mean);
    store_up_to<B>(B(k) * negative_multiply_add<B>(distance, B(b), gradient - B(a)), d + i, count);
  });
}

template <class T, class Arch>
void row_parameter_gradients_loop(const T* g, const T* x, std::size_t n, T mean, T scale, T* dw, T* db) {
  using B = xsimd::batch<T, Arch>;
  for_vectors<B>(n, [=](std::size_t i, std::size_t count) {
    const B gradient = load_up_to<B>(g + i, count), normalized = (load_up_to<B>(x + i, count) - B(mean)) * B(scale);
    store_up_to<B>(multiply_add<B>(gradient, normalized, load_up_to<B>(dw + i, count)), dw + i, count);
    store_up_to<B>(gradient + load_up_to<B>(db + i, count), db + i, count);
  });
}

template <class T, class Arch>
struct NormalizationFor {
  static constexpr Normalization<T> table = {
      column_moments_loop<T, Arch>,         column_normalize_loop<T, Arch>,  column_gradient_sums_loop<T, Arch>,
      column_input_gradient_loop<T, Arch>,  rectify_loop<T, Arch>,           centered_squares_loop<T, Arch>,
      row_normalize_loop<T, Arch>,          row_gradient_sums_loop<T, Arch>, row_input_gradient_loop<T, Arch>,
      row_parameter_gradients_loop<T, Arch>};
};

}  // namespace xgrad::kernels
