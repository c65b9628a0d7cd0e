#include "xgrad/autograd/ops/cholesky.hpp"

#include <cmath>

#include "xgrad/autograd/operation.hpp"
#include "xgrad/autograd/operation_info.hpp"
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

namespace {

// x·xᵀ + 2·I: positive definite for every x, so that finite differences change the matrix symmetrically.
template <class T>
Tensor<T> positive_definite(const Tensor<T>& x) {
  const std::size_t n = x.shape().back();
  Array<T> shift = filled_array<T>({n, n}, T(0));
  for (std::size_t i = 0; i < n; ++i) shift.data()[i * (n + 1)] = 2;
  return matmul(x, Transpose::No, x, Transpose::Yes) + Tensor<T>(std::move(shift));
}

// Row by row, by the definition.
Array<double> cholesky_reference(const Sample::Arrays& x) {
  const std::size_t n = x[0].shape().back();
  Array<double> factor = filled_array(x[0].shape(), 0.0);
  for (std::size_t start = 0; start < x[0].size(); start += n * n) {
    const double* in = x[0].data() + start;
    double* l = factor.data() + start;
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t j = 0; j <= i; ++j) {
        double sum = i == j ? 2 : 0;
        for (std::size_t k = 0; k < n; ++k) sum += in[i * n + k] * in[j * n + k];
        for (std::size_t k = 0; k < j; ++k) sum -= l[i * n + k] * l[j * n + k];
        l[i * n + j] = i == j ? std::sqrt(sum) : sum / l[j * n + j];
      }
  }
  return factor;
}

}  // namespace

std::vector<OperationInfo> cholesky_operations() {
  std::vector<Sample> samples;
  for (const auto& [name, shape] : std::vector<std::pair<std::string, Shape>>{{"3 by 3", {3, 3}},
                                                                              {"size 1", {1, 1}},
                                                                              {"batch", {2, 2, 2}},
                                                                              {"two batch axes", {2, 1, 2, 2}},
                                                                              {"empty batch", {0, 2, 2}},
                                                                              {"no rows", {0, 0}}})
    samples.push_back(sample(
        name, {sample_values(shape, -1, 1, 7)}, [](const auto& x) { return cholesky(positive_definite(x[0])); },
        cholesky_reference));
  Array<double> second_is_negative = filled_array({2, 1, 1}, 1.0);
  second_is_negative.data()[1] = -1;
  const auto bad = [](const char* name, Array<double> a, std::vector<std::string> mentions) {
    mentions.push_back("cholesky");
    return BadInput{name, [=] { cholesky(Tensor<double>(Array<double>(a))); }, std::move(mentions)};
  };
  return {{"cholesky",
           std::move(samples),
           {},
           {bad("not square", filled_array({2, 3}, 1.0), {"(2, 3)", "square"}),
            bad("a vector", filled_array({3}, 1.0), {"(3,)", "square"}),
            bad("not positive definite", Array<double>{{1, 2}, {2, 1}}, {"positive definite", "(2, 2)", "leading 2"}),
            bad("zero", filled_array({2, 2}, 0.0), {"positive definite", "leading 1"}),
            bad("one bad matrix in a batch", second_is_negative, {"matrix 1 of the batch"}),
            bad("NaN", Array<double>{{1, 0}, {std::nan(""), 1}}, {"(1, 0)", "nan", "finite"})}}};
}

template Tensor<float> cholesky(const Tensor<float>&);
template Tensor<double> cholesky(const Tensor<double>&);

}  // namespace xgrad
