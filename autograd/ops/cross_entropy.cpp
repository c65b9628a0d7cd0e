#include "xgrad/autograd/ops/cross_entropy.hpp"

#include <algorithm>
#include <numeric>

#include <fmt/format.h>

#include "xgrad/autograd/operation.hpp"
#include "xgrad/autograd/ops/arithmetic.hpp"
#include "xgrad/autograd/ops/class_targets.hpp"
#include "xgrad/autograd/ops/comparison.hpp"
#include "xgrad/autograd/ops/reduction.hpp"
#include "xgrad/autograd/ops/shape.hpp"
#include "xgrad/autograd/ops/softmax.hpp"
#include "xgrad/tensor/error.hpp"
#include "xgrad/tensor/kernels/softmax.hpp"

namespace xgrad {
namespace {

using Rows = detail::ClassRows;

template <class T>
struct CrossEntropy {
  static constexpr const char* name = "cross_entropy";
  static constexpr unsigned saves = saves_input(0);  // for the formula; the fused derivative takes the probabilities

  Indices targets;
  CrossEntropyOptions<T> options;
  bool keep_probabilities;
  Array<T> probabilities{};
  double divisor = 1;

  // Options as the formulas have them: loss = −hit·w_t log p_t − Σ_c base_c log p_c.
  bool is_ignored(std::size_t row) const { return targets.data()[row] == options.ignore_index; }
  T class_weight(std::int64_t t) const { return options.weight.defined() ? options.weight.data()[t] : T(1); }
  T hit(std::int64_t t) const { return static_cast<T>(1 - options.label_smoothing) * class_weight(t); }
  // base_c = (ε/C) w_c; empty without label smoothing.
  std::vector<T> base(std::size_t classes) const {
    std::vector<T> result;
    if (options.label_smoothing > 0)
      for (std::size_t c = 0; c < classes; ++c)
        result.push_back(static_cast<T>(options.label_smoothing / static_cast<double>(classes)) *
                         class_weight(static_cast<std::int64_t>(c)));
    return result;
  }

  Array<T> forward(const Array<T>& x) {
    const Rows rows(x.shape());
    Array<T> losses = empty_array<T>(targets.shape()), shifts = empty_array<T>(targets.shape());
    if (keep_probabilities) probabilities = empty_array<T>(x.shape());
    const std::vector<T> smooth = base(rows.classes);
    rows.for_each_chunk([&](std::size_t begin, std::size_t end) {
      const std::size_t at = begin * rows.classes;
      T* p = keep_probabilities ? probabilities.data() + at : nullptr;
      kernels::softmax_rows<T>().softmax(x.data() + at, end - begin, rows.classes, p, shifts.data() + begin,
                                         losses.data() + begin);
      for (std::size_t r = begin; r < end; ++r)
        losses.data()[r] = loss_of_row(x.data() + r * rows.classes, r, shifts.data()[r], losses.data()[r], smooth);
    });
    return reduce(std::move(losses));
  }

  // −log p_c = log_sum − (x_c − shift)
  T loss_of_row(const T* x, std::size_t row, T shift, T log_sum, const std::vector<T>& smooth) const {
    if (is_ignored(row)) return 0;
    const std::int64_t t = targets.data()[row];
    T loss = hit(t) * (log_sum - (x[t] - shift));
    for (std::size_t c = 0; c < smooth.size(); ++c) loss += smooth[c] * (log_sum - (x[c] - shift));
    return loss;
  }

  Array<T> reduce(Array<T> losses) {
    if (options.reduction == Reduction::None) return losses;
    const double total = std::accumulate(losses.data(), losses.data() + losses.size(), 0.0);
    if (options.reduction == Reduction::Mean) {
      divisor = 0;
      for (std::size_t r = 0; r < targets.size(); ++r)
        if (!is_ignored(r)) divisor += class_weight(targets.data()[r]);
    }
    return scalar_array<T>(static_cast<T>(total / divisor));
  }

  // d = scale·(p·(hit + Σ base) − hit·onehot − base)
  Tensor<T> fused_backward(const Context<T>& c) const {
    const Rows rows(probabilities.shape());
    Array<T> result = empty_array<T>(probabilities.shape());
    const std::vector<T> smooth = base(rows.classes);
    const T smooth_total = std::accumulate(smooth.begin(), smooth.end(), T(0));
    const T* g = c.gradient().data();
    rows.for_each_chunk([&](std::size_t begin, std::size_t end) {
      for (std::size_t r = begin; r < end; ++r) {
        const T* p = probabilities.data() + r * rows.classes;
        T* d = result.data() + r * rows.classes;
        if (is_ignored(r)) {
          std::fill(d, d + rows.classes, T(0));
          continue;
        }
        const std::int64_t t = targets.data()[r];
        const T scale = g[options.reduction == Reduction::None ? r : 0] / static_cast<T>(divisor);
        const T factor = scale * (hit(t) + smooth_total);
        for (std::size_t k = 0; k < rows.classes; ++k) d[k] = p[k] * factor;
        for (std::size_t k = 0; k < smooth.size(); ++k) d[k] -= scale * smooth[k];
        d[t] -= scale * hit(t);
      }
    });
    return Tensor<T>(std::move(result));
  }

