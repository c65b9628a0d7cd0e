#pragma once

#include <cstddef>

#include "xgrad/tensor/kernels/isa.hpp"

namespace xgrad::kernels {

/// Losses of pairs: l(x, y; a) of a prediction x and its target y.
enum class PairLoss {
  Squared,          // (x − y)²
  Absolute,         // |x − y|
  Huber,            // |x − y| ≤ a ? (x − y)²/2 : a (|x − y| − a/2)
  BceWithLogits,    // (1 − y) x + max(−x, 0) + log(1 + e^−|x|)
  KlDivergence,     // y (log y − x), with 0 log 0 = 0
  KlDivergenceLog,  // e^y (y − x)
  Hinge,            // max(0, a − x y)
  Count
};

template <class T>
struct PairLosses {
  /// Σ l over n pairs, in an order that depends on n alone.
  using Sum = double (*)(const T* x, const T* y, std::size_t n, T a);
  /// out = scale·l
  using Value = void (*)(const T* x, const T* y, T* out, std::size_t n, T a, T scale);
  /// d = scale·g·∂l/∂x; `g_step` is 1, or 0 where one g serves all n.
  using Slope = void (*)(const T* g, std::size_t g_step, const T* x, const T* y, T* d, std::size_t n, T a, T scale);

  Sum sum[static_cast<int>(PairLoss::Count)];
  Value value[static_cast<int>(PairLoss::Count)];
  Slope slope[static_cast<int>(PairLoss::Count)];
};

template <class T>
const PairLosses<T>& pair_losses(Isa isa);
template <class T>
const PairLosses<T>& pair_losses();

}  // namespace xgrad::kernels
