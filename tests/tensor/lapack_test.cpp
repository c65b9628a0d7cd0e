#include "xgrad/tensor/lapack.hpp"

#include <cmath>
#include <limits>

#include <boost/test/unit_test.hpp>

#include "xgrad/tensor/error.hpp"

using namespace xgrad;

namespace {

// Pseudo-random numbers in [-1, 1), always the same.
template <class T>
Array<T> values(const Shape& shape, unsigned seed) {
  Array<T> a = empty_array<T>(shape);
  std::uint32_t state = seed;
  for (std::size_t i = 0; i < a.size(); ++i) {
    state = state * 1664525u + 1013904223u;
    a.data()[i] = static_cast<T>(state >> 8) / static_cast<T>(1 << 23) - 1;
  }
  return a;
}

// The largest |(op(a)·b − c)|, by the definition, for single matrices.
template <class T>
double residual(const Array<T>& a, bool transposed, const Array<T>& b, const Array<T>& c) {
  const std::size_t m = c.shape()[0], n = c.shape()[1], k = b.shape()[0];
  double worst = 0;
  for (std::size_t i = 0; i < m; ++i)
    for (std::size_t j = 0; j < n; ++j) {
      double sum = -static_cast<double>(c(i, j));
      for (std::size_t l = 0; l < k; ++l) sum += static_cast<double>(transposed ? a(l, i) : a(i, l)) * b(l, j);
      worst = std::max(worst, std::abs(sum));
    }
  return worst;
}

template <class T>
Array<T> identity(std::size_t n) {
  Array<T> a = filled_array<T>({n, n}, T(0));
  for (std::size_t i = 0; i < n; ++i) a(i, i) = 1;
  return a;
}

// LU with row exchanges leaves a residual of some n·ε·‖A‖·‖X‖ (Higham 2002, 9.3), where ‖X‖ is bounded by the condition of
// these matrices, a few hundred.
template <class T>
constexpr double tolerance = 500 * std::numeric_limits<T>::epsilon();

using Scalars = std::tuple<float, double>;

}  // namespace

BOOST_AUTO_TEST_SUITE(lapack)

BOOST_AUTO_TEST_CASE_TEMPLATE(solutions_satisfy_their_systems, T, Scalars) {
  for (const std::size_t n : {1, 2, 7, 40}) {
    Array<T> a = values<T>({n, n}, 3);
    for (std::size_t i = 0; i < n; ++i) a(i, i) += 4;
    const Array<T> b = values<T>({n, 3}, 4);
    const auto factors = xgrad::lapack::lu(a, "test");
    BOOST_TEST(residual(a, false, xgrad::lapack::solve(factors, Transpose::No, b, "test"), b) < tolerance<T>);
    BOOST_TEST(residual(a, true, xgrad::lapack::solve(factors, Transpose::Yes, b, "test"), b) < tolerance<T>);
    BOOST_TEST(residual(a, false, xgrad::lapack::inverse(factors, "test"), identity<T>(n)) < tolerance<T>);
  }
}

BOOST_AUTO_TEST_CASE(determinants_of_permutations_are_their_signs) {
  const Array<double> cycle{{0, 1, 0}, {0, 0, 1}, {1, 0, 0}}, swap{{0, 1, 0}, {1, 0, 0}, {0, 0, 1}};
  BOOST_TEST(xgrad::lapack::determinant(xgrad::lapack::lu(cycle, "test"))() == 1);
  BOOST_TEST(xgrad::lapack::determinant(xgrad::lapack::lu(swap, "test"))() == -1);
  BOOST_TEST(xgrad::lapack::slogdet(xgrad::lapack::lu(swap, "test")).sign() == -1);
  BOOST_TEST(xgrad::lapack::slogdet(xgrad::lapack::lu(swap, "test")).logarithm() == 0);
}

BOOST_AUTO_TEST_CASE(a_determinant_out_of_range_has_a_logarithm) {
  const std::size_t n = 400;
  Array<double> a = filled_array<double>({n, n}, 0);
  for (std::size_t i = 0; i < n; ++i) a(i, i) = 1e-3;
  BOOST_TEST(xgrad::lapack::determinant(xgrad::lapack::lu(a, "test"))() == 0);
  // 400 logarithms of about −6.9, each right to half a unit in the last place, added up in double.
  BOOST_TEST(std::abs(xgrad::lapack::slogdet(xgrad::lapack::lu(a, "test")).logarithm() + 1200 * std::log(10.0)) < 1e-10);
}