  // The logits, 0 in rows that are ignored: there may be anything in them, NaN too.
  Tensor<T> without_ignored(const Tensor<T>& x) const {
    Shape column = x.shape();
    column.back() = 1;
    Array<T> ignored = filled_array<T>(column, T(0));
    for (std::size_t r = 0; r < ignored.size(); ++r) ignored.data()[r] = is_ignored(r) ? 1 : 0;
    if (std::find(ignored.begin(), ignored.end(), T(1)) == ignored.end()) return x;
    return where(Tensor<T>(std::move(ignored)), T(0), x);
  }

  // The same with differentiable operations: (softmax(x)·Σ_c q − q)·g, with the targets q as a constant matrix.
  Tensor<T> backward(const Context<T>& c) const {
    const Tensor<T> x = without_ignored(c.input(0));
    const Rows rows(x.shape());
    Array<T> q = filled_array<T>(x.shape(), T(0));
    Shape column = x.shape();
    column.back() = 1;
    Array<T> totals = filled_array<T>(column, T(0));
    const std::vector<T> smooth = base(rows.classes);
    for (std::size_t r = 0; r < rows.count; ++r) {
      if (is_ignored(r)) continue;
      T* row = q.data() + r * rows.classes;
      std::copy(smooth.begin(), smooth.end(), row);
      row[targets.data()[r]] += hit(targets.data()[r]);
      for (std::size_t k = 0; k < rows.classes; ++k) totals.data()[r] += row[k] /= static_cast<T>(divisor);
    }
    const Tensor<T> d = softmax(x) * Tensor<T>(std::move(totals)) - Tensor<T>(std::move(q));
    return d * (options.reduction == Reduction::None ? reshape(c.gradient(), column) : c.gradient());
  }

  void release() { probabilities = Array<T>(); }
};

template <class T>
void check_options(const Shape& logits, const CrossEntropyOptions<T>& o) {
  detail::check_scores(CrossEntropy<T>::name, logits);
  detail::check_class_weight(CrossEntropy<T>::name, logits, o.weight);
  if (!(o.label_smoothing >= 0 && o.label_smoothing <= 1))
    throw ConfigError(fmt::format("cross_entropy: label_smoothing is {}; it must be in [0, 1]", o.label_smoothing));
}

}  // namespace

template <class T>
Tensor<T> cross_entropy(const Tensor<T>& logits, const Indices& targets, const CrossEntropyOptions<T>& options) {
  check_options(logits.shape(), options);
  detail::check_class_targets(CrossEntropy<T>::name, logits.shape(), targets, &options.ignore_index);
  return apply(CrossEntropy<T>{targets, detail::with_own_weight(options), grad_enabled() && logits.requires_grad()}, logits);
}

template <class T>
Tensor<T> cross_entropy(const Tensor<T>& logits, const Tensor<T>& targets, const CrossEntropyOptions<T>& options) {
  check_options(logits.shape(), options);
  if (targets.shape() != logits.shape())
    throw ShapeError(
        fmt::format("cross_entropy: the scores have shape {} but the target distributions have shape {}; they must "
                    "be the same",
                    to_string(logits.shape()), to_string(targets.shape())));
  if (options.ignore_index >= 0)
    throw ConfigError(fmt::format("cross_entropy: ignore_index is {}, but target distributions have no class to ignore",
                                  options.ignore_index));
  Tensor<T> q = targets;
  if (options.label_smoothing > 0) {
    const double classes = static_cast<double>(logits.shape().back());
    q = q * (1 - options.label_smoothing) + options.label_smoothing / classes;
  }
  if (options.weight.defined()) q = q * options.weight;
  const Tensor<T> losses = -sum(log_softmax(logits) * q, {-1});
  if (options.reduction == Reduction::None) return losses;
  return options.reduction == Reduction::Sum ? sum(losses) : mean(losses);
}

template Tensor<float> cross_entropy(const Tensor<float>&, const Indices&, const CrossEntropyOptions<float>&);
template Tensor<double> cross_entropy(const Tensor<double>&, const Indices&, const CrossEntropyOptions<double>&);
template Tensor<float> cross_entropy(const Tensor<float>&, const Tensor<float>&, const CrossEntropyOptions<float>&);
template Tensor<double> cross_entropy(const Tensor<double>&, const Tensor<double>&, const CrossEntropyOptions<double>&);

}  // namespace xgrad
