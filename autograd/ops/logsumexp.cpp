#include "xgrad/autograd/ops/logsumexp.hpp"

#include <cmath>
#include <limits>

#include "xgrad/autograd/operation.hpp"
#include "xgrad/autograd/operation_info.hpp"
#include "xgrad/autograd/ops/arithmetic.hpp"
#include "xgrad/autograd/ops/elementwise.hpp"
#include "xgrad/autograd/ops/reduction_shapes.hpp"
#include "xgrad/autograd/reduction_samples.hpp"
#include "xgrad/tensor/broadcast.hpp"
#include "xgrad/tensor/fold.hpp"

namespace xgrad {
namespace {

using kernels::Binary;
using kernels::Unary;

struct LogSumExp {
  detail::ReductionShapes shapes;
  static constexpr const char* name = "logsumexp";
  static constexpr unsigned saves = saves_input(0);

  template <class T>
  Array<T> forward(const Array<T>& x) const {
    const Array<T> shift = shift_of(x);
    Array<T> terms = map(Binary::Sub, x, shift, name);
    kernels::run(Unary::Exp, terms.data(), terms.data(), terms.size());
    Array<T> result = fold(Fold::Sum, terms, shapes.kept);
    kernels::run(Unary::Log, result.data(), result.data(), result.size());
    kernels::run(Binary::Add, result.data(), shift.data(), result.data(), result.size());
    return shapes.finish(std::move(result));
  }

  // The softmax does not depend on the shift, which is a constant here. (eˣ⁻ʸ would lose digits where y is large.)
  template <class T>
  Tensor<T> backward(const Context<T>& c) const {
    const Tensor<T> x = c.input(0);
    const Tensor<T> terms = exp(x - Tensor<T>(shift_of(x.value())));
    return shapes.keep(c.gradient()) / sum_to(terms, shapes.kept) * terms;
  }

 private:
  template <class T>
  Array<T> shift_of(const Array<T>& x) const {
    Array<T> shift = fold(Fold::Max, x, shapes.kept);
    for (std::size_t i = 0; i < shift.size(); ++i)
      if (std::isinf(shift.data()[i])) shift.data()[i] = 0;  // e^±∞ is right as it is, ∞ − ∞ would not be
    return shift;
  }
};

}  // namespace

template <class T>
Tensor<T> logsumexp(const Tensor<T>& x, const Axes& axes, bool keepdims) {
  return apply(LogSumExp{{x.shape(), axes, keepdims, LogSumExp::name}}, x);
}

std::vector<OperationInfo> logsumexp_operations() {
  constexpr double inf = std::numeric_limits<double>::infinity(), nan = std::numeric_limits<double>::quiet_NaN();
  const auto call = [](const auto& x, const Axes& axes, bool keepdims) { return logsumexp(x, axes, keepdims); };
  const auto all = [](const auto& x) { return logsumexp(x); };
  const LaneReference reference = [](const std::vector<double>& x) {
    long double total = 0;
    for (double value : x) total += std::exp(static_cast<long double>(value));
    return static_cast<double>(std::log(total));
  };
  return {{"logsumexp",
           reduction_samples(reduction_cases(), call, reference),
           {{"huge", all, {1e300, 1e300, -1e300}, scalar_array(1e300), {0.5, 0.5, 0}},
            {"far below zero", all, {-1e4, -1e4}, scalar_array(-1e4 + std::log(2.0)), {0.5, 0.5}},
            {"one is impossible", all, {-inf, 2}, scalar_array(2.0), {0, 1}},
            {"all are impossible", all, {-inf, -inf}, scalar_array(-inf), {nan, nan}},
            {"infinite", all, {inf, 0}, scalar_array(inf), {nan, 0}},
            {"not a number", all, {nan, 0}, scalar_array(nan), {nan, nan}},
            {"no elements", all, empty_array<double>({0}), scalar_array(-inf), empty_array<double>({0})}},
           bad_axes("logsumexp", call)}};
}

template Tensor<float> logsumexp(const Tensor<float>&, const Axes&, bool);
template Tensor<double> logsumexp(const Tensor<double>&, const Axes&, bool);

}  // namespace xgrad
