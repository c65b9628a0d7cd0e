#include "xgrad/autograd/ops/broadcast.hpp"

#include "xgrad/autograd/operation.hpp"
#include "xgrad/tensor/broadcast.hpp"

namespace xgrad {
namespace {

struct BroadcastTo {
  Shape shape;
  static constexpr const char* name = "broadcast_to";
  static constexpr unsigned saves = saves_nothing;
  template <class T>
  Array<T> forward(const Array<T>& x) const {
    return broadcast(x, shape);
  }
  template <class T>
  Tensor<T> backward(const Context<T>& c) const {
    return sum_to(c.gradient(), c.input_shape(0));
  }
};

struct SumTo {
  Shape shape;
  static constexpr const char* name = "sum_to";
  static constexpr unsigned saves = saves_nothing;
  template <class T>
  Array<T> forward(const Array<T>& x) const {
    return sum_to_shape(x, shape);
  }
  template <class T>
  Tensor<T> backward(const Context<T>& c) const {
    return broadcast_to(c.gradient(), c.input_shape(0));
  }
};

}  // namespace

template <class T>
Tensor<T> broadcast_to(const Tensor<T>& x, const Shape& shape) {
  if (same_shape(x.shape(), shape)) return x;
  element_count(shape);  // throws for more than can be
  return apply(BroadcastTo{shape}, x);
}

template <class T>
Tensor<T> sum_to(const Tensor<T>& x, const Shape& shape) {
  return same_shape(x.shape(), shape) ? x : apply(SumTo{shape}, x);
}

template Tensor<float> broadcast_to(const Tensor<float>&, const Shape&);
template Tensor<double> broadcast_to(const Tensor<double>&, const Shape&);
template Tensor<float> sum_to(const Tensor<float>&, const Shape&);
template Tensor<double> sum_to(const Tensor<double>&, const Shape&);

}  // namespace xgrad
