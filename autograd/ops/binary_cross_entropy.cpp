#include "xgrad/autograd/ops/binary_cross_entropy.hpp"

#include <fmt/format.h>

#include "xgrad/autograd/ops/activation.hpp"
#include "xgrad/autograd/ops/pairwise_loss.hpp"
#include "xgrad/autograd/ops/reduction.hpp"

namespace xgrad {
namespace {

struct Formula {
  static constexpr const char* name = "binary_cross_entropy_with_logits";
  static constexpr kernels::PairLoss kernel = kernels::PairLoss::BceWithLogits;
  static constexpr bool antisymmetric = false;
  template <class T>
  static Tensor<T> x_slope(const Tensor<T>& x, const Tensor<T>& y, T) {
    return sigmoid(x) - y;
  }
  template <class T>
  static Tensor<T> y_slope(const Tensor<T>& x, const Tensor<T>&, T) {
    return -x;
  }
};

template <class T>
void check_weight(const char* what, const Tensor<T>& weight, const Shape& x) {
  if (weight.defined() && !broadcasts_to(weight.shape(), x))
    throw ShapeError(fmt::format("{}: {} has shape {}, which does not broadcast to the logits' shape {}", Formula::name, what,
                                 to_string(weight.shape()), to_string(x)));
}

}  // namespace

template <class T>
Tensor<T> binary_cross_entropy_with_logits(const Tensor<T>& x, const Tensor<T>& y, const BceWithLogitsOptions<T>& options) {
  if (!options.weight.defined() && !options.pos_weight.defined())
    return detail::pairwise_loss<Formula>(x, y, options.reduction);
  detail::check_pair(Formula::name, x.shape(), y.shape());
  check_weight("weight", options.weight, x.shape());
  check_weight("pos_weight", options.pos_weight, x.shape());
  Tensor<T> losses = options.pos_weight.defined() ? (1 - y) * x - ((options.pos_weight - 1) * y + 1) * log_sigmoid(x)
                                                  : detail::pairwise_loss<Formula>(x, y, Reduction::None);
  if (options.weight.defined()) losses = losses * options.weight;
  if (options.reduction == Reduction::None) return losses;
  return options.reduction == Reduction::Sum ? sum(losses) : mean(losses);
}

template <class T>
Tensor<T> bce_with_logits(const Tensor<T>& x, const Tensor<T>& y, const BceWithLogitsOptions<T>& options) {
  return binary_cross_entropy_with_logits(x, y, options);
}

#define XGRAD_INSTANTIATE(T)                                                                                               \
  template Tensor<T> binary_cross_entropy_with_logits(const Tensor<T>&, const Tensor<T>&, const BceWithLogitsOptions<T>&); \
  template Tensor<T> bce_with_logits(const Tensor<T>&, const Tensor<T>&, const BceWithLogitsOptions<T>&);
XGRAD_INSTANTIATE(float)
XGRAD_INSTANTIATE(double)
#undef XGRAD_INSTANTIATE

}  // namespace xgrad
