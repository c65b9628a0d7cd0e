// Softmax and its logarithm by rows, of every instruction set, against long double. u is half a unit in the last place.
#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include <boost/mpl/list.hpp>
#include <boost/test/unit_test.hpp>

#include "supported_isas.hpp"
#include "xgrad/tensor/kernels/softmax.hpp"
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

template <class T>
void softmax(Isa isa, const T* x, std::size_t rows, std::size_t cols, T* y) {
  softmax_rows<T>(isa).softmax(x, rows, cols, y, nullptr, nullptr);
}

template <class T>
void log_softmax(Isa isa, const T* x, std::size_t rows, std::size_t cols, T* y) {
  softmax_rows<T>(isa).log_softmax(x, rows, cols, y);
}

struct Row {
  std::vector<Real> distance;  // xᵢ − max x
  Real sum = 0, farthest = 0;  // Σ exp(distance)

  template <class T>
  Row(const T* x, std::size_t n) {
    const Real top = *std::max_element(x, x + n);
    for (std::size_t i = 0; i < n; ++i) {
      distance.push_back(x[i] - top);
      sum += std::exp(distance.back());
      farthest = std::max(farthest, std::abs(distance.back()));
    }
  }
  // In units of u. Each exponential is off by 4 (two units in the last place) and by its distance, which is rounded; so is
  // their sum, in which far terms hardly count: d e⁻ᵈ is below 0.4 for each. The sum is added in `n` steps at most.
  Real sum_error() const { return 4 + 0.4L * std::min<Real>(distance.size(), farthest) + distance.size(); }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(softmax_kernels)

BOOST_AUTO_TEST_CASE_TEMPLATE(rows_of_every_length_and_size_are_right_to_the_derived_bound, T, Scalars) {
  constexpr std::size_t rows = 3;
  for (const std::size_t cols : {1, 2, 3, 7, 10, 16, 17, 33, 100})
    for (const T scale : {T(0.01), T(1), T(20)})
      for (const T offset : {T(0), T(5000)}) {
        Generator generator(cols);
        std::vector<T> x(rows * cols), y(x.size() + 1, T(77)), log_y(x.size() + 1, T(77));
        random::fill_normal(generator, x.data(), x.size(), offset, scale);
        for (const Isa isa : test::supported_isas()) {
          softmax(isa, x.data(), rows, cols, y.data());
          log_softmax(isa, x.data(), rows, cols, log_y.data());
          std::size_t wrong = 0;
          for (std::size_t r = 0; r < rows; ++r) {
            const Row row(&x[r * cols], cols);
            for (std::size_t i = 0; i < cols; ++i) {
              const Real d = row.distance[i], p = std::exp(d) / row.sum, log_p = d - std::log(row.sum);
              // One exponential, the sum, its reciprocal, their product; tiny ones may be flushed to 0.
              const Real bound = p * (4 - d + row.sum_error() + 2) * u<T> + 2 * std::numeric_limits<T>::min();
              wrong += !(std::abs(y[r * cols + i] - p) <= bound);
              // The distance and the difference are rounded; log is off by two units and by the relative error of the sum.
              const Real log_bound = (-d - log_p + 4 * std::log(row.sum) + row.sum_error()) * u<T>;
              wrong += !(std::abs(log_y[r * cols + i] - log_p) <= log_bound);
            }
          }
          BOOST_TEST(wrong == 0u, name(isa) << ", rows of " << cols << ", scale " << scale << ", offset " << offset);
          BOOST_TEST((y.back() == T(77) && log_y.back() == T(77)));
        }
      }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(maximum_and_logarithm_of_the_sum_are_given_with_or_without_the_softmax, T, Scalars) {
  constexpr std::size_t rows = 5;
  for (const Isa isa : test::supported_isas())
    for (const std::size_t cols : {1, 3, 10, 17, 100}) {
      Generator generator(cols);
      std::vector<T> x(rows * cols), p(x.size()), alone(x.size()), shift(rows), log_sum(rows), shift_alone(rows),
          sum_alone(rows);
      random::fill_normal(generator, x.data(), x.size(), 100, 3);
      softmax_rows<T>(isa).softmax(x.data(), rows, cols, p.data(), shift.data(), log_sum.data());
      softmax_rows<T>(isa).softmax(x.data(), rows, cols, nullptr, shift_alone.data(), sum_alone.data());
      softmax(isa, x.data(), rows, cols, alone.data());
      BOOST_TEST(p == alone);
      BOOST_TEST(shift == shift_alone);
      BOOST_TEST(log_sum == sum_alone);
      for (std::size_t r = 0; r < rows; ++r) {
        const Row row(&x[r * cols], cols);
        BOOST_TEST(shift[r] == *std::max_element(&x[r * cols], &x[r * cols] + cols));
        const Real exact = std::log(row.sum);
        BOOST_TEST(std::abs(log_sum[r] - exact) <= (4 * exact + row.sum_error()) * u<T>);
      }
    }
}

// Σ g y takes n roundings of products and sums at most, in units of Σ |g y|; the difference and the product are two more.
BOOST_AUTO_TEST_CASE_TEMPLATE(gradients_are_right_to_the_derived_bound, T, Scalars) {
  constexpr std::size_t rows = 4;
  for (const Isa isa : test::supported_isas())
    for (const std::size_t cols : {1, 2, 10, 16, 17, 65}) {
      Generator generator(cols);
      std::vector<T> x(rows * cols), g(x.size()), y(x.size()), log_y(x.size()), d(x.size()), log_d(x.size());
      random::fill_normal(generator, x.data(), x.size());
      random::fill_normal(generator, g.data(), g.size());
      softmax(isa, x.data(), rows, cols, y.data());
      log_softmax(isa, x.data(), rows, cols, log_y.data());
      softmax_rows<T>(isa).gradient(g.data(), y.data(), rows, cols, d.data());
      softmax_rows<T>(isa).log_gradient(g.data(), log_y.data(), rows, cols, log_d.data());
      std::size_t wrong = 0;
      const Real steps = static_cast<Real>(cols) + 3;
      for (std::size_t r = 0; r < rows; ++r) {
        Real dot = 0, dot_size = 0, sum = 0, sum_size = 0;
        for (std::size_t i = r * cols; i < (r + 1) * cols; ++i) {
          dot += Real(g[i]) * y[i], dot_size += std::abs(Real(g[i]) * y[i]);
          sum += g[i], sum_size += std::abs(g[i]);
        }
        for (std::size_t i = r * cols; i < (r + 1) * cols; ++i) {
          const Real bound = steps * u<T> * y[i] * (std::abs(g[i]) + dot_size);
          wrong += !(std::abs(d[i] - y[i] * (g[i] - dot)) <= bound);
          // exp is off by two units in the last place, which are four of u.
          const Real p = std::exp(Real(log_y[i])), log_bound = (steps + 4) * u<T> * (std::abs(g[i]) + p * sum_size);
          wrong += !(std::abs(log_d[i] - (g[i] - p * sum)) <= log_bound);
        }
      }
      BOOST_TEST(wrong == 0u, name(isa) << ", rows of " << cols);
    }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(the_result_may_take_the_place_of_the_argument, T, Scalars) {
  for (const Isa isa : test::supported_isas())
    for (const std::size_t cols : {1, 10, 17, 64}) {
      Generator generator(1);
      std::vector<T> x(4 * cols), y(x.size());
      random::fill_normal(generator, x.data(), x.size());
      for (const auto loop : {softmax<T>, log_softmax<T>}) {
        std::vector<T> in_place = x;
        loop(isa, x.data(), 4, cols, y.data());
        loop(isa, in_place.data(), 4, cols, in_place.data());
        BOOST_TEST(in_place == y);
      }
    }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(huge_and_infinite_elements_give_what_the_limit_is, T, Scalars) {
  const T most = std::numeric_limits<T>::max();
  for (const Isa isa : test::supported_isas()) {
    const std::vector<T> x = {most, -most, 0, most, -inf<T>, 0};
    std::vector<T> y(6), log_y(6);
    softmax(isa, x.data(), 2, 3, y.data());
    log_softmax(isa, x.data(), 2, 3, log_y.data());
    const std::vector<T> expected = {1, 0, 0, 1, 0, 0};
    BOOST_TEST(y == expected, boost::test_tools::per_element());
    BOOST_TEST((log_y[0] == 0 && log_y[1] == -inf<T> && log_y[2] == -most));
    BOOST_TEST((log_y[3] == 0 && log_y[4] == -inf<T> && log_y[5] == -most));
  }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_row_without_a_finite_maximum_is_nan_and_its_neighbours_are_not, T, Scalars) {
  for (const Isa isa : test::supported_isas())
    for (const std::size_t cols : {3, 10, 17})
      for (const T bad : {quiet_nan<T>, inf<T>, -inf<T>})
        for (std::size_t at = 0; at < cols; ++at) {
          std::vector<T> x(3 * cols, T(1)), y(3 * cols);
          x[cols + at] = bad;
          if (bad == -inf<T>) std::fill(&x[cols], &x[2 * cols], bad);
          for (const auto loop : {softmax<T>, log_softmax<T>}) {
            loop(isa, x.data(), 3, cols, y.data());
            std::size_t wrong = 0;
            for (std::size_t i = 0; i < 3 * cols; ++i) {
              const bool inside = i / cols == 1;
              wrong += inside ? bad != inf<T> && !std::isnan(y[i]) : !std::isfinite(y[i]);
            }
            wrong += !std::isnan(y[cols + at]);
            BOOST_TEST(wrong == 0u);
          }
        }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(no_rows_and_no_columns_are_allowed, T, Scalars) {
  for (const Isa isa : test::supported_isas()) {
    T untouched = T(77);
    for (const auto loop : {softmax<T>, log_softmax<T>}) {
      loop(isa, nullptr, 0, 5, &untouched);
      loop(isa, nullptr, 5, 0, &untouched);
    }
    BOOST_TEST(untouched == T(77));
  }
}

BOOST_AUTO_TEST_SUITE_END()
