#include "xgrad/autograd/ops/orientation_histograms.hpp"

#include "xgrad/autograd/operation.hpp"
#include "xgrad/autograd/ops/arithmetic.hpp"
#include "xgrad/autograd/ops/matmul.hpp"
#include "xgrad/autograd/ops/reduction.hpp"

namespace xgrad {
namespace {

struct OrientationHistograms {
  OrientationHistogramOptions options;
  static constexpr const char* name = "orientation_histograms";
  static constexpr unsigned saves = saves_input(0);

  template <class T>
  Array<T> forward(const Array<T>& images) const {
    return orientation_histograms(images, options);
  }
  // Votes are linear on both sides of each kink: their slopes are constants, all else is the product with a matrix.
  template <class T>
  Tensor<T> backward(const Context<T>& c) const {
    const Array<T>& images = c.input_value(0);
    const std::size_t rank = images.dimension(), height = images.shape()[rank - 2], width = images.shape()[rank - 1];
    const Tensor<T> rows(cell_matrix<T>(height, options.cell)), columns(cell_matrix<T>(width, options.cell));
    const Tensor<T> votes = matmul(matmul(rows, Transpose::Yes, c.gradient(), Transpose::No), columns);
    VoteSlopes<T> slopes = vote_slopes(images, options);
    const Tensor<T> dx = sum(votes * Tensor<T>(std::move(slopes.dx)), {-3});
    const Tensor<T> dy = sum(votes * Tensor<T>(std::move(slopes.dy)), {-3});
    return matmul(dx, Tensor<T>(central_difference_matrix<T>(width))) +
           matmul(Tensor<T>(central_difference_matrix<T>(height)), Transpose::Yes, dy, Transpose::No);
  }
};

}  // namespace

template <class T>
Tensor<T> orientation_histograms(const Tensor<T>& images, const OrientationHistogramOptions& options) {
  check_orientation_histograms(images.shape(), options);
  return apply(OrientationHistograms{options}, images);
}

template Tensor<float> orientation_histograms(const Tensor<float>&, const OrientationHistogramOptions&);
template Tensor<double> orientation_histograms(const Tensor<double>&, const OrientationHistogramOptions&);

}  // namespace xgrad
