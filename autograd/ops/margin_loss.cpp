#include "xgrad/autograd/ops/margin_loss.hpp"

#include <limits>

#include <fmt/format.h>

#include "xgrad/autograd/ops/broadcast.hpp"
#include "xgrad/autograd/ops/class_targets.hpp"
#include "xgrad/autograd/ops/comparison.hpp"
#include "xgrad/autograd/ops/pairwise_loss.hpp"
#include "xgrad/autograd/ops/shape.hpp"

namespace xgrad {
namespace {

using Rows = detail::ClassRows;

struct Hinge {
  static constexpr const char* name = "hinge_loss";
  static constexpr kernels::PairLoss kernel = kernels::PairLoss::Hinge;
  static constexpr bool antisymmetric = false;
  template <class T>
  static Tensor<T> x_slope(const Tensor<T>& x, const Tensor<T>& y, T margin) {
    return where(less_equal(margin - x * y, T(0)), Tensor<T>(T(0)), -y);
  }
};

template <class T>
struct MultiMargin {
  static constexpr const char* name = "multi_margin_loss";
  static constexpr unsigned saves = saves_input(0);

  Indices targets;
  MultiMarginOptions<T> options;

  // The factor of a row's sum.
  T factor(const Rows& rows, std::size_t row) const {
    const double weight = options.weight.defined() ? options.weight.data()[targets.data()[row]] : 1;
    const double count = options.reduction == Reduction::Mean ? static_cast<double>(rows.count) : 1;
    return static_cast<T>(weight / (static_cast<double>(rows.classes) * count));
  }

  // body(i, margin − x_t + x_i) for the classes i ≠ t of a row whose distance is above 0, or NaN.
  template <class Body>
  void for_violations(const T* x, std::size_t classes, std::int64_t t, Body&& body) const {
    for (std::size_t i = 0; i < classes; ++i) {
      const T distance = static_cast<T>(options.margin) - x[t] + x[i];
      if (static_cast<std::int64_t>(i) != t && !(distance <= 0)) body(i, distance);
    }
  }

  Array<T> forward(const Array<T>& x) const {
    const Rows rows(x.shape());
    Array<T> losses = empty_array<T>(targets.shape());
    rows.for_each_chunk([&](std::size_t begin, std::size_t end) {
      for (std::size_t r = begin; r < end; ++r) {
        T sum = 0;
        for_violations(x.data() + r * rows.classes, rows.classes, targets.data()[r],
                       [&](std::size_t, T distance) { sum += options.p == 1 ? distance : distance * distance; });
        losses.data()[r] = factor(rows, r) * sum;
      }
    });
    if (options.reduction == Reduction::None) return losses;
    double total = options.reduction == Reduction::Mean && rows.count == 0 ? std::numeric_limits<double>::quiet_NaN() : 0;
    for (T loss : losses) total += loss;
    return scalar_array<T>(static_cast<T>(total));
  }

  Tensor<T> fused_backward(const Context<T>& c) const {
    const Tensor<T> x = c.input(0);
    const Rows rows(x.shape());
    Array<T> result = filled_array<T>(x.shape(), T(0));
    const T* g = c.gradient().data();
    rows.for_each_chunk([&](std::size_t begin, std::size_t end) {
      for (std::size_t r = begin; r < end; ++r) {
        const T scale = g[options.reduction == Reduction::None ? r : 0] * factor(rows, r);
        T* d = result.data() + r * rows.classes;
        const std::int64_t t = targets.data()[r];
        for_violations(x.data() + r * rows.classes, rows.classes, t, [&](std::size_t i, T distance) {
          d[i] = options.p == 1 ? scale : 2 * scale * distance;
          d[t] -= d[i];
        });
      }
    });
    return Tensor<T>(std::move(result));
  }

  // With constants m (the factor where a distance counts) and h (1 at the class): D = m for p = 1, 2·m·(margin − x_t + x) for
  // p = 2; the derivative is D − h·Σ D.
  Tensor<T> backward(const Context<T>& c) const {
    const Tensor<T> x = c.input(0);
    const Rows rows(x.shape());
    Shape column = x.shape();
    column.back() = 1;
    Array<T> m = filled_array<T>(x.shape(), T(0)), h = m;
    for (std::size_t r = 0; r < rows.count; ++r) {
      const std::size_t at = r * rows.classes;
      h.data()[at + static_cast<std::size_t>(targets.data()[r])] = 1;
      for_violations(x.data() + at, rows.classes, targets.data()[r],
                     [&](std::size_t i, T) { m.data()[at + i] = factor(rows, r); });
    }
    const Tensor<T> hit(std::move(h));
    Tensor<T> d(std::move(m));
    if (options.p == 2) d = d * 2 * (x - sum_to(x * hit, column) + options.margin);
    d = d * (options.reduction == Reduction::None ? reshape(c.gradient(), column) : c.gradient());
    return d - hit * sum_to(d, column);
  }
};

}  // namespace

template <class T>
Tensor<T> hinge_loss(const Tensor<T>& x, const Tensor<T>& y, double margin, Reduction reduction) {
  for (std::size_t i = 0; i < y.size(); ++i)
    if (y.data()[i] != T(1) && y.data()[i] != T(-1))
      throw ConfigError(fmt::format("hinge_loss: label {} is {}; labels must be 1 or -1", i, y.data()[i]));
  if (y.requires_grad()) throw GraphError("hinge_loss: there is no gradient for the labels; pass y.detach()");
  return detail::pairwise_loss<Hinge>(x, y, reduction, margin);
}

template <class T>
Tensor<T> multi_margin_loss(const Tensor<T>& x, const Indices& targets, const MultiMarginOptions<T>& options) {
  detail::check_scores(MultiMargin<T>::name, x.shape());
  detail::check_class_weight(MultiMargin<T>::name, x.shape(), options.weight);
  detail::check_class_targets(MultiMargin<T>::name, x.shape(), targets, nullptr);
  if (options.p != 1 && options.p != 2)
    throw ConfigError(fmt::format("multi_margin_loss: p is {}; it must be 1 or 2", options.p));
  return apply(MultiMargin<T>{targets, detail::with_own_weight(options)}, x);
}

#define XGRAD_INSTANTIATE(T)                                                            \
  template Tensor<T> hinge_loss(const Tensor<T>&, const Tensor<T>&, double, Reduction); \
  template Tensor<T> multi_margin_loss(const Tensor<T>&, const Indices&, const MultiMarginOptions<T>&);
XGRAD_INSTANTIATE(float)
XGRAD_INSTANTIATE(double)
#undef XGRAD_INSTANTIATE

}  // namespace xgrad
