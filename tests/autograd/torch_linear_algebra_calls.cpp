#include "autograd/torch_calls.hpp"
#include "xgrad/autograd/factories.hpp"
#include "xgrad/autograd/ops/arithmetic.hpp"
#include "xgrad/autograd/ops/cholesky.hpp"
#include "xgrad/autograd/ops/elementwise.hpp"
#include "xgrad/autograd/ops/inverse.hpp"
#include "xgrad/autograd/ops/linear.hpp"
#include "xgrad/autograd/ops/matmul.hpp"
#include "xgrad/autograd/ops/permute.hpp"
#include "xgrad/autograd/ops/solve.hpp"
#include "xgrad/autograd/ops/spectral.hpp"
#include "xgrad/autograd/ops/vector_products.hpp"

using namespace xgrad;

namespace torch_reference {
namespace {

// A symmetric positive definite function of x.
template <class T>
Tensor<T> positive(const Tensor<T>& x) {
  return matmul(x, Transpose::No, x, Transpose::Yes) + eye<T>(x.extent(-1));
}

// Eigenvalues, and what does not depend on the signs of the vectors, of a symmetric function of x.
template <class T>
Tensor<T> eigh_pieces(const Tensor<T>& x) {
  const Eigh<T> e = eigh((x + transpose(x)) / 2);
  return pieces<T>({e.values, square(e.vectors)});
}

template <class T>
Tensor<T> svd_pieces(const Tensor<T>& x) {
  const Svd<T> d = svd(x);
  return pieces<T>({square(d.u), d.s, square(d.vh)});
}

template <class T>
Tensor<T> slogdet_pieces(const Tensor<T>& x) {
  const Slogdet<T> d = slogdet(x);
  return pieces<T>({d.sign, d.logabsdet});
}

NamedCall triangular(const char* name, TriangularOptions options) {
  return named(name, [options](const auto& x) { return solve_triangular(x[0], x[1], options); });
}

}  // namespace

std::vector<NamedCall> linear_algebra_calls() {
  return {
      named("matmul", [](const auto& x) { return matmul(x[0], x[1]); }),
      named("matmul transposed", [](const auto& x) { return matmul(x[0], Transpose::Yes, x[1], Transpose::Yes); }),
      named("dot", [](const auto& x) { return dot(x[0], x[1]); }),
      named("outer", [](const auto& x) { return outer(x[0], x[1]); }),
      named("linear", [](const auto& x) { return linear(x[0], x[1], x[2]); }),
      named("linear without bias", [](const auto& x) { return linear(x[0], x[1]); }),
      named("linear_relu", [](const auto& x) { return linear_relu(x[0], x[1], x[2]); }),
      named("solve", [](const auto& x) { return solve(x[0], x[1]); }),
      triangular("solve_triangular lower", {}),
      triangular("solve_triangular upper", {.upper = true}),
      triangular("solve_triangular lower transposed", {.transpose = Transpose::Yes}),
      named("inverse", [](const auto& x) { return inverse(x[0]); }),
      named("det", [](const auto& x) { return det(x[0]); }),
      named("slogdet", [](const auto& x) { return slogdet_pieces(x[0]); }),
      named("cholesky", [](const auto& x) { return cholesky(positive(x[0])); }),
      named("eigh", [](const auto& x) { return eigh_pieces(x[0]); }),
      named("svd", [](const auto& x) { return svd_pieces(x[0]); }),
  };
}

}  // namespace torch_reference
