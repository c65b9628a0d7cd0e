#include "xgrad/autograd/ops/spectral.hpp"

#include <algorithm>

#include "xgrad/autograd/operation_info.hpp"
#include "xgrad/autograd/ops/arithmetic.hpp"
#include "xgrad/autograd/ops/broadcast.hpp"
#include "xgrad/autograd/ops/elementwise.hpp"
#include "xgrad/autograd/ops/matmul.hpp"
#include "xgrad/autograd/ops/permute.hpp"
#include "xgrad/autograd/ops/shape.hpp"
#include "xgrad/autograd/registry/families.hpp"

namespace xgrad {
namespace {

using Matrix = std::vector<double>;

// x (m×k) times y (k×n), by the definition.
Matrix product(const Matrix& x, const Matrix& y, std::size_t m, std::size_t k, std::size_t n) {
  Matrix z(m * n, 0);
  for (std::size_t i = 0; i < m; ++i)
    for (std::size_t j = 0; j < n; ++j)
      for (std::size_t l = 0; l < k; ++l) z[i * n + j] += x[i * k + l] * y[l * n + j];
  return z;
}

Matrix transposed(const Matrix& x, std::size_t m, std::size_t n) {
  Matrix y(m * n);
  for (std::size_t i = 0; i < m * n; ++i) y[i % n * m + i / n] = x[i];
  return y;
}

// A reference that goes through a batch: f makes an m×n matrix of each.
template <class F>
std::function<Array<double>(const Sample::Arrays&)> each_matrix(F f) {
  return [f](const Sample::Arrays& x) {
    Array<double> result = x[0];
    const std::size_t m = x[0].shape()[x[0].dimension() - 2], n = x[0].shape().back();
    for (std::size_t at = 0; at < result.size(); at += m * n) {
      const Matrix y = f(Matrix(x[0].data() + at, x[0].data() + at + m * n), m, n);
      std::copy(y.begin(), y.end(), result.data() + at);
    }
    return result;
  };
}

// Random numbers with 2, 4, 6, … added along the diagonals, so that eigenvalues and singular values are far apart.
Array<double> separated_matrices(const Shape& shape) {
  Array<double> a = sample_values(shape, -0.7, 0.7, 9);
  const std::size_t m = shape[shape.size() - 2], n = shape.back();
  for (std::size_t at = 0; at < a.size(); ++at)
    if (at / n % m == at % n) a.data()[at] += 2 * static_cast<double>(at % n + 1);
  return a;
}

template <class T>
Tensor<T> symmetric(const Tensor<T>& x) {
  return (x + transpose(x)) * T(0.5);
}

// What is computed from the decompositions does not depend on the signs of the vectors.
std::vector<Sample> eigh_samples() {
  const auto square_of_symmetric = each_matrix([](const Matrix& x, std::size_t n, std::size_t) {
    Matrix a = transposed(x, n, n);
    for (std::size_t i = 0; i < a.size(); ++i) a[i] = 0.5 * (a[i] + x[i]);
    return product(a, a, n, n, n);
  });
  std::vector<Sample> samples;
  for (const auto& [name, shape] : std::vector<std::pair<std::string, Shape>>{
           {"3 by 3", {3, 3}}, {"size 1", {1, 1}}, {"batch", {2, 2, 2}}, {"empty batch", {0, 2, 2}}, {"no rows", {0, 0}}}) {
    const auto add = [&samples, &name = name, x = separated_matrices(shape)](const char* what, auto call, auto reference) {
      samples.push_back(sample(name + ", " + what, {x}, call, reference));
    };
    add(
        "values", [](const auto& x) { return eigh(symmetric(x[0])).values; }, nullptr);
    add(
        "squares of the vectors", [](const auto& x) { return square(eigh(symmetric(x[0])).vectors); }, nullptr);
    add(
        "square of the matrix",
        [](const auto& x) {
          const auto [values, v] = eigh(symmetric(x[0]));
          return matmul(v * unsqueeze(square(values), -2), Transpose::No, v, Transpose::Yes);
        },
        square_of_symmetric);
  }
  return samples;
}

std::vector<Sample> svd_samples() {
  const auto cube = each_matrix([](const Matrix& a, std::size_t m, std::size_t n) {
    return product(product(a, transposed(a, m, n), m, n, m), a, m, m, n);
  });
  std::vector<Sample> samples;
  for (const auto& [name, shape] : std::vector<std::pair<std::string, Shape>>{{"square", {3, 3}},
                                                                              {"tall", {4, 2}},
                                                                              {"wide", {2, 4}},
                                                                              {"size 1", {1, 1}},
                                                                              {"batch", {2, 3, 2}},
                                                                              {"empty batch", {0, 2, 2}},
                                                                              {"no columns", {2, 0}}}) {
    const auto add = [&samples, &name = name, x = separated_matrices(shape)](const char* what, auto call, auto reference) {
      samples.push_back(sample(name + ", " + what, {x}, call, reference));
    };
    add(
        "values", [](const auto& x) { return svd(x[0]).s; }, nullptr);
    add(
        "squares of u", [](const auto& x) { return square(svd(x[0]).u); }, nullptr);
    add(
        "squares of vh", [](const auto& x) { return square(svd(x[0]).vh); }, nullptr);
    add(
        "nearest orthogonal matrix",
        [](const auto& x) {
          const auto [u, s, vh] = svd(x[0]);
          return matmul(u, vh);
        },
        nullptr);
    add(
        "a·aᵀ·a",
        [](const auto& x) {
          const auto [u, s, vh] = svd(x[0]);
          return matmul(u * unsqueeze(square(s) * s, -2), vh);
        },
        cube);
  }
  return samples;
}

}  // namespace

std::vector<OperationInfo> spectral_operations() {
  const auto bad = [](const char* operation, const char* name, auto call, Array<double> a, std::vector<std::string> mentions) {
    mentions.push_back(operation);
    return BadInput{name, [=] { sum_to(call(Tensor<double>(Array<double>(a), true)), {}).backward(); }, std::move(mentions)};
  };
  const auto vectors = [](const auto& x) { return eigh(x).vectors; };
  const auto left = [](const auto& x) { return svd(x).u; };
  const auto right = [](const auto& x) { return svd(x).vh; };
  const Array<double> identity{{1, 0}, {0, 1}}, not_a_number{{1, 0}, {std::nan(""), 1}};
  return {
      {"eigh",
       eigh_samples(),
       {},
       {bad("eigh", "not square", vectors, filled_array({2, 3}, 1.0), {"(2, 3)", "square"}),
        bad("eigh", "a vector", vectors, filled_array({3}, 1.0), {"(3,)", "square"}),
        bad("eigh", "NaN", vectors, not_a_number, {"(1, 0)", "nan", "finite"}),
        bad("eigh", "vectors of equal values differentiated", vectors, identity, {"eigenvalues 0 and 1", "equal"})}},
      {"svd",
       svd_samples(),
       {},
       {bad("svd", "a vector", left, filled_array({3}, 1.0), {"(3,)"}),
        bad("svd", "NaN", left, not_a_number, {"(1, 0)", "nan", "finite"}),
        bad("svd", "vectors of equal values differentiated", left, identity, {"singular values 0 and 1", "equal"}),
        bad("svd", "right vectors of equal values differentiated", right, identity, {"singular values 0 and 1", "equal"}),
        bad("svd", "vectors of a tall matrix with a zero", left, Array<double>{{1, 0}, {0, 0}, {0, 0}}, {"value 1", "zero"})}},
  };
}

}  // namespace xgrad
