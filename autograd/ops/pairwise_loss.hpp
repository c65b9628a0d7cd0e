#pragma once
// What the losses of pairs (prediction, target) of the same shape have in common.

#include <fmt/format.h>

#include "xgrad/autograd/operation.hpp"
#include "xgrad/autograd/ops/arithmetic.hpp"
#include "xgrad/autograd/ops/loss_reduction.hpp"
#include "xgrad/tensor/error.hpp"
#include "xgrad/tensor/kernels/elementwise.hpp"
#include "xgrad/tensor/kernels/loss.hpp"
#include "xgrad/tensor/parallel.hpp"

namespace xgrad::detail {

/// scale · reduction of l(x, y; a). `Formula` has the name, the kernel, and the derivatives by differentiable operations:
///     static constexpr const char* name;
///     static constexpr kernels::PairLoss kernel;
///     static constexpr bool antisymmetric;                               // ∂l/∂y = −∂l/∂x
///     static Tensor<T> x_slope(const Tensor<T>& x, const Tensor<T>& y, T a);
///     static Tensor<T> y_slope(const Tensor<T>& x, const Tensor<T>& y, T a);  // unless antisymmetric, or there is none
template <class Formula, class T>
struct PairwiseLoss {
  static constexpr const char* name = Formula::name;
  static constexpr unsigned saves = saves_all_inputs;
  static constexpr std::size_t chunk_elements = 16384;  // what one thread takes at a time
  static constexpr int kernel = static_cast<int>(Formula::kernel);

  Reduction reduction;
  T a = 0;
  double scale = 1;

  Array<T> forward(const Array<T>& x, const Array<T>& y) const {
    if (reduction != Reduction::None) return scalar_array<T>(static_cast<T>(factor(x.size()) * total(x, y)));
    Array<T> losses = empty_array<T>(x.shape());
    parallel_for(x.size(), chunk_elements, [&](std::size_t begin, std::size_t end) {
      kernels::pair_losses<T>().value[kernel](x.data() + begin, y.data() + begin, losses.data() + begin, end - begin, a,
                                              static_cast<T>(scale));
    });
    return losses;
  }

  std::array<Tensor<T>, 2> fused_backward(const Context<T>& c) const {
    const Tensor<T> x = c.input(0), y = c.input(1);
    std::array<Tensor<T>, 2> result;
    if (c.needs(0)) result[0] = Tensor<T>(kernel_slope(c.gradient(), x, y, factor(x.size())));
    if (!c.needs(1)) return result;
    if constexpr (Formula::antisymmetric)
      result[1] = result[0].defined() ? -result[0] : Tensor<T>(kernel_slope(c.gradient(), x, y, -factor(x.size())));
    else if constexpr (requires { Formula::y_slope(x, y, a); })
      result[1] = weighted(c.gradient(), Formula::y_slope(x, y, a));
    else
      throw_no_derivative(name);
    return result;
  }

  std::array<Tensor<T>, 2> backward(const Context<T>& c) const {
    const Tensor<T> x = c.input(0), y = c.input(1);
    std::array<Tensor<T>, 2> result;
    if (Formula::antisymmetric || c.needs(0)) result[0] = weighted(c.gradient(), Formula::x_slope(x, y, a));
    if (!c.needs(1)) return result;
    if constexpr (Formula::antisymmetric)
      result[1] = -result[0];
    else if constexpr (requires { Formula::y_slope(x, y, a); })
      result[1] = weighted(c.gradient(), Formula::y_slope(x, y, a));
    else
      throw_no_derivative(name);
    return result;
  }

 private:
  double factor(std::size_t n) const { return reduction == Reduction::Mean ? scale / static_cast<double>(n) : scale; }

  Tensor<T> weighted(const Tensor<T>& gradient, const Tensor<T>& slope) const {
    return gradient * static_cast<T>(factor(slope.size())) * slope;
  }

  // Chunks are added in their order, whoever computed them.
  double total(const Array<T>& x, const Array<T>& y) const {
    const auto sum = kernels::pair_losses<T>().sum[kernel];
    if (x.size() <= chunk_elements) return sum(x.data(), y.data(), x.size(), a);
    Array<double> parts = empty_array<double>({(x.size() + chunk_elements - 1) / chunk_elements});
    parallel_for(x.size(), chunk_elements, [&](std::size_t begin, std::size_t end) {
      parts.data()[begin / chunk_elements] = sum(x.data() + begin, y.data() + begin, end - begin, a);
    });
    double result = 0;
    for (double part : parts) result += part;
    return result;
  }

  Array<T> kernel_slope(const Tensor<T>& gradient, const Tensor<T>& x, const Tensor<T>& y, double weight) const {
    Array<T> d = empty_array<T>(x.shape());
    const T* g = gradient.data();
    const std::size_t step = reduction == Reduction::None ? 1 : 0;
    parallel_for(x.size(), chunk_elements, [&](std::size_t begin, std::size_t end) {
      kernels::pair_losses<T>().slope[kernel](g + step * begin, step, x.data() + begin, y.data() + begin, d.data() + begin,
                                              end - begin, a, static_cast<T>(weight));
    });
    return d;
  }
};

/// Throws: ShapeError unless the shapes are the same.
inline void check_pair(const char* name, const Shape& x, const Shape& y) {
  if (x != y)
    throw ShapeError(
        fmt::format("{}: the prediction has shape {} but the target has shape {}; they must be the same (reshape "
                    "or broadcast_to makes them so)",
                    name, to_string(x), to_string(y)));
}

template <class Formula, class T>
Tensor<T> pairwise_loss(const Tensor<T>& x, const Tensor<T>& y, Reduction reduction, double a = 0, double scale = 1) {
  check_pair(Formula::name, x.shape(), y.shape());
  return apply(PairwiseLoss<Formula, T>{reduction, static_cast<T>(a), scale}, x, y);
}

}  // namespace xgrad::detail
