// Compiled for the machine at hand with -ffast-math, so that the compiler vectorises all of it.
#include "raw.hpp"

#include <algorithm>
#include <cmath>

#include <cblas.h>

namespace raw {

void add(std::size_t n, const float* a, const float* b, float* __restrict y) {
  for (std::size_t i = 0; i < n; ++i) y[i] = a[i] + b[i];
}
void add_backward(std::size_t n, const float* g, float* __restrict ga, float* __restrict gb) {
  for (std::size_t i = 0; i < n; ++i) ga[i] = gb[i] = g[i];
}

void mul(std::size_t n, const float* a, const float* b, float* __restrict y) {
  for (std::size_t i = 0; i < n; ++i) y[i] = a[i] * b[i];
}
void mul_backward(std::size_t n, const float* g, const float* a, const float* b, float* __restrict ga, float* __restrict gb) {
  for (std::size_t i = 0; i < n; ++i) {
    ga[i] = g[i] * b[i];
    gb[i] = g[i] * a[i];
  }
}

void relu(std::size_t n, const float* x, float* __restrict y) {
  for (std::size_t i = 0; i < n; ++i) y[i] = x[i] > 0 ? x[i] : 0;
}
void relu_backward(std::size_t n, const float* g, const float* x, float* __restrict gx) {
  for (std::size_t i = 0; i < n; ++i) gx[i] = x[i] > 0 ? g[i] : 0;
}

void tanh(std::size_t n, const float* x, float* __restrict y) {
  for (std::size_t i = 0; i < n; ++i) y[i] = std::tanh(x[i]);
}
void tanh_backward(std::size_t n, const float* g, const float* y, float* __restrict gx) {
  for (std::size_t i = 0; i < n; ++i) gx[i] = g[i] * (1 - y[i] * y[i]);
}

void exp(std::size_t n, const float* x, float* __restrict y) {
  for (std::size_t i = 0; i < n; ++i) y[i] = std::exp(x[i]);
}
void exp_backward(std::size_t n, const float* g, const float* y, float* __restrict gx) {
  for (std::size_t i = 0; i < n; ++i) gx[i] = g[i] * y[i];
}

void sum_rows(Extent e, const float* x, float* __restrict y) {
  std::fill_n(y, e.columns, 0.0f);
  for (std::size_t i = 0; i < e.rows; ++i)
    for (std::size_t j = 0; j < e.columns; ++j) y[j] += x[i * e.columns + j];
}
void sum_rows_backward(Extent e, const float* g, float* gx) {
  for (std::size_t i = 0; i < e.rows; ++i) std::copy_n(g, e.columns, gx + i * e.columns);
}

void sum_columns(Extent e, const float* x, float* __restrict y) {
  for (std::size_t i = 0; i < e.rows; ++i) {
    float sum = 0;
    for (std::size_t j = 0; j < e.columns; ++j) sum += x[i * e.columns + j];
    y[i] = sum;
  }
}
void sum_columns_backward(Extent e, const float* g, float* gx) {
  for (std::size_t i = 0; i < e.rows; ++i) std::fill_n(gx + i * e.columns, e.columns, g[i]);
}

void softmax(Extent e, const float* x, float* y) {
  for (std::size_t i = 0; i < e.rows; ++i) {
    const float* row = x + i * e.columns;
    float* __restrict p = y + i * e.columns;
    const float largest = *std::max_element(row, row + e.columns);
    float sum = 0;
    for (std::size_t j = 0; j < e.columns; ++j) sum += p[j] = std::exp(row[j] - largest);
    for (std::size_t j = 0; j < e.columns; ++j) p[j] /= sum;
  }
}
void softmax_backward(Extent e, const float* g, const float* y, float* __restrict gx) {
  for (std::size_t i = 0; i < e.rows; ++i) {
    const std::size_t begin = i * e.columns, end = begin + e.columns;
    float sum = 0;
    for (std::size_t j = begin; j < end; ++j) sum += g[j] * y[j];
    for (std::size_t j = begin; j < end; ++j) gx[j] = y[j] * (g[j] - sum);
  }
}

float cross_entropy(Extent e, const float* logits, const std::int64_t* labels, float* y) {
  softmax(e, logits, y);
  float loss = 0;
  for (std::size_t i = 0; i < e.rows; ++i) loss -= std::log(y[i * e.columns + static_cast<std::size_t>(labels[i])]);
  return loss / static_cast<float>(e.rows);
}
void cross_entropy_backward(Extent e, const std::int64_t* labels, const float* y, float g, float* __restrict gx) {
  const float scale = g / static_cast<float>(e.rows);
  for (std::size_t i = 0; i < e.size(); ++i) gx[i] = y[i] * scale;
  for (std::size_t i = 0; i < e.rows; ++i) gx[i * e.columns + static_cast<std::size_t>(labels[i])] -= scale;
}

void batch_norm(Extent e, const float* x, const float* __restrict weight, const float* __restrict bias, float* normal,
                float* __restrict inverse, float* y) {
  const float scale = 1 / static_cast<float>(e.rows);
  std::fill_n(inverse, e.columns, 0.0f);
  float* __restrict mean = y;  // its first row, until the last pass writes it
  sum_rows(e, x, mean);
  for (std::size_t j = 0; j < e.columns; ++j) mean[j] *= scale;
  for (std::size_t i = 0; i < e.rows; ++i)
    for (std::size_t j = 0; j < e.columns; ++j) {
      const float difference = x[i * e.columns + j] - mean[j];
      normal[i * e.columns + j] = difference;
      inverse[j] += difference * difference;
    }
  for (std::size_t j = 0; j < e.columns; ++j) inverse[j] = 1 / std::sqrt(inverse[j] * scale + 1e-5f);
  for (std::size_t i = 0; i < e.rows; ++i) {
    float* __restrict n = normal + i * e.columns;
    float* __restrict row = y + i * e.columns;
    for (std::size_t j = 0; j < e.columns; ++j) {
      n[j] *= inverse[j];
      row[j] = n[j] * weight[j] + bias[j];
    }
  }
}
void batch_norm_backward(Extent e, const float* g, const float* __restrict weight, const float* normal,
                         const float* __restrict inverse, float* __restrict gweight, float* __restrict gbias, float* gx) {
  const float scale = 1 / static_cast<float>(e.rows);
  std::fill_n(gweight, e.columns, 0.0f);
  std::fill_n(gbias, e.columns, 0.0f);
  for (std::size_t i = 0; i < e.rows; ++i)
    for (std::size_t j = 0; j < e.columns; ++j) {
      gbias[j] += g[i * e.columns + j];
      gweight[j] += g[i * e.columns + j] * normal[i * e.columns + j];
    }
  for (std::size_t i = 0; i < e.rows; ++i) {
    const std::size_t begin = i * e.columns;
    float* __restrict row = gx + begin;
    for (std::size_t j = 0; j < e.columns; ++j)
      row[j] = weight[j] * inverse[j] * (g[begin + j] - gbias[j] * scale - normal[begin + j] * gweight[j] * scale);
  }
}

void dropout(std::size_t n, float p, std::uint32_t* lanes, const float* x, float* mask, float* y) {
  const auto threshold = static_cast<std::uint32_t>(static_cast<double>(p) * 4294967295.0);
  const float kept = 1 / (1 - p);
  for (std::size_t i = 0; i < n; i += 16)
    for (std::size_t lane = 0; lane < std::min<std::size_t>(16, n - i); ++lane) {
      std::uint32_t state = lanes[lane];
      state ^= state << 13;
      state ^= state >> 17;
      state ^= state << 5;
      lanes[lane] = state;
      mask[i + lane] = state >= threshold ? kept : 0;
    }
  mul(n, x, mask, y);
}

void product(const Product& p, const float* a, const float* b, float* c) {
  const auto extent = [](std::size_t n) { return static_cast<int>(n); };
  cblas_sgemm(CblasRowMajor, p.transpose_a ? CblasTrans : CblasNoTrans, p.transpose_b ? CblasTrans : CblasNoTrans, extent(p.m),
              extent(p.n), extent(p.k), 1, a, extent(p.transpose_a ? p.m : p.k), b, extent(p.transpose_b ? p.k : p.n), 0, c,
              extent(p.n));
}

void add_bias(Extent e, const float* __restrict bias, float* y) {
  for (std::size_t i = 0; i < e.rows; ++i) {
    float* __restrict row = y + i * e.columns;
    for (std::size_t j = 0; j < e.columns; ++j) row[j] += bias[j];
  }
}

}  // namespace raw
