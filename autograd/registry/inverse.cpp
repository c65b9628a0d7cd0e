#include "xgrad/autograd/ops/inverse.hpp"

#include <cmath>
#include <limits>

#include "xgrad/autograd/operation_info.hpp"
#include "xgrad/autograd/ops/arithmetic.hpp"
#include "xgrad/autograd/ops/matmul.hpp"
#include "xgrad/autograd/ops/permute.hpp"
#include "xgrad/autograd/ops/shape.hpp"
#include "xgrad/autograd/registry/families.hpp"

namespace xgrad {
namespace {

// The determinant of the matrix without the rows and columns marked, by expansion along its first row.
double expanded_determinant(const double* a, std::size_t n, std::size_t first_row, std::vector<bool>& used) {
  if (first_row == n) return 1;
  double sum = 0, sign = 1;
  for (std::size_t j = 0; j < n; ++j) {
    if (used[j]) continue;
    used[j] = true;
    sum += sign * a[first_row * n + j] * expanded_determinant(a, n, first_row + 1, used);
    used[j] = false;
    sign = -sign;
  }
  return sum;
}

double determinant_of(const double* a, std::size_t n) {
  std::vector<bool> used(n, false);
  return expanded_determinant(a, n, 0, used);
}

template <class F>
std::function<Array<double>(const Sample::Arrays&)> determinant_reference(F f) {
  return [f](const Sample::Arrays& x) {
    const Shape& shape = x[0].shape();
    const std::size_t n = shape.back();
    Array<double> result = empty_array<double>(Shape(shape.begin(), shape.end() - 2));
    for (std::size_t i = 0; i < result.size(); ++i) result.data()[i] = f(determinant_of(x[0].data() + i * n * n, n));
    return result;
  };
}

// Cramer's rule: cofactors over the determinant.
Array<double> inverse_reference(const Sample::Arrays& x) {
  Array<double> result = x[0];
  const std::size_t n = x[0].shape().back();
  for (std::size_t at = 0; at < result.size(); ++at) {
    const double* a = x[0].data() + at / (n * n) * n * n;
    const std::size_t row = at / n % n, column = at % n;
    std::vector<double> replaced(a, a + n * n);  // A with row `column` replaced by a unit vector
    for (std::size_t j = 0; j < n; ++j) replaced[column * n + j] = j == row;
    result.data()[at] = determinant_of(replaced.data(), n) / determinant_of(a, n);
  }
  return result;
}

template <class F>
std::vector<Sample> matrix_samples(F call, std::function<Array<double>(const Sample::Arrays&)> reference) {
  std::vector<Sample> samples;
  for (const auto& [name, shape] : std::vector<std::pair<std::string, Shape>>{{"3 by 3", {3, 3}},
                                                                              {"4 by 4", {4, 4}},
                                                                              {"size 1", {1, 1}},
                                                                              {"batch", {2, 2, 2}},
                                                                              {"two batch axes", {2, 1, 2, 2}},
                                                                              {"empty batch", {0, 2, 2}},
                                                                              {"no rows", {0, 0}}}) {
    Array<double> a = sample_values(shape, -1, 1, 7);
    const std::size_t n = shape.back();
    for (std::size_t i = 0; n > 0 && i < a.size() / n; ++i)  // far from singular; the first pivot negative
      a.data()[i * n + i % n] += i % n == 0 ? -3 : 3;
    samples.push_back(sample(
        name, {a}, [call](const auto& x) { return call(x[0]); }, reference));
  }
  samples.push_back(sample(
      "rows exchanged", {Array<double>{{0, 2, 0}, {0, 0, 3}, {1.5, 0, 0}}}, [call](const auto& x) { return call(x[0]); },
      reference));
  return samples;
}

template <class F>
std::vector<BadInput> bad_matrices(const char* operation, F call) {
  const auto bad = [&](const char* name, Array<double> a, std::vector<std::string> mentions) {
    mentions.push_back(operation);
    return BadInput{name, [=] { call(Tensor<double>(Array<double>(a), true)); }, std::move(mentions)};
  };
  return {bad("not square", filled_array({2, 3}, 1.0), {"(2, 3)", "square"}),
          bad("a vector", filled_array({3}, 1.0), {"(3,)", "square"}),
          bad("NaN", Array<double>{{1, 0}, {std::nan(""), 1}}, {"(1, 0)", "nan", "finite"}),
          bad("infinity", Array<double>{{std::numeric_limits<double>::infinity(), 0}, {0, 1}}, {"(0, 0)", "inf", "finite"})};
}

// A call that throws for a singular matrix, at the latest in backward.
template <class F>
BadInput bad_singular(const char* operation, F call) {
  return {"singular",
          [=] {
            call(Tensor<double>(Array<double>{{1, 2}, {2, 4}}, true)).backward();
          },
          {operation, "singular", "pivot 2", "(2, 2)"}};
}

}  // namespace

std::vector<OperationInfo> inverse_operations() {
  const auto inverse_of = [](const auto& x) { return inverse(x); };
  const auto logarithm = [](const auto& x) { return slogdet(x).logabsdet; };
  const auto both = [](const auto& x) {
    const auto [sign, logabsdet] = slogdet(x);
    return sign * logabsdet;
  };
  const auto determinant = [](const auto& x) { return det(x); };
  const auto with_singular = [](const char* name, auto call) {
    std::vector<BadInput> list = bad_matrices(name, call);
    list.push_back(bad_singular(name, call));
    return list;
  };
  std::vector<Sample> slogdet_samples =
      matrix_samples(logarithm, determinant_reference([](double d) { return std::log(std::abs(d)); }));
  for (Sample& s :
       matrix_samples(both, determinant_reference([](double d) { return std::copysign(1, d) * std::log(std::abs(d)); }))) {
    s.name += ", with the sign";
    slogdet_samples.push_back(std::move(s));
  }
  return {
      {"inverse", matrix_samples(inverse_of, inverse_reference), {}, with_singular("inverse", inverse_of)},
      {"slogdet", std::move(slogdet_samples), {}, with_singular("slogdet", logarithm)},
      {"det",
       matrix_samples(determinant, determinant_reference([](double d) { return d; })),
       {},
       with_singular("det", determinant)},
  };
}

}  // namespace xgrad
