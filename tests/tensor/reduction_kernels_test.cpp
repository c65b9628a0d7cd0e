// The reductions of every instruction set against long double. u is half a unit in the last place: the largest relative error
// of one rounded operation.
#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include <boost/mpl/list.hpp>
#include <boost/test/unit_test.hpp>

#include "supported_isas.hpp"
#include "xgrad/tensor/kernels/reduction.hpp"
#include "xgrad/tensor/random.hpp"

using namespace xgrad;
using namespace xgrad::kernels;
using Real = long double;
using Scalars = boost::mpl::list<float, double>;

namespace {

template <class T>
constexpr Real u = std::numeric_limits<T>::epsilon() / 2;
template <class T>
constexpr T inf = std::numeric_limits<T>::infinity();
template <class T>
constexpr T quiet_nan = std::numeric_limits<T>::quiet_NaN();

const std::vector<std::size_t> lengths = {0, 1, 2, 3, 7, 8, 15, 16, 17, 63, 64, 65, 100, 511, 1024, 1025, 5000};

template <class T>
std::vector<T> numbers(std::size_t n, std::uint64_t seed, T mean = 0, T sd = 1) {
  Generator generator(seed);
  std::vector<T> x(n);
  random::fill_normal(generator, x.data(), n, mean, sd);
  return x;
}

// Blocks have 64 vectors: each of four partial sums takes up to 16 vectors, and at the end of an array 3 more; adding the four
// and then the lanes (16 at most) are 6 additions more. That makes 25 roundings, 1 more for products; the sums of blocks are
// added in double, a block has at least 128 elements.
template <class T>
Real sum_bound(std::size_t n, Real sum_of_sizes) {
  return sum_of_sizes * (26 * u<T> + static_cast<Real>(n) / 128 * u<double>);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(reduction_kernels)

BOOST_AUTO_TEST_CASE_TEMPLATE(sums_and_products_are_right_to_the_derived_bound, T, Scalars) {
  for (const std::size_t n : lengths) {
    const std::vector<T> x = numbers<T>(n, 1, T(0.5)), y = numbers<T>(n, 2);
    Real sum = 0, squares = 0, dot = 0, sizes = 0, dot_sizes = 0;
    for (std::size_t i = 0; i < n; ++i) {
      sum += x[i], sizes += std::abs(x[i]), squares += Real(x[i]) * x[i];
      dot += Real(x[i]) * y[i], dot_sizes += std::abs(Real(x[i]) * y[i]);
    }
    for (const Isa isa : test::supported_isas()) {
      const auto& loops = reduction<T>(isa);
      BOOST_TEST(std::abs(loops.sum(x.data(), n) - sum) <= sum_bound<T>(n, sizes));
      BOOST_TEST(std::abs(loops.sum_of_squares(x.data(), n) - squares) <= sum_bound<T>(n, squares));
      BOOST_TEST(std::abs(loops.dot(x.data(), y.data(), n) - dot) <= sum_bound<T>(n, dot_sizes));
    }
  }
}

// 2²⁴ ones in float: one running sum would stop at 2²⁴, and 1 + 2⁻²⁰ so many times would drift.
BOOST_AUTO_TEST_CASE(long_sums_in_float_do_not_drift) {
  const std::size_t n = (1 << 24) + 12345;
  const std::vector<float> x(n, 1 + 0x1p-20f);
  const Real exact = static_cast<Real>(n) * (1 + 0x1p-20L);
  for (const Isa isa : test::supported_isas())
    BOOST_TEST(std::abs(reduction<float>(isa).sum(x.data(), n) - exact) <= sum_bound<float>(n, exact));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(sums_let_infinity_and_nan_through, T, Scalars) {
  for (const Isa isa : test::supported_isas())
    for (const std::size_t n : {1, 5, 64, 1000})
      for (std::size_t at = 0; at < n; at += 1 + n / 7) {
        std::vector<T> x(n, T(1));
        x[at] = inf<T>;
        BOOST_TEST(reduction<T>(isa).sum(x.data(), n) == inf<double>);
        x[at] = quiet_nan<T>;
        BOOST_TEST(std::isnan(reduction<T>(isa).sum(x.data(), n)));
        BOOST_TEST(std::isnan(reduction<T>(isa).dot(x.data(), x.data(), n)));
      }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(extremes_are_exact_wherever_they_stand, T, Scalars) {
  for (const Isa isa : test::supported_isas()) {
    const auto& loops = reduction<T>(isa);
    BOOST_TEST(loops.max(nullptr, 0) == -inf<T>);
    BOOST_TEST(loops.min(nullptr, 0) == inf<T>);
    for (const std::size_t n : {1, 2, 5, 16, 17, 33, 100}) {
      std::vector<T> x = numbers<T>(n, n);
      BOOST_TEST(loops.max(x.data(), n) == *std::max_element(x.begin(), x.end()));
      BOOST_TEST(loops.min(x.data(), n) == *std::min_element(x.begin(), x.end()));
      for (std::size_t at = 0; at < n; ++at) {
        const T old = x[at];
        for (const T extreme : {T(100), inf<T>}) {
          x[at] = extreme;
          BOOST_TEST(loops.max(x.data(), n) == extreme);
          x[at] = -extreme;
          BOOST_TEST(loops.min(x.data(), n) == -extreme);
        }
        x[at] = quiet_nan<T>;
        BOOST_TEST(std::isnan(loops.max(x.data(), n)));
        BOOST_TEST(std::isnan(loops.min(x.data(), n)));
        x[at] = old;
      }
    }
  }
}

// Of sums of columns, each takes min(rows, 128) additions in a stretch and one for each stretch; a product adds a rounding.
BOOST_AUTO_TEST_CASE_TEMPLATE(column_sums_are_right_for_every_width_and_add_when_told, T, Scalars) {
  for (const std::size_t rows : {0, 1, 2, 5, 127, 128, 129, 300})
    for (const std::size_t cols : {1, 2, 3, 7, 10, 15, 16, 17, 31, 33, 64, 70, 129}) {
      const std::vector<T> x = numbers<T>(rows * cols, 3), y = numbers<T>(rows * cols, 4), start = numbers<T>(cols, 5);
      const Real roundings = static_cast<Real>(std::min<std::size_t>(rows, 128) + rows / 128 + 3);
      for (const Isa isa : test::supported_isas())
        for (const bool add : {false, true}) {
          std::vector<T> sums(start), dots(start);
          sums.push_back(T(77)), dots.push_back(T(77));
          reduction<T>(isa).column_sums(x.data(), rows, cols, sums.data(), add);
          reduction<T>(isa).column_dots(x.data(), y.data(), rows, cols, dots.data(), add);
          std::size_t wrong = 0;
          for (std::size_t j = 0; j < cols; ++j) {
            Real sum = add ? start[j] : 0, size = std::abs(sum), dot = sum, dot_size = size;
            for (std::size_t i = j; i < rows * cols; i += cols) {
              sum += x[i], size += std::abs(x[i]);
              dot += Real(x[i]) * y[i], dot_size += std::abs(Real(x[i]) * y[i]);
            }
            wrong += std::abs(sums[j] - sum) > roundings * u<T> * size;
            wrong += std::abs(dots[j] - dot) > roundings * u<T> * dot_size;
          }
          BOOST_TEST(wrong == 0u, name(isa) << ", " << rows << " rows of " << cols);
          BOOST_TEST((sums[cols] == T(77) && dots[cols] == T(77)));
        }
    }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_nan_spoils_the_sum_of_its_own_column_only, T, Scalars) {
  constexpr std::size_t rows = 6;
  for (const Isa isa : test::supported_isas())
    for (const std::size_t cols : {3, 10, 17, 70})
      for (std::size_t at = 0; at < rows * cols; ++at) {
        std::vector<T> x(rows * cols, T(1)), sums(cols);
        x[at] = quiet_nan<T>;
        reduction<T>(isa).column_sums(x.data(), rows, cols, sums.data(), false);
        std::size_t wrong = 0;
        for (std::size_t j = 0; j < cols; ++j) wrong += j == at % cols ? !std::isnan(sums[j]) : sums[j] != T(rows);
        BOOST_TEST(wrong == 0u);
      }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(all_finite_finds_every_infinity_and_nan, T, Scalars) {
  for (const Isa isa : test::supported_isas()) {
    const auto all_finite = reduction<T>(isa).all_finite;
    BOOST_TEST(all_finite(nullptr, 0));
    for (const std::size_t n : {1, 5, 16, 17, 40}) {
      std::vector<T> x(n, std::numeric_limits<T>::max());
      BOOST_TEST(all_finite(x.data(), n));
      for (std::size_t at = 0; at < n; ++at)
        for (const T bad : {inf<T>, -inf<T>, quiet_nan<T>}) {
          x[at] = bad;
          BOOST_TEST(!all_finite(x.data(), n));
          x[at] = 0;
        }
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
