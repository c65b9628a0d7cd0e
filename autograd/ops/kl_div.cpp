#include "xgrad/autograd/ops/kl_div.hpp"

#include "xgrad/autograd/ops/elementwise.hpp"
#include "xgrad/autograd/ops/pairwise_loss.hpp"

namespace xgrad {
namespace {

struct OfProbabilities {
  static constexpr const char* name = "kl_div";
  static constexpr kernels::PairLoss kernel = kernels::PairLoss::KlDivergence;
  static constexpr bool antisymmetric = false;
  template <class T>
  static Tensor<T> x_slope(const Tensor<T>&, const Tensor<T>& y, T) {
    return -y;
  }
  template <class T>
  static Tensor<T> y_slope(const Tensor<T>& x, const Tensor<T>& y, T) {
    return log(y) + 1 - x;
  }
};

struct OfLogarithms {
  static constexpr const char* name = "kl_div";
  static constexpr kernels::PairLoss kernel = kernels::PairLoss::KlDivergenceLog;
  static constexpr bool antisymmetric = false;
  template <class T>
  static Tensor<T> x_slope(const Tensor<T>&, const Tensor<T>& y, T) {
    return -exp(y);
  }
  template <class T>
  static Tensor<T> y_slope(const Tensor<T>& x, const Tensor<T>& y, T) {
    return exp(y) * (y - x + 1);
  }
};

}  // namespace

template <class T>
Tensor<T> kl_div(const Tensor<T>& x, const Tensor<T>& y, KlDivReduction reduction, bool log_target) {
  Reduction common = Reduction::Sum;
  double scale = 1;
  if (reduction == KlDivReduction::None) common = Reduction::None;
  if (reduction == KlDivReduction::Mean) common = Reduction::Mean;
  if (reduction == KlDivReduction::BatchMean) {
    if (x.rank() == 0) throw ShapeError("kl_div: BatchMean divides by the extent of axis 0, but x has shape ()");
    scale = 1 / static_cast<double>(x.shape()[0]);
  }
  return log_target ? detail::pairwise_loss<OfLogarithms>(x, y, common, 0, scale)
                    : detail::pairwise_loss<OfProbabilities>(x, y, common, 0, scale);
}

template Tensor<float> kl_div(const Tensor<float>&, const Tensor<float>&, KlDivReduction, bool);
template Tensor<double> kl_div(const Tensor<double>&, const Tensor<double>&, KlDivReduction, bool);

}  // namespace xgrad
