#pragma once

#include "xgrad/autograd/tensor.hpp"

namespace xgrad {

/// What becomes of kl_div's elements. The divergence of two distributions is their sum, so BatchMean, the sum divided by the
/// extent of axis 0, is the mean over a batch of distributions; Mean divides by the number of elements, classes included.
enum class KlDivReduction { Mean, BatchMean, Sum, None };

/// The Kullback–Leibler divergence of probabilities y from log-probabilities x: y·(log y − x), where y = 0 gives −y·x; with
/// `log_target` y holds logarithms too: eʸ·(y − x).
/// Shapes: x and y the same; → () for all reductions but None, the shape of x for None.
/// Gradient: −y·g for x and (log y + 1 − x)·g for y; with log_target −eʸ·g and eʸ·(y − x + 1)·g; divided as the value is.
/// Throws: ShapeError, also for BatchMean of a scalar.  Source: Kullback and Leibler 1951.
template <class T>
Tensor<T> kl_div(const Tensor<T>& x, const Tensor<T>& y, KlDivReduction reduction = KlDivReduction::Mean,
                 bool log_target = false);

}  // namespace xgrad
