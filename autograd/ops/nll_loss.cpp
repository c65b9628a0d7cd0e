#include "xgrad/autograd/ops/nll_loss.hpp"

#include "xgrad/autograd/operation.hpp"
#include "xgrad/autograd/ops/arithmetic.hpp"
#include "xgrad/autograd/ops/class_targets.hpp"
#include "xgrad/autograd/ops/shape.hpp"

namespace xgrad {
namespace {

using Rows = detail::ClassRows;

template <class T>
struct NllLoss {
  static constexpr const char* name = "nll_loss";
  static constexpr unsigned saves = saves_nothing;

  Indices targets;
  NllLossOptions<T> options;
  double divisor = 1;

  bool is_ignored(std::size_t row) const { return targets.data()[row] == options.ignore_index; }
  T class_weight(std::size_t row) const { return options.weight.defined() ? options.weight.data()[targets.data()[row]] : T(1); }

  Array<T> forward(const Array<T>& x) {
    const Rows rows(x.shape());
    Array<T> losses = empty_array<T>(targets.shape());
    double total = 0, weights = 0;
    for (std::size_t r = 0; r < rows.count; ++r) {
      const bool ignored = is_ignored(r);
      const T weight = ignored ? T(0) : class_weight(r);
      const T loss = ignored ? T(0) : -weight * x.data()[r * rows.classes + static_cast<std::size_t>(targets.data()[r])];
      losses.data()[r] = loss;
      total += loss;
      weights += weight;
    }
    if (options.reduction == Reduction::None) return losses;
    if (options.reduction == Reduction::Mean) divisor = weights;
    return scalar_array<T>(static_cast<T>(total / divisor));
  }

  Tensor<T> fused_backward(const Context<T>& c) const {
    const bool each = options.reduction == Reduction::None;
    return Tensor<T>(spread(c.input_shape(0), [&](std::size_t r) { return c.gradient().data()[each ? r : 0]; }));
  }

  // The loss is linear: its derivative is a constant matrix.
  Tensor<T> backward(const Context<T>& c) const {
    Shape column = c.input_shape(0);
    column.back() = 1;
    const Tensor<T> slope(spread(c.input_shape(0), [](std::size_t) { return T(1); }));
    return slope * (options.reduction == Reduction::None ? reshape(c.gradient(), column) : c.gradient());
  }

 private:
  // Zeros, and −w_t·g(row) / divisor at the class of every row.
  template <class G>
  Array<T> spread(const Shape& shape, G&& g) const {
    const Rows rows(shape);
    Array<T> d = filled_array<T>(shape, T(0));
    for (std::size_t r = 0; r < rows.count; ++r)
      if (!is_ignored(r))
        d.data()[r * rows.classes + static_cast<std::size_t>(targets.data()[r])] =
            -class_weight(r) * g(r) / static_cast<T>(divisor);
    return d;
  }
};

}  // namespace

template <class T>
Tensor<T> nll_loss(const Tensor<T>& x, const Indices& targets, const NllLossOptions<T>& options) {
  detail::check_scores(NllLoss<T>::name, x.shape());
  detail::check_class_weight(NllLoss<T>::name, x.shape(), options.weight);
  detail::check_class_targets(NllLoss<T>::name, x.shape(), targets, &options.ignore_index);
  return apply(NllLoss<T>{targets, detail::with_own_weight(options)}, x);
}

template Tensor<float> nll_loss(const Tensor<float>&, const Indices&, const NllLossOptions<float>&);
template Tensor<double> nll_loss(const Tensor<double>&, const Indices&, const NllLossOptions<double>&);

}  // namespace xgrad
