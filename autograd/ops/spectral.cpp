#include "xgrad/autograd/ops/spectral.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "xgrad/autograd/operation.hpp"
#include "xgrad/autograd/operation_info.hpp"
#include "xgrad/autograd/ops/arithmetic.hpp"
#include "xgrad/autograd/ops/broadcast.hpp"
#include "xgrad/autograd/ops/elementwise.hpp"
#include "xgrad/autograd/ops/matmul.hpp"
#include "xgrad/autograd/ops/permute.hpp"
#include "xgrad/autograd/ops/shape.hpp"
#include "xgrad/tensor/error.hpp"
#include "xgrad/tensor/lapack.hpp"

namespace xgrad {
namespace {

constexpr auto No = Transpose::No, Yes = Transpose::Yes;

// `diagonal` on the diagonal, `elsewhere` off it.
template <class T>
Tensor<T> two_valued(std::size_t n, T diagonal, T elsewhere) {
  Array<T> a = filled_array<T>({n, n}, elsewhere);
  for (std::size_t i = 0; i < n; ++i) a.data()[i * (n + 1)] = diagonal;
  return Tensor<T>(std::move(a));
}

// 1/(x_j − x_i) off the diagonal, 0 on it.
template <class T>
Tensor<T> reciprocal_gaps(const Tensor<T>& x) {
  const std::size_t n = x.shape().back();
  const Tensor<T> gaps = unsqueeze(x, -2) - unsqueeze(x, -1);
  return reciprocal(gaps + two_valued<T>(n, 1, 0)) * two_valued<T>(n, 0, 1);
}

// Throws if neighbours in a sorted row are nearer to each other than the error with which LAPACK computes them.
template <class T>
void check_distinct(const Array<T>& values, const char* operation, const char* what) {
  const std::size_t n = values.shape().back();
  for (std::size_t at = 0; at < values.size(); ++at) {
    if (at % n == 0) continue;
    const T* row = values.data() + at / n * n;
    const T largest = std::max(std::abs(row[0]), std::abs(row[n - 1]));
    const T allowed = static_cast<T>(n) * std::numeric_limits<T>::epsilon() * largest;
    if (!(std::abs(row[at % n] - row[at % n - 1]) > allowed))
      throw NumericError(fmt::format(
          "backward of {}: the {} {} and {} are equal within rounding ({} and {}); the vectors have no derivative there, only "
          "the values do",
          operation, what, at % n - 1, at % n, row[at % n - 1], row[at % n]));
  }
}

template <class T>
void check_not_zero(const Array<T>& s) {
  const std::size_t k = s.shape().back();
  for (std::size_t at = 0; at < s.size(); ++at) {
    const T largest = s.data()[at / k * k];
    if (!(s.data()[at] > static_cast<T>(k) * std::numeric_limits<T>::epsilon() * largest))
      throw NumericError(
          fmt::format("backward of svd: singular value {} is zero within rounding ({}); the singular vectors of a matrix that "
                      "is not square "
                      "have no derivative there",
                      at % k, s.data()[at]));
  }
}

struct EighOperation {
  static constexpr const char* name = "eigh";
  static constexpr unsigned saves = saves_output;
  static constexpr std::size_t outputs = 2;

  template <class T>
  std::array<Array<T>, 2> forward(const Array<T>& a) const {
    auto [values, vectors] = lapack::eigh(a, name);
    return {std::move(values), std::move(vectors)};
  }

  template <class T>
  Tensor<T> backward(const Context<T>& c) const {
    const Tensor<T> values = c.output(0), v = c.output(1);
    Tensor<T> left;  // the gradient without its last factor Vᵀ
    if (c.gradient(0).defined()) left = v * unsqueeze(c.gradient(0), -2);
    if (c.gradient(1).defined()) {
      check_distinct(values.value(), name, "eigenvalues");
      const Tensor<T> inner = matmul(v, Yes, c.gradient(1), No) * reciprocal_gaps(values);
      const Tensor<T> turned = matmul(v, (inner + transpose(inner)) * T(0.5));
      left = left.defined() ? left + turned : turned;
    }
    return matmul(left, No, v, Yes);
  }
};

struct SvdOperation {
  static constexpr const char* name = "svd";
  static constexpr unsigned saves = saves_output;
  static constexpr std::size_t outputs = 3;

  template <class T>
  std::array<Array<T>, 3> forward(const Array<T>& a) const {
    auto [u, s, vh] = lapack::svd(a, name);
    return {std::move(u), std::move(s), std::move(vh)};
  }

  template <class T>
  Tensor<T> backward(const Context<T>& c) const {
    const Tensor<T> u = c.output(0), s = c.output(1), vh = c.output(2);
    const Tensor<T>&gu = c.gradient(0), &gs = c.gradient(1), &gv = c.gradient(2);
    const std::size_t m = u.shape()[u.rank() - 2], k = s.shape().back(), n = vh.shape().back();
    Tensor<T> sum;
    const auto add = [&sum](const Tensor<T>& term) { sum = sum.defined() ? sum + term : term; };
    if (gs.defined()) add(matmul(u * unsqueeze(gs, -2), vh));
    if (!gu.defined() && !gv.defined()) return sum;

    check_distinct(s.value(), name, "singular values");
    const Tensor<T> f = reciprocal_gaps(square(s));
    if ((m > k && gu.defined()) || (n > k && gv.defined())) check_not_zero(s.value());
    if (gu.defined()) {
      const Tensor<T> p = matmul(u, Yes, gu, No);
      add(matmul(matmul(u, (p - transpose(p)) * f * unsqueeze(s, -2)), vh));
      if (m > k) add(matmul((gu - matmul(u, p)) / unsqueeze(s, -2), vh));
    }
    if (gv.defined()) {
      const Tensor<T> q = matmul(vh, No, gv, Yes);
      add(matmul(matmul(u, (q - transpose(q)) * f * unsqueeze(s, -1)), vh));
      if (n > k) add(matmul(u / unsqueeze(s, -2), gv - matmul(q, Yes, vh, No)));
    }
    return sum;
  }
};

}  // namespace

template <class T>
Eigh<T> eigh(const Tensor<T>& a) {
  auto [values, vectors] = apply(EighOperation{}, a);
  return {std::move(values), std::move(vectors)};
}

template <class T>
Svd<T> svd(const Tensor<T>& a) {
  auto [u, s, vh] = apply(SvdOperation{}, a);
  return {std::move(u), std::move(s), std::move(vh)};
}

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
          return matmul(v * unsqueeze(square(values), -2), No, v, Yes);
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

template Eigh<float> eigh(const Tensor<float>&);
template Eigh<double> eigh(const Tensor<double>&);
template Svd<float> svd(const Tensor<float>&);
template Svd<double> svd(const Tensor<double>&);

}  // namespace xgrad
