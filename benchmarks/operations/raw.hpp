#pragma once

#include <cstddef>
#include <cstdint>

/// The operations as plain loops over memory that is there already, and the products as one call of OpenBLAS: what somebody
/// writes who needs no library. `x` are inputs, `y` outputs, `g` gradients of outputs; matrices are row-major.
namespace raw {

struct Extent {
  std::size_t rows, columns;
  std::size_t size() const { return rows * columns; }
};

void add(std::size_t n, const float* a, const float* b, float* y);
void add_backward(std::size_t n, const float* g, float* ga, float* gb);
void mul(std::size_t n, const float* a, const float* b, float* y);
void mul_backward(std::size_t n, const float* g, const float* a, const float* b, float* ga, float* gb);
void relu(std::size_t n, const float* x, float* y);
void relu_backward(std::size_t n, const float* g, const float* x, float* gx);
void tanh(std::size_t n, const float* x, float* y);
void tanh_backward(std::size_t n, const float* g, const float* y, float* gx);
void exp(std::size_t n, const float* x, float* y);
void exp_backward(std::size_t n, const float* g, const float* y, float* gx);

/// y (columns): sums over rows.
void sum_rows(Extent, const float* x, float* y);
void sum_rows_backward(Extent, const float* g, float* gx);
/// y (rows): sums over columns.
void sum_columns(Extent, const float* x, float* y);
void sum_columns_backward(Extent, const float* g, float* gx);

void softmax(Extent, const float* x, float* y);
void softmax_backward(Extent, const float* g, const float* y, float* gx);
/// Returns the mean loss; y are the probabilities.
float cross_entropy(Extent, const float* logits, const std::int64_t* labels, float* y);
void cross_entropy_backward(Extent, const std::int64_t* labels, const float* y, float g, float* gx);

/// `normal` and `inverse` (columns) are kept for the way back.
void batch_norm(Extent, const float* x, const float* weight, const float* bias, float* normal, float* inverse, float* y);
void batch_norm_backward(Extent, const float* g, const float* weight, const float* normal, const float* inverse, float* gweight,
                         float* gbias, float* gx);

/// `lanes` are the states of 16 xorshift generators.
void dropout(std::size_t n, float p, std::uint32_t* lanes, const float* x, float* mask, float* y);

/// c (m, n) = a (m, k)·b (k, n), each taken transposed if so said.
struct Product {
  std::size_t m, n, k;
  bool transpose_a = false, transpose_b = false;
};
void product(const Product&, const float* a, const float* b, float* c);
void add_bias(Extent, const float* bias, float* y);

}  // namespace raw
