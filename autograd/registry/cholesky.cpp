#include "xgrad/autograd/ops/cholesky.hpp"

#include <cmath>

#include "xgrad/autograd/operation_info.hpp"
#include "xgrad/autograd/ops/arithmetic.hpp"
#include "xgrad/autograd/ops/matmul.hpp"
#include "xgrad/autograd/ops/permute.hpp"
#include "xgrad/autograd/ops/solve.hpp"
#include "xgrad/autograd/registry/families.hpp"

namespace xgrad {
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

}  // namespace xgrad
