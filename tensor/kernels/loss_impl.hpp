#pragma once
// Losses of pairs, for one xsimd architecture. Included only by the file of each instruction set.

#include "xgrad/tensor/kernels/elementwise_impl.hpp"
#include "xgrad/tensor/kernels/loss.hpp"
#include "xgrad/tensor/kernels/reduction_impl.hpp"

namespace xgrad::kernels {

template <PairLoss f, class B>
inline B pair_loss(B x, B y, B a) {
  if constexpr (f == PairLoss::Squared) return (x - y) * (x - y);
  if constexpr (f == PairLoss::Absolute) return xsimd::abs(x - y);
  if constexpr (f == PairLoss::Huber) {
    const B distance = xsimd::abs(x - y);
    return xsimd::select(distance <= a, B(0.5) * distance * distance, a * (distance - B(0.5) * a));
  }
  if constexpr (f == PairLoss::BceWithLogits) return (B(1) - y) * x + positive_part(-x) + log1p_exp_neg_abs(x);
  if constexpr (f == PairLoss::KlDivergence) return xsimd::select(y == B(0), B(0), y * xsimd::log(y)) - y * x;
  if constexpr (f == PairLoss::KlDivergenceLog) return xsimd::exp(y) * (y - x);
  if constexpr (f == PairLoss::Hinge) return positive_part(a - x * y);
}

template <PairLoss f, class B>
inline B pair_slope(B x, B y, B a) {
  if constexpr (f == PairLoss::Squared) return B(2) * (x - y);
  if constexpr (f == PairLoss::Absolute) return formula<Unary::Sign>(x - y, a, a);
  if constexpr (f == PairLoss::Huber) return formula<Unary::Clamp>(x - y, -a, a);
  if constexpr (f == PairLoss::BceWithLogits) return sigmoid_of(x) - y;
  if constexpr (f == PairLoss::KlDivergence) return -y;
  if constexpr (f == PairLoss::KlDivergenceLog) return -xsimd::exp(y);
  if constexpr (f == PairLoss::Hinge) return xsimd::select(a - x * y <= B(0), B(0), -y);
}

template <PairLoss f, class T, class Arch>
double pair_sum_loop(const T* x, const T* y, std::size_t n, T a) {
  using B = xsimd::batch<T, Arch>;
  const B av(a);
  return blocked_sum<T, Arch>(n, [=](std::size_t i, std::size_t count) {
    if (count == B::size) return pair_loss<f>(B::load_unaligned(x + i), B::load_unaligned(y + i), av);
    alignas(64) T losses[B::size];
    pair_loss<f>(load_part<B>(x + i, count), load_part<B>(y + i, count), av).store_aligned(losses);
    return load_part<B>(losses, count, T(0));
  });
}

template <PairLoss f, class T, class Arch>
void pair_value_loop(const T* x, const T* y, T* out, std::size_t n, T a, T scale) {
  using B = xsimd::batch<T, Arch>;
  const B av(a), factor(scale);
  std::size_t i = 0;
  for (; i + B::size <= n; i += B::size)
    (factor * pair_loss<f>(B::load_unaligned(x + i), B::load_unaligned(y + i), av)).store_unaligned(out + i);
  if (i < n) store_part(factor * pair_loss<f>(load_part<B>(x + i, n - i), load_part<B>(y + i, n - i), av), out + i, n - i);
}

template <PairLoss f, class T, class Arch>
void pair_slope_loop(const T* g, std::size_t g_step, const T* x, const T* y, T* d, std::size_t n, T a, T scale) {
  using B = xsimd::batch<T, Arch>;
  if (n == 0) return;  // then there may be no g to read
  const B av(a), factor(scale), common = factor * B(*g);
  std::size_t i = 0;
  for (; i + B::size <= n; i += B::size) {
    const B weight = g_step ? factor * B::load_unaligned(g + i) : common;
    (weight * pair_slope<f>(B::load_unaligned(x + i), B::load_unaligned(y + i), av)).store_unaligned(d + i);
  }
  if (i == n) return;
  const B weight = g_step ? factor * load_part<B>(g + i, n - i) : common;
  store_part(weight * pair_slope<f>(load_part<B>(x + i, n - i), load_part<B>(y + i, n - i), av), d + i, n - i);
}

template <class T, class Arch, int... f>
constexpr PairLosses<T> make_pair_losses(std::integer_sequence<int, f...>) {
  return {{pair_sum_loop<static_cast<PairLoss>(f), T, Arch>...},
          {pair_value_loop<static_cast<PairLoss>(f), T, Arch>...},
          {pair_slope_loop<static_cast<PairLoss>(f), T, Arch>...}};
}

template <class T, class Arch>
struct PairLossesFor {
  static constexpr PairLosses<T> table =
      make_pair_losses<T, Arch>(std::make_integer_sequence<int, static_cast<int>(PairLoss::Count)>{});
};

}  // namespace xgrad::kernels
