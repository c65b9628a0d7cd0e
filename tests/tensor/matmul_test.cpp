#include "xgrad/tensor/matmul.hpp"

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include <boost/mpl/list.hpp>
#include <boost/test/unit_test.hpp>
#include <cblas.h>

#include "error_text.hpp"
#include "xgrad/tensor/error.hpp"
#include "xgrad/tensor/random.hpp"

using namespace xgrad;
using Real = long double;
using Scalars = boost::mpl::list<float, double>;

namespace {

constexpr Transpose both[] = {Transpose::No, Transpose::Yes};

template <class T>
Array<T> matrix(std::size_t rows, std::size_t cols, std::uint64_t seed) {
  Generator generator(seed);
  return random::normal<T>(generator, {rows, cols});
}

template <class T>
Real at(const Array<T>& x, Transpose t, std::size_t i, std::size_t j) {
  return t == Transpose::Yes ? x(j, i) : x(i, j);
}

template <class T>
Array<T> operand(Transpose t, std::size_t rows, std::size_t cols, std::uint64_t seed) {
  return t == Transpose::Yes ? matrix<T>(cols, rows, seed) : matrix<T>(rows, cols, seed);
}

CBLAS_TRANSPOSE flag(Transpose t) { return t == Transpose::Yes ? CblasTrans : CblasNoTrans; }

void direct(Transpose ta, Transpose tb, int m, int n, int k, const Array<float>& a, const Array<float>& b, Array<float>& c) {
  cblas_sgemm(CblasRowMajor, flag(ta), flag(tb), m, n, k, 2, a.data(), static_cast<int>(a.shape()[1]), b.data(),
              static_cast<int>(b.shape()[1]), 0, c.data(), n);
}
void direct(Transpose ta, Transpose tb, int m, int n, int k, const Array<double>& a, const Array<double>& b, Array<double>& c) {
  cblas_dgemm(CblasRowMajor, flag(ta), flag(tb), m, n, k, 2, a.data(), static_cast<int>(a.shape()[1]), b.data(),
              static_cast<int>(b.shape()[1]), 0, c.data(), n);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(matmul)

// Whatever the order, Σ of k products is off by (k + 1) roundings of Σ |a b| at most; beta·c and the sum with it are two more.
BOOST_AUTO_TEST_CASE_TEMPLATE(every_transposition_and_beta_is_right_to_the_rounding_of_k_additions, T, Scalars) {
  const Real u = std::numeric_limits<T>::epsilon() / 2;
  const std::size_t sizes[][3] = {{1, 1, 1}, {2, 3, 4}, {7, 5, 1}, {1, 17, 33}, {16, 10, 128}, {65, 33, 70}, {130, 20, 9}};
  for (const auto& [m, n, k] : sizes)
    for (const Transpose ta : both)
      for (const Transpose tb : both)
        for (const T beta : {T(0), T(1), T(-0.5)}) {
          const Array<T> a = operand<T>(ta, m, k, 1), b = operand<T>(tb, k, n, 2), before = matrix<T>(m, n, 3);
          Array<T> out = before;
          xgrad::matmul(a, ta, b, tb, out, beta);
          BOOST_REQUIRE((out.shape() == Shape{m, n}));
          std::size_t wrong = 0;
          for (std::size_t i = 0; i < m; ++i)
            for (std::size_t j = 0; j < n; ++j) {
              Real sum = Real(beta) * before(i, j), size = std::abs(sum);
              for (std::size_t l = 0; l < k; ++l) {
                const Real product = at(a, ta, i, l) * at(b, tb, l, j);
                sum += product, size += std::abs(product);
              }
              wrong += !(std::abs(out(i, j) - sum) <= static_cast<Real>(k + 3) * u * size);
            }
          BOOST_TEST(wrong == 0u, m << "×" << n << "×" << k << ", beta " << beta);
        }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(gemm_takes_pieces_of_larger_matrices_and_touches_nothing_else, T, Scalars) {
  const Array<T> a = matrix<T>(8, 9, 1), b = matrix<T>(10, 11, 2);
  Array<T> c = filled_array<T>({7, 8}, T(5));
  // Rows 1 to 3 and columns 2 to 5 of a; rows 3 to 6 and columns 4 to 8 of b; c from (2, 1).
  gemm<T>(Transpose::No, Transpose::No, 3, 5, 4, T(2), &a(1, 2), 9, &b(3, 4), 11, T(-1), &c(2, 1), 8);
  for (std::size_t i = 0; i < 7; ++i)
    for (std::size_t j = 0; j < 8; ++j) {
      Real expected = 5;
      if (i >= 2 && i < 5 && j >= 1 && j < 6) {
        expected = -5;
        for (std::size_t l = 0; l < 4; ++l) expected += 2 * Real(a(i - 1, l + 2)) * b(l + 3, j + 3);
      }
      BOOST_TEST(std::abs(c(i, j) - expected) <= 64 * std::numeric_limits<T>::epsilon());  // 8 roundings of sizes below 16
    }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_sum_of_no_products_is_zero_or_what_beta_leaves, T, Scalars) {
  const Array<T> a = empty_array<T>({3, 0}), b = empty_array<T>({0, 2});
  Array<T> out = filled_array<T>({3, 2}, std::numeric_limits<T>::quiet_NaN());
  xgrad::matmul(a, Transpose::No, b, Transpose::No, out);
  BOOST_CHECK(out == filled_array<T>({3, 2}, T(0)));
  out.fill(T(4));
  xgrad::matmul(b, Transpose::Yes, a, Transpose::Yes, out = filled_array<T>({2, 3}, T(4)), T(0.5));
  BOOST_CHECK(out == filled_array<T>({2, 3}, T(2)));
  Array<T> none = empty_array<T>({0, 5});
  xgrad::matmul(empty_array<T>({0, 4}), Transpose::No, empty_array<T>({4, 5}), Transpose::No, none);
  BOOST_CHECK((none.shape() == Shape{0, 5}));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(without_beta_what_out_held_is_not_read_and_its_shape_is_made_right, T, Scalars) {
  const T quiet_nan = std::numeric_limits<T>::quiet_NaN();
  for (const std::size_t n : {3, 200}) {
    const Array<T> a = matrix<T>(n, n, 1), b = matrix<T>(n, n, 2);
    Array<T> fresh = empty_array<T>({7}), spoilt = filled_array<T>({n, n}, quiet_nan);
    xgrad::matmul(a, Transpose::No, b, Transpose::No, fresh);
    xgrad::matmul(a, Transpose::No, b, Transpose::No, spoilt);
    BOOST_CHECK(fresh == spoilt);
  }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(nan_and_infinity_reach_their_row_and_column_and_no_other, T, Scalars) {
  for (const std::size_t n : {5, 40}) {
    Array<T> a = matrix<T>(n, n, 1), out;
    const Array<T> b = matrix<T>(n, n, 2);
    a(2, 3) = std::numeric_limits<T>::quiet_NaN();
    xgrad::matmul(a, Transpose::No, b, Transpose::No, out);
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t j = 0; j < n; ++j) BOOST_TEST(std::isnan(out(i, j)) == (i == 2));
  }
}

// The generic loops that xtensor-blas falls back to add one term after the other: somewhere their bits would differ, although
// not for every shape where OpenBLAS runs kernels without AVX.
BOOST_AUTO_TEST_CASE_TEMPLATE(a_scaled_product_has_the_bits_of_a_direct_call_of_cblas, T, Scalars) {
  const std::size_t sizes[][3] = {{16, 128, 100}, {64, 10, 200}, {100, 60, 300}};
  std::size_t different = 0;
  for (const auto& [m, n, k] : sizes)
    for (const Transpose ta : both)
      for (const Transpose tb : both) {
        const Array<T> a = operand<T>(ta, m, k, 1), b = operand<T>(tb, k, n, 2);
        Array<T> ours = empty_array<T>({m, n}), theirs = ours, loop = ours;
        gemm(ta, tb, m, n, k, T(2), a.data(), a.shape()[1], b.data(), b.shape()[1], T(0), ours.data(), n);
        direct(ta, tb, static_cast<int>(m), static_cast<int>(n), static_cast<int>(k), a, b, theirs);
        BOOST_CHECK(ours == theirs);
        for (std::size_t i = 0; i < m; ++i)
          for (std::size_t j = 0; j < n; ++j) {
            T sum = 0;
            for (std::size_t l = 0; l < k; ++l) sum += static_cast<T>(at(a, ta, i, l)) * static_cast<T>(at(b, tb, l, j));
            loop(i, j) = 2 * sum;
          }
        different += ours != loop;
      }
  BOOST_TEST(different > 0u);
}

BOOST_AUTO_TEST_CASE(openblas_does_the_work_on_one_thread_of_its_own) {
  BOOST_TEST(std::string(blas_name()).find("OpenBLAS") == 0u);
  BOOST_TEST(openblas_get_num_threads() == 1);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(shapes_that_do_not_fit_are_both_named, T, Scalars) {
  const auto product = [](const Shape& a, Transpose ta, const Shape& b, Transpose tb, const Shape& out, T beta = 0) {
    Array<T> result = filled_array<T>(out, T(0));
    xgrad::matmul(filled_array<T>(a, T(1)), ta, filled_array<T>(b, T(1)), tb, result, beta);
  };
  const auto no = Transpose::No, yes = Transpose::Yes;
  BOOST_CHECK_EXCEPTION(product({16, 784}, no, {128, 10}, no, {}), ShapeError,
                        says({"matmul", "(16, 784)", "(128, 10)", "last dimension (784)", "first (128)"}));
  BOOST_CHECK_EXCEPTION(product({784, 16}, yes, {128, 10}, no, {}), ShapeError,
                        says({"a (transposed)", "(784, 16)", "(128, 10)", "first dimension (784)"}));
  BOOST_CHECK_EXCEPTION(product({16, 784}, no, {10, 128}, yes, {}), ShapeError,
                        says({"b (transposed)", "(10, 128)", "last (128)"}));
  BOOST_CHECK_EXCEPTION(product({16, 784}, no, {784}, no, {}), ShapeError, says({"(16, 784)", "(784,)", "matrices"}));
  BOOST_CHECK_EXCEPTION(product({}, no, {2, 3, 4}, no, {}), ShapeError, says({"()", "(2, 3, 4)"}));
  BOOST_CHECK_EXCEPTION(product({2, 3}, no, {3, 4}, no, {4, 2}, 1), ShapeError, says({"out has shape (4, 2)", "(2, 4)"}));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(what_blas_cannot_do_is_refused, T, Scalars) {
  Array<T> a = filled_array<T>({2, 2}, T(1));
  const Array<T> b = a;
  BOOST_CHECK_EXCEPTION(xgrad::matmul(a, Transpose::No, b, Transpose::No, a), Error, says({"out is also a factor"}));
  BOOST_CHECK(a == b);
  // Extents that an int cannot hold would be negative numbers to BLAS. Nothing is read: the check comes first.
  const std::size_t huge = std::size_t{1} << 31;
  BOOST_CHECK_EXCEPTION(gemm<T>(Transpose::No, Transpose::No, 1, 1, huge, 1, a.data(), huge, b.data(), 1, 0, a.data(), 1),
                        ShapeError, says({"2147483648", "2147483647"}));
}

BOOST_AUTO_TEST_SUITE_END()
