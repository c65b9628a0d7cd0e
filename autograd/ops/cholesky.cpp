#include "xgrad/autograd/ops/cholesky.hpp"

#include "xgrad/autograd/operation.hpp"
#include "xgrad/autograd/ops/arithmetic.hpp"
#include "xgrad/autograd/ops/matmul.hpp"
#include "xgrad/autograd/ops/permute.hpp"
#include "xgrad/autograd/ops/solve.hpp"
#include "xgrad/tensor/lapack.hpp"

namespace xgrad {
namespace {

// Φ as a factor: 1 below the diagonal, ½ on it, 0 above.
template <class T>
Tensor<T> lower_half(std::size_t n) {
  Array<T> mask = empty_array<T>({n, n});
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < n; ++j) mask.data()[i * n + j] = j < i ? T(1) : j == i ? T(0.5) : T(0);
  return Tensor<T>(std::move(mask));
}

struct Cholesky {
  static constexpr const char* name = "cholesky";
  static constexpr unsigned saves = saves_output;

  template <class T>
  Array<T> forward(const Array<T>& a) const {
    return lapack::cholesky(a, name);
  }

  template <class T>
  Tensor<T> backward(const Context<T>& c) const {
    const Tensor<T> l = c.output();
    const Tensor<T> p = matmul(l, Transpose::Yes, c.gradient(), Transpose::No) * lower_half<T>(l.shape().back());
    const TriangularOptions by_transposed{.upper = false, .transpose = Transpose::Yes};
    const Tensor<T> left = solve_triangular(l, (p + transpose(p)) * T(0.5), by_transposed);
    return solve_triangular(l, transpose(left), by_transposed);
  }
};

}  // namespace

template <class T>
Tensor<T> cholesky(const Tensor<T>& a) {
  return apply(Cholesky{}, a);
}

template Tensor<float> cholesky(const Tensor<float>&);
template Tensor<double> cholesky(const Tensor<double>&);

}  // namespace xgrad
