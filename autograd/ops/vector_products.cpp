#include "xgrad/autograd/ops/vector_products.hpp"

#include <fmt/format.h>

#include "xgrad/autograd/operation.hpp"
#include "xgrad/autograd/ops/arithmetic.hpp"
#include "xgrad/autograd/ops/matmul.hpp"
#include "xgrad/tensor/error.hpp"
#include "xgrad/tensor/kernels/elementwise.hpp"
#include "xgrad/tensor/kernels/reduction.hpp"

namespace xgrad {
namespace {

template <class T>
using Pair = std::array<Tensor<T>, 2>;

struct Dot {
  static constexpr const char* name = "dot";
  static constexpr unsigned saves = saves_all_inputs;
  template <class T>
  Array<T> forward(const Array<T>& a, const Array<T>& b) const {
    return scalar_array(static_cast<T>(kernels::reduction<T>().dot(a.data(), b.data(), a.size())));
  }
  template <class T>
  Pair<T> backward(const Context<T>& c) const {
    return {c.needs(0) ? c.gradient() * c.input(1) : Tensor<T>(), c.needs(1) ? c.gradient() * c.input(0) : Tensor<T>()};
  }
};

struct Outer {
  static constexpr const char* name = "outer";
  static constexpr unsigned saves = saves_all_inputs;
  template <class T>
  Array<T> forward(const Array<T>& a, const Array<T>& b) const {
    Array<T> c = empty_array<T>({a.size(), b.size()});
    for (std::size_t i = 0; i < a.size(); ++i)
      kernels::run(kernels::Unary::MulScalar, b.data(), c.data() + i * b.size(), b.size(), a.data()[i]);
    return c;
  }
  template <class T>
  Pair<T> backward(const Context<T>& c) const {
    return {c.needs(0) ? matmul(c.gradient(), c.input(1)) : Tensor<T>(),
            c.needs(1) ? matmul(c.input(0), c.gradient()) : Tensor<T>()};
  }
};

void check_vectors(const char* operation, const Shape& a, const Shape& b) {
  if (a.size() != 1 || b.size() != 1)
    throw ShapeError(fmt::format("{}: a has shape {} and b {}; both must be vectors", operation, to_string(a), to_string(b)));
}

}  // namespace

template <class T>
Tensor<T> dot(const Tensor<T>& a, const Tensor<T>& b) {
  check_vectors("dot", a.shape(), b.shape());
  if (a.size() != b.size())
    throw ShapeError(fmt::format("dot: a has shape {} but b has shape {}; both must be of the same length",
                                 to_string(a.shape()), to_string(b.shape())));
  return apply(Dot{}, a, b);
}

template <class T>
Tensor<T> outer(const Tensor<T>& a, const Tensor<T>& b) {
  check_vectors("outer", a.shape(), b.shape());
  return apply(Outer{}, a, b);
}

template Tensor<float> dot(const Tensor<float>&, const Tensor<float>&);
template Tensor<double> dot(const Tensor<double>&, const Tensor<double>&);
template Tensor<float> outer(const Tensor<float>&, const Tensor<float>&);
template Tensor<double> outer(const Tensor<double>&, const Tensor<double>&);

}  // namespace xgrad
