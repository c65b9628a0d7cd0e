#include "xgrad/autograd/ops/spectral.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "xgrad/autograd/operation.hpp"
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

template Eigh<float> eigh(const Tensor<float>&);
template Eigh<double> eigh(const Tensor<double>&);
template Svd<float> svd(const Tensor<float>&);
template Svd<double> svd(const Tensor<double>&);

}  // namespace xgrad
