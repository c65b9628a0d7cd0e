#include "xgrad/autograd/ops/reduction.hpp"

#include "xgrad/autograd/operation.hpp"
#include "xgrad/autograd/ops/arithmetic.hpp"
#include "xgrad/autograd/ops/reduction_shapes.hpp"
#include "xgrad/tensor/fold.hpp"

namespace xgrad {
namespace {

using detail::ReductionShapes;

struct Sum {
  ReductionShapes shapes;
  static constexpr const char* name = "sum";
  static constexpr unsigned saves = saves_nothing;
  template <class T>
  Array<T> forward(const Array<T>& x) const {
    return shapes.finish(fold(Fold::Sum, x, shapes.kept));
  }
  template <class T>
  Tensor<T> backward(const Context<T>& c) const {
    return broadcast_to(shapes.keep(c.gradient()), c.input_shape(0));
  }
};

struct Mean {
  ReductionShapes shapes;
  static constexpr const char* name = "mean";
  static constexpr unsigned saves = saves_nothing;
  template <class T>
  Array<T> forward(const Array<T>& x) const {
    Array<T> result = fold(Fold::Sum, x, shapes.kept);
    const T n = static_cast<T>(shapes.elements_each(x.shape()));
    for (std::size_t i = 0; i < result.size(); ++i) result.data()[i] /= n;
    return shapes.finish(std::move(result));
  }
  template <class T>
  Tensor<T> backward(const Context<T>& c) const {
    const Shape& shape = c.input_shape(0);
    return broadcast_to(shapes.keep(c.gradient()) / static_cast<T>(shapes.elements_each(shape)), shape);
  }
};

}  // namespace

template <class T>
Tensor<T> sum(const Tensor<T>& x, const Axes& axes, bool keepdims) {
  return apply(Sum{{x.shape(), axes, keepdims, Sum::name}}, x);
}

template <class T>
Tensor<T> mean(const Tensor<T>& x, const Axes& axes, bool keepdims) {
  return apply(Mean{{x.shape(), axes, keepdims, Mean::name}}, x);
}

#define XGRAD_INSTANTIATE(T)                                   \
  template Tensor<T> sum(const Tensor<T>&, const Axes&, bool); \
  template Tensor<T> mean(const Tensor<T>&, const Axes&, bool);
XGRAD_INSTANTIATE(float)
XGRAD_INSTANTIATE(double)
#undef XGRAD_INSTANTIATE

}  // namespace xgrad
