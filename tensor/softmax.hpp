#pragma once

#include "xgrad/tensor/array.hpp"

namespace xgrad {

// Softmax along one axis (normalised: 0 <= axis < rank, or 0 for a scalar), for arrays.

/// exp(x) / Σ exp(x)
template <class T>
Array<T> softmax_along(const Array<T>& x, std::size_t axis);

/// x − log Σ exp(x)
template <class T>
Array<T> log_softmax_along(const Array<T>& x, std::size_t axis);

/// y (g − Σ g y): the gradient of softmax, from its output y.
template <class T>
Array<T> softmax_gradient(const Array<T>& g, const Array<T>& y, std::size_t axis);

/// g − exp(y) Σ g: the gradient of log_softmax, from its output y.
template <class T>
Array<T> log_softmax_gradient(const Array<T>& g, const Array<T>& y, std::size_t axis);

}  // namespace xgrad
