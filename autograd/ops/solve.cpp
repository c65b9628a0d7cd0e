#include "xgrad/autograd/ops/solve.hpp"

#include <algorithm>
#include <memory>

#include <fmt/format.h>

#include "xgrad/autograd/operation.hpp"
#include "xgrad/autograd/ops/arithmetic.hpp"
#include "xgrad/autograd/ops/matmul.hpp"
#include "xgrad/autograd/ops/shape.hpp"
#include "xgrad/tensor/error.hpp"
#include "xgrad/tensor/lapack.hpp"

namespace xgrad {
namespace {

template <class T>
using Pair = std::array<Tensor<T>, 2>;

constexpr Transpose flipped(Transpose t) { return t == Transpose::Yes ? Transpose::No : Transpose::Yes; }

// −d·Xᵀ for A, where d is the gradient of B; transposed if Aᵀ was the matrix of the system.
template <class T>
Tensor<T> matrix_gradient(Transpose transpose, const Tensor<T>& d, const Tensor<T>& x) {
  return transpose == Transpose::No ? -matmul(d, Transpose::No, x, Transpose::Yes)
                                    : -matmul(x, Transpose::No, d, Transpose::Yes);
}

// op(A)·X = B. The systems of the derivatives have the same matrix: they share its factors.
template <class T>
struct Solve {
  Transpose transpose = Transpose::No;
  std::shared_ptr<const lapack::Lu<T>> factors;
  static constexpr const char* name = "solve";
  static constexpr unsigned saves = saves_input(0) | saves_output;

  Array<T> forward(const Array<T>& a, const Array<T>& b) {
    if (!factors) factors = std::make_shared<const lapack::Lu<T>>(lapack::lu(a, name));
    return lapack::solve(*factors, transpose, b, name);
  }

  Pair<T> backward(const Context<T>& c) const {
    const Tensor<T> d = apply(Solve{flipped(transpose), factors}, c.input(0), c.gradient());
    return {c.needs(0) ? matrix_gradient(transpose, d, c.output()) : Tensor<T>(), d};
  }

  void release() { factors.reset(); }
};

template <class T>
Tensor<T> triangle_mask(std::size_t n, bool upper) {
  Array<T> mask = empty_array<T>({n, n});
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < n; ++j) mask.data()[i * n + j] = T(upper ? j >= i : j <= i);
  return Tensor<T>(std::move(mask));
}

struct SolveTriangular {
  TriangularOptions options;
  static constexpr const char* name = "solve_triangular";
  static constexpr unsigned saves = saves_input(0) | saves_output;

  template <class T>
  Array<T> forward(const Array<T>& a, const Array<T>& b) const {
    return lapack::solve_triangular(a, options.upper, options.transpose, b, name);
  }

  template <class T>
  Pair<T> backward(const Context<T>& c) const {
    const Tensor<T> a = c.input(0);
    const Tensor<T> d = solve_triangular(a, c.gradient(), {options.upper, flipped(options.transpose)});
    if (!c.needs(0)) return {Tensor<T>(), d};
    const Tensor<T> mask = triangle_mask<T>(a.shape().back(), options.upper);
    return {matrix_gradient(options.transpose, d, c.output()) * mask, d};
  }
};

bool holds_vectors(const Shape& a, const Shape& b) {
  return b.size() == 1 || (b.size() + 1 == a.size() && std::equal(b.begin(), b.end(), a.begin()));
}

}  // namespace

template <class T>
Tensor<T> solve(const Tensor<T>& a, const Tensor<T>& b) {
  if (!holds_vectors(a.shape(), b.shape())) return apply(Solve<T>{}, a, b);
  if (b.shape().back() != (a.rank() < 2 ? 0 : a.shape().back()))
    throw ShapeError(fmt::format("solve: a has shape {} but b has shape {}; b must have an element for each row of a",
                                 to_string(a.shape()), to_string(b.shape())));
  return squeeze(apply(Solve<T>{}, a, unsqueeze(b, -1)), {-1});
}

template <class T>
Tensor<T> solve_triangular(const Tensor<T>& a, const Tensor<T>& b, TriangularOptions options) {
  return apply(SolveTriangular{options}, a, b);
}

template Tensor<float> solve(const Tensor<float>&, const Tensor<float>&);
template Tensor<double> solve(const Tensor<double>&, const Tensor<double>&);
template Tensor<float> solve_triangular(const Tensor<float>&, const Tensor<float>&, TriangularOptions);
template Tensor<double> solve_triangular(const Tensor<double>&, const Tensor<double>&, TriangularOptions);

}  // namespace xgrad
