#pragma once

#include <cstddef>
#include <cstdint>

namespace limit {

/// A matrix of `rows` × `columns`, row-major.
struct Extent {
  std::size_t rows, columns;
};

// Forward, in place: h + bias, and the activation.
void add_bias(Extent, const float* bias, float* h);
void add_bias_relu(Extent, const float* bias, float* h);
void add_bias_tanh(Extent, const float* bias, float* h);

// Backward, in place: d becomes the gradient before the activation whose result was h; bias_gradient its sum over rows.
// With dropout, h is 0 where an element was dropped, and `scale` is 1/(1 − p).
void relu_backward(Extent, const float* h, float scale, float* d, float* bias_gradient);
void tanh_backward(Extent, const float* h, float* d, float* bias_gradient);
void column_sums(Extent, const float* d, float* bias_gradient);

/// Sixteen xorshift generators side by side.
struct Random {
  explicit Random(std::uint32_t seed);
  std::uint32_t lanes[16];
};
/// Sets elements to 0 with probability p, and multiplies the others by 1/(1 − p).
void dropout(std::size_t count, double p, Random& random, float* h);

// Batch normalisation in two passes, so that several threads can add up what each found in its rows.
void sums_with_bias(Extent, const float* bias, const float* h, float* sum, float* sum_of_squares);
/// normal = (h + shift)·inverse; h becomes relu(normal·weight + bias).
void normalize_relu(Extent, const float* shift, const float* inverse, const float* weight, const float* bias, float* normal,
                    float* h);
/// d becomes the gradient before the ReLU; sum is Σ d, sum_with_normal is Σ d·normal, over rows.
void normalize_backward_sums(Extent, const float* h, const float* normal, float scale, float* d, float* sum,
                             float* sum_with_normal);
/// d becomes factor·(d − mean − normal·mean_with_normal); bias_gradient its sum over rows.
void normalize_backward(Extent, const float* normal, const float* factor, const float* mean, const float* mean_with_normal,
                        float* d, float* bias_gradient);

/// The sum over rows of the cross-entropy of softmax(logits); d becomes its gradient divided by `batch`.
double cross_entropy(Extent, const float* logits, const std::int64_t* labels, std::size_t batch, float* d);
/// The sum of (y − x)²; d becomes 2·(y − x)/count.
double squared_error(std::size_t size, const float* y, const float* x, std::size_t count, float* d);

}  // namespace limit
