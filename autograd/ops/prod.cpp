#include "xgrad/autograd/ops/prod.hpp"

#include "xgrad/autograd/operation.hpp"
#include "xgrad/autograd/ops/arithmetic.hpp"
#include "xgrad/autograd/ops/join.hpp"
#include "xgrad/autograd/ops/pad.hpp"
#include "xgrad/autograd/ops/permute.hpp"
#include "xgrad/autograd/ops/reduction_shapes.hpp"
#include "xgrad/autograd/ops/slice.hpp"
#include "xgrad/tensor/fold.hpp"

namespace xgrad {
namespace {

// For every element of a row, the product of the row's others. With neighbours a, b multiplied in pairs, what belongs beside a
// is b times the product of all other pairs: half as long a row, and so on. x: (rows, n).
template <class T>
Tensor<T> products_of_others(const Tensor<T>& x) {
  const std::size_t rows = x.shape()[0], n = x.shape()[1];
  if (n == 1) return Tensor<T>(filled_array<T>({rows, 1}, 1));
  const Tensor<T> even = n % 2 == 0 ? x : pad(x, {0, 1}, 1);
  const Tensor<T> a = slice(even, 1, 0, to_end, 2), b = slice(even, 1, 1, to_end, 2);
  const Tensor<T> others = products_of_others(a * b);
  const Tensor<T> result = reshape(stack<T>({others * b, others * a}, 2), even.shape());
  return slice(result, 1, 0, static_cast<std::ptrdiff_t>(n));
}

struct Prod {
  detail::ReductionShapes shapes;
  static constexpr const char* name = "prod";
  static constexpr unsigned saves = saves_input(0);
  template <class T>
  Array<T> forward(const Array<T>& x) const {
    return shapes.finish(fold(Fold::Prod, x, shapes.kept));
  }
  template <class T>
  Tensor<T> backward(const Context<T>& c) const {
    const Tensor<T> x = c.input(0);
    if (x.size() == 0) return Tensor<T>(empty_array<T>(x.shape()));
    const Axes order = reduced_last(x.shape());
    const Tensor<T> lanes = permute(x, order);
    const std::size_t each = shapes.elements_each(x.shape());
    const Tensor<T> others = reshape(products_of_others(reshape(lanes, Shape{x.size() / each, each})), lanes.shape());
    return shapes.keep(c.gradient()) * permute(others, inverse(order));
  }

 private:
  Axes reduced_last(const Shape& shape) const {
    Axes order;
    for (const bool reduced : {false, true})
      for (std::size_t i = 0; i < shape.size(); ++i)
        if ((shapes.kept[i] != shape[i]) == reduced) order.push_back(static_cast<int>(i));
    return order;
  }
  static Axes inverse(const Axes& order) {
    Axes result(order.size());
    for (std::size_t i = 0; i < order.size(); ++i) result[static_cast<std::size_t>(order[i])] = static_cast<int>(i);
    return result;
  }
};

}  // namespace

template <class T>
Tensor<T> prod(const Tensor<T>& x, const Axes& axes, bool keepdims) {
  return apply(Prod{{x.shape(), axes, keepdims, Prod::name}}, x);
}

template Tensor<float> prod(const Tensor<float>&, const Axes&, bool);
template Tensor<double> prod(const Tensor<double>&, const Axes&, bool);

}  // namespace xgrad
