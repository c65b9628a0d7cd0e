#include "xgrad/autograd/ops/logsumexp.hpp"

#include <cmath>

#include "xgrad/autograd/operation.hpp"
#include "xgrad/autograd/ops/arithmetic.hpp"
#include "xgrad/autograd/ops/elementwise.hpp"
#include "xgrad/autograd/ops/reduction_shapes.hpp"
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

template Tensor<float> logsumexp(const Tensor<float>&, const Axes&, bool);
template Tensor<double> logsumexp(const Tensor<double>&, const Axes&, bool);

}  // namespace xgrad
