#include "xgrad/autograd/ops/regression_loss.hpp"

#include <fmt/format.h>

#include "xgrad/autograd/ops/comparison.hpp"
#include "xgrad/autograd/ops/elementwise.hpp"
#include "xgrad/autograd/ops/pairwise_loss.hpp"
#include "xgrad/tensor/broadcast.hpp"

namespace xgrad {
namespace {

using kernels::PairLoss;
using kernels::Unary;

struct SquaredError {
  static constexpr const char* name = "mse_loss";
  static constexpr PairLoss kernel = PairLoss::Squared;
  static constexpr bool antisymmetric = true;
  template <class T>
  static Tensor<T> x_slope(const Tensor<T>& x, const Tensor<T>& y, T) {
    return (x - y) * 2;
  }
};

struct AbsoluteError {
  static constexpr const char* name = "l1_loss";
  static constexpr PairLoss kernel = PairLoss::Absolute;
  static constexpr bool antisymmetric = true;
  template <class T>
  static Tensor<T> x_slope(const Tensor<T>& x, const Tensor<T>& y, T) {
    return Tensor<T>(map(Unary::Sign, (x - y).value()));  // constant wherever it has a derivative
  }
};

struct Huber {
  static constexpr const char* name = "huber_loss";
  static constexpr PairLoss kernel = PairLoss::Huber;
  static constexpr bool antisymmetric = true;
  template <class T>
  static Tensor<T> x_slope(const Tensor<T>& x, const Tensor<T>& y, T delta) {
    const Tensor<T> d = x - y;
    const Tensor<T> bounded(map(Unary::Clamp, d.value(), -delta, delta));
    return where(less(abs(d.detach()), delta), d, bounded);  // constant at ±delta too, as in PyTorch
  }
};

struct SmoothL1 : Huber {
  static constexpr const char* name = "smooth_l1_loss";
};

}  // namespace

template <class T>
Tensor<T> mse_loss(const Tensor<T>& x, const Tensor<T>& y, Reduction reduction) {
  return detail::pairwise_loss<SquaredError>(x, y, reduction);
}

template <class T>
Tensor<T> l1_loss(const Tensor<T>& x, const Tensor<T>& y, Reduction reduction) {
  return detail::pairwise_loss<AbsoluteError>(x, y, reduction);
}

template <class T>
Tensor<T> huber_loss(const Tensor<T>& x, const Tensor<T>& y, Reduction reduction, double delta) {
  if (!(delta > 0)) throw ConfigError(fmt::format("huber_loss: delta is {}; it must be greater than 0", delta));
  return detail::pairwise_loss<Huber>(x, y, reduction, delta);
}

template <class T>
Tensor<T> smooth_l1_loss(const Tensor<T>& x, const Tensor<T>& y, Reduction reduction, double beta) {
  if (!(beta >= 0)) throw ConfigError(fmt::format("smooth_l1_loss: beta is {}; it must not be negative", beta));
  if (beta == 0) return l1_loss(x, y, reduction);
  return detail::pairwise_loss<SmoothL1>(x, y, reduction, beta, 1 / beta);
}

#define XGRAD_INSTANTIATE(T)                                                            \
  template Tensor<T> mse_loss(const Tensor<T>&, const Tensor<T>&, Reduction);           \
  template Tensor<T> l1_loss(const Tensor<T>&, const Tensor<T>&, Reduction);            \
  template Tensor<T> huber_loss(const Tensor<T>&, const Tensor<T>&, Reduction, double); \
  template Tensor<T> smooth_l1_loss(const Tensor<T>&, const Tensor<T>&, Reduction, double);
XGRAD_INSTANTIATE(float)
XGRAD_INSTANTIATE(double)
#undef XGRAD_INSTANTIATE

}  // namespace xgrad
