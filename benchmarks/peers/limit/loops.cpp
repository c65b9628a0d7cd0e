// Plain loops, which the compiler turns into vector instructions of the machine that it runs on.
#include "loops.hpp"

#include <algorithm>
#include <cmath>

namespace limit {
namespace {

template <class F>
void for_rows(Extent e, F body) {
  for (std::size_t i = 0; i < e.rows; ++i) body(i * e.columns);
}

template <class F>
void add_bias_and(Extent e, const float* __restrict bias, float* h, F activation) {
  for_rows(e, [&](std::size_t begin) {
    float* __restrict row = h + begin;
    for (std::size_t j = 0; j < e.columns; ++j) row[j] = activation(row[j] + bias[j]);
  });
}

// d(i, j) = change(d(i, j), h(i, j)), and its sums over rows.
template <class F>
void change_and_sum(Extent e, const float* h, float* d, float* __restrict sums, F change) {
  std::fill_n(sums, e.columns, 0.0f);
  for_rows(e, [&](std::size_t begin) {
    const float* __restrict value = h + begin;
    float* __restrict row = d + begin;
    for (std::size_t j = 0; j < e.columns; ++j) {
      row[j] = change(row[j], value[j]);
      sums[j] += row[j];
    }
  });
}

}  // namespace

void add_bias(Extent e, const float* bias, float* h) {
  add_bias_and(e, bias, h, [](float x) { return x; });
}
void add_bias_relu(Extent e, const float* bias, float* h) {
  add_bias_and(e, bias, h, [](float x) { return x > 0 ? x : 0; });
}
void add_bias_tanh(Extent e, const float* bias, float* h) {
  add_bias_and(e, bias, h, [](float x) { return std::tanh(x); });
}

void relu_backward(Extent e, const float* h, float scale, float* d, float* bias_gradient) {
  change_and_sum(e, h, d, bias_gradient, [scale](float g, float y) { return y > 0 ? g * scale : 0; });
}
void tanh_backward(Extent e, const float* h, float* d, float* bias_gradient) {
  change_and_sum(e, h, d, bias_gradient, [](float g, float y) { return g * (1 - y * y); });
}

void column_sums(Extent e, const float* d, float* __restrict bias_gradient) {
  std::fill_n(bias_gradient, e.columns, 0.0f);
  for_rows(e, [&](std::size_t begin) {
    for (std::size_t j = 0; j < e.columns; ++j) bias_gradient[j] += d[begin + j];
  });
}

Random::Random(std::uint32_t seed) {
  for (std::uint32_t i = 0; i < 16; ++i) lanes[i] = (2463534242u * (i + 1 + 16 * seed)) | 1u;  // never 0
}

void dropout(std::size_t count, double p, Random& random, float* __restrict h) {
  const auto threshold = static_cast<std::uint32_t>(p * 4294967295.0);
  const auto scale = static_cast<float>(1 / (1 - p));
  const auto draw = [&](std::size_t lane) {
    std::uint32_t x = random.lanes[lane];
    x ^= x << 13;
    x ^= x >> 17;
    x ^= x << 5;
    return random.lanes[lane] = x;
  };
  std::size_t i = 0;
  for (; i + 16 <= count; i += 16)
    for (std::size_t lane = 0; lane < 16; ++lane) h[i + lane] = draw(lane) >= threshold ? h[i + lane] * scale : 0;
  for (std::size_t lane = 0; i < count; ++i, ++lane) h[i] = draw(lane) >= threshold ? h[i] * scale : 0;
}

void sums_with_bias(Extent e, const float* __restrict bias, const float* h, float* __restrict sum,
                    float* __restrict sum_of_squares) {
  std::fill_n(sum, e.columns, 0.0f);
  std::fill_n(sum_of_squares, e.columns, 0.0f);
  for_rows(e, [&](std::size_t begin) {
    for (std::size_t j = 0; j < e.columns; ++j) {
      const float x = h[begin + j] + bias[j];
      sum[j] += x;
      sum_of_squares[j] += x * x;
    }
  });
}

void normalize_relu(Extent e, const float* __restrict shift, const float* __restrict inverse, const float* __restrict weight,
                    const float* __restrict bias, float* normal, float* h) {
  for_rows(e, [&](std::size_t begin) {
    float* __restrict x = normal + begin;
    float* __restrict row = h + begin;
    for (std::size_t j = 0; j < e.columns; ++j) {
      x[j] = (row[j] + shift[j]) * inverse[j];
      const float y = x[j] * weight[j] + bias[j];
      row[j] = y > 0 ? y : 0;
    }
  });
}

void normalize_backward_sums(Extent e, const float* h, const float* normal, float scale, float* d, float* __restrict sum,
                             float* __restrict sum_with_normal) {
  std::fill_n(sum, e.columns, 0.0f);
  std::fill_n(sum_with_normal, e.columns, 0.0f);
  for_rows(e, [&](std::size_t begin) {
    const float* __restrict y = h + begin;
    const float* __restrict x = normal + begin;
    float* __restrict row = d + begin;
    for (std::size_t j = 0; j < e.columns; ++j) {
      row[j] = y[j] > 0 ? row[j] * scale : 0;
      sum[j] += row[j];
      sum_with_normal[j] += row[j] * x[j];
    }
  });
}

void normalize_backward(Extent e, const float* normal, const float* __restrict factor, const float* __restrict mean,
                        const float* __restrict mean_with_normal, float* d, float* __restrict bias_gradient) {
  std::fill_n(bias_gradient, e.columns, 0.0f);
  for_rows(e, [&](std::size_t begin) {
    const float* __restrict x = normal + begin;
    float* __restrict row = d + begin;
    for (std::size_t j = 0; j < e.columns; ++j) {
      row[j] = factor[j] * (row[j] - mean[j] - x[j] * mean_with_normal[j]);
      bias_gradient[j] += row[j];
    }
  });
}

double cross_entropy(Extent e, const float* logits, const std::int64_t* labels, std::size_t batch, float* d) {
  const float per_sample = 1 / static_cast<float>(batch);
  double loss = 0;
  for (std::size_t i = 0; i < e.rows; ++i) {
    const float* __restrict row = logits + i * e.columns;
    float* __restrict g = d + i * e.columns;
    const float largest = *std::max_element(row, row + e.columns);
    float sum = 0;
    for (std::size_t j = 0; j < e.columns; ++j) sum += g[j] = std::exp(row[j] - largest);
    for (std::size_t j = 0; j < e.columns; ++j) g[j] *= per_sample / sum;
    g[labels[i]] -= per_sample;
    loss += std::log(sum) + largest - row[labels[i]];
  }
  return loss;
}

double squared_error(std::size_t size, const float* __restrict y, const float* __restrict x, std::size_t count,
                     float* __restrict d) {
  const float factor = 2 / static_cast<float>(count);
  float loss = 0;
  for (std::size_t i = 0; i < size; ++i) {
    const float difference = y[i] - x[i];
    loss += difference * difference;
    d[i] = factor * difference;
  }
  return loss;
}

}  // namespace limit