BOOST_AUTO_TEST_CASE(a_singular_matrix_has_determinant_zero) {
  const auto factors = xgrad::lapack::lu(Array<double>{{1, 2}, {2, 4}}, "test");
  BOOST_TEST(xgrad::lapack::determinant(factors)() == 0);
  BOOST_TEST(xgrad::lapack::slogdet(factors).sign() == 0);
  BOOST_TEST(xgrad::lapack::slogdet(factors).logarithm() == -std::numeric_limits<double>::infinity());
  BOOST_CHECK_THROW(xgrad::lapack::inverse(factors, "test"), NumericError);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(cholesky_gives_a_lower_triangle_whose_square_is_the_matrix, T, Scalars) {
  const std::size_t n = 20;
  const Array<T> x = values<T>({n, n}, 5);
  Array<T> a = identity<T>(n);
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < n; ++j)
      for (std::size_t k = 0; k < n; ++k) a(i, j) += x(i, k) * x(j, k);
  Array<T> read = a;  // what stands above the diagonal does not matter
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = i + 1; j < n; ++j) read(i, j) = std::numeric_limits<T>::quiet_NaN();
  const Array<T> l = xgrad::lapack::cholesky(read, "test");
  Array<T> lt = l;
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < n; ++j) {
      if (j > i) BOOST_TEST(l(i, j) == T(0));
      lt(i, j) = l(j, i);
    }
  BOOST_TEST(residual(l, false, lt, a) < tolerance<T>);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(eigenvalues_rise_and_vectors_are_orthonormal, T, Scalars) {
  for (const std::size_t n : {1, 2, 9, 64}) {
    Array<T> a = values<T>({n, n}, 6);
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t j = i + 1; j < n; ++j) a(i, j) = a(j, i);
    const auto [lambda, v] = xgrad::lapack::eigh(a, "test");
    Array<T> scaled = v;
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t j = 0; j < n; ++j) scaled(i, j) *= lambda(j);
    BOOST_TEST(std::is_sorted(lambda.data(), lambda.data() + n));
    BOOST_TEST(residual(a, false, v, scaled) < tolerance<T>);
    BOOST_TEST(residual(v, true, v, identity<T>(n)) < tolerance<T>);
  }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(singular_values_fall_and_vectors_are_orthonormal, T, Scalars) {
  for (const Shape& shape : {Shape{1, 1}, Shape{6, 6}, Shape{9, 4}, Shape{4, 9}, Shape{70, 50}}) {
    const Array<T> a = values<T>(shape, 7);
    const auto [u, s, vh] = xgrad::lapack::svd(a, "test");
    const std::size_t k = std::min(shape[0], shape[1]);
    Array<T> us = u, v = empty_array<T>({shape[1], k});
    for (std::size_t j = 0; j < k; ++j) {
      for (std::size_t i = 0; i < shape[0]; ++i) us(i, j) *= s(j);
      for (std::size_t i = 0; i < shape[1]; ++i) v(i, j) = vh(j, i);
    }
    BOOST_TEST(std::is_sorted(s.data(), s.data() + k, std::greater<T>()));
    BOOST_TEST(s(k - 1) >= T(0));
    BOOST_TEST(residual(us, false, vh, a) < tolerance<T>);
    BOOST_TEST(residual(u, true, u, identity<T>(k)) < tolerance<T>);
    BOOST_TEST(residual(v, true, v, identity<T>(k)) < tolerance<T>);
  }
}

BOOST_AUTO_TEST_CASE(every_matrix_of_a_batch_is_factored_alone) {
  const Array<double> batch = values<double>({3, 2, 4, 4}, 8);
  const auto whole = xgrad::lapack::svd(batch, "test");
  const auto factors = xgrad::lapack::lu(batch, "test");
  const Array<double> inverses = xgrad::lapack::inverse(factors, "test");
  for (std::size_t i = 0; i < 6; ++i) {
    Array<double> one = empty_array<double>({4, 4});
    std::copy_n(batch.data() + 16 * i, 16, one.data());
    const auto alone = xgrad::lapack::svd(one, "test");
    const Array<double> inverse = xgrad::lapack::inverse(xgrad::lapack::lu(one, "test"), "test");
    BOOST_TEST(std::equal(alone.u.data(), alone.u.data() + 16, whole.u.data() + 16 * i));
    BOOST_TEST(std::equal(alone.s.data(), alone.s.data() + 4, whole.s.data() + 4 * i));
    BOOST_TEST(std::equal(alone.vh.data(), alone.vh.data() + 16, whole.vh.data() + 16 * i));
    BOOST_TEST(std::equal(inverse.data(), inverse.data() + 16, inverses.data() + 16 * i));
  }
}

BOOST_AUTO_TEST_CASE(the_singular_matrix_of_a_batch_is_named) {
  Array<double> batch = filled_array<double>({3, 2, 2}, 0);
  for (const std::size_t i : {0, 1}) batch(i, 0, 0) = batch(i, 1, 1) = 1;
  const auto factors = xgrad::lapack::lu(batch, "caller");
  BOOST_CHECK_EXCEPTION(xgrad::lapack::inverse(factors, "caller"), NumericError, [](const NumericError& e) {
    const std::string text = e.what();
    return text.find("caller: matrix 2 of the batch of shape (3, 2, 2)") == 0;
  });
}

BOOST_AUTO_TEST_SUITE_END()
