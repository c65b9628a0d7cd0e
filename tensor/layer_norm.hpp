#pragma once

#include "xgrad/tensor/array.hpp"

namespace xgrad {

// Layer normalisation of arrays seen as `rows` rows of `length` elements, each with statistics of its own.

/// What the derivative needs of each row.
template <class T>
struct RowStatistics {
  Array<T> mean;
  Array<T> scale;  ///< 1/√(variance + ε)
};

/// (x − mean)·scale·weight + bias; writes the statistics. Null for weight or bias (length,): 1 or 0.
template <class T>
Array<T> layer_normalize(const Array<T>& x, std::size_t rows, std::size_t length, const T* weight, const T* bias, double eps,
                         RowStatistics<T>& statistics);

template <class T>
struct LayerNormGradients {
  Array<T> x, weight, bias;
};

/// The gradients with respect to x (if `want_x`), and to weight and bias, of `length` elements each (if `want_parameters`);
/// what is not wanted is an array of no elements. Null for weight: 1.
template <class T>
LayerNormGradients<T> layer_norm_gradients(const Array<T>& g, const Array<T>& x, std::size_t rows, std::size_t length,
                                           const T* weight, const RowStatistics<T>& statistics, bool want_x,
                                           bool want_parameters);

}  // namespace xgrad
