#include "xgrad/tensor/kernels/softmax.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include <boost/mpl/list.hpp>
#include <boost/test/unit_test.hpp>

#include "supported_isas.hpp"
#include "xgrad/tensor/random.hpp"
#include "xgrad/tensor/softmax.hpp"

using namespace xgrad;
using namespace xgrad::kernels;
using Scalars = boost::mpl::list<float, double>;

namespace {

template <class T>
Array<T> values(std::size_t rows, std::size_t cols) {
  Generator generator(rows * 1000 + cols);
  return random::normal<T>(generator, {rows, cols}, 0, 3);
}

struct Extents {
  std::size_t rows, cols;
};
// Both ways of computing (up to 32 columns, and more), complete and incomplete vectors.
const std::vector<Extents> extents{{1, 1}, {3, 2}, {16, 10}, {37, 10}, {5, 31}, {17, 32}, {3, 33}, {2, 64}, {3, 101}};

}  // namespace

BOOST_AUTO_TEST_SUITE(softmax)

BOOST_AUTO_TEST_CASE_TEMPLATE(every_instruction_set_agrees_with_the_definition, T, Scalars) {
  for (const Isa isa : test::supported_isas())
    for (const auto& [rows, cols] : extents) {
      const Array<T> x = values<T>(rows, cols);
      Array<T> p = x, logarithms = x, shift = empty_array<T>({rows}), log_sum = shift;
      softmax_rows<T>(isa).softmax(x.data(), rows, cols, p.data(), shift.data(), log_sum.data());
      softmax_rows<T>(isa).log_softmax(x.data(), rows, cols, logarithms.data());
      // Exponentials and logarithms to some 2 units in the last place, sums of `cols` terms, a product.
      const long double tolerance = (8 + cols) * std::numeric_limits<T>::epsilon();
      for (std::size_t r = 0; r < rows; ++r) {
        long double sum = 0;
        for (std::size_t c = 0; c < cols; ++c) sum += std::exp(static_cast<long double>(x(r, c)));
        BOOST_TEST(shift(r) == *std::max_element(x.data() + r * cols, x.data() + (r + 1) * cols));
        BOOST_TEST(std::abs(shift(r) + static_cast<long double>(log_sum(r)) - std::log(sum)) < 16 * tolerance);
        for (std::size_t c = 0; c < cols; ++c) {
          const long double expected = std::exp(static_cast<long double>(x(r, c))) / sum;
          // x − max x is rounded to some ε·16, which the exponential turns into a relative error.
          BOOST_TEST(std::abs(p(r, c) - expected) < 4 * tolerance * expected);
          BOOST_TEST(std::abs(logarithms(r, c) - std::log(expected)) < 4 * tolerance * (1 - std::log(expected)));
        }
      }
    }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_row_gives_the_same_wherever_it_stands_and_whatever_is_asked_for, T, Scalars) {
  for (const Isa isa : test::supported_isas())
    for (const auto& [rows, cols] : extents) {
      const Array<T> x = values<T>(rows, cols);
      const auto& loops = softmax_rows<T>(isa);
      Array<T> all = x, shift = empty_array<T>({rows}), log_sum = shift, alone = empty_array<T>({cols});
      loops.softmax(x.data(), rows, cols, all.data(), nullptr, nullptr);
      loops.softmax(x.data(), rows, cols, nullptr, shift.data(), log_sum.data());
      Array<T> in_place = x;
      loops.softmax(in_place.data(), rows, cols, in_place.data(), nullptr, nullptr);
      BOOST_TEST((in_place == all));
      for (std::size_t r = 0; r < rows; ++r) {
        T one_shift, one_log_sum;
        loops.softmax(x.data() + r * cols, 1, cols, alone.data(), &one_shift, &one_log_sum);
        BOOST_TEST(std::equal(alone.begin(), alone.end(), all.data() + r * cols));
        BOOST_TEST(one_shift == shift(r));
        BOOST_TEST(one_log_sum == log_sum(r));
      }
    }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_row_without_a_number_spoils_no_other, T, Scalars) {
  constexpr T nan = std::numeric_limits<T>::quiet_NaN();
  for (const Isa isa : test::supported_isas())
    for (const std::size_t cols : {10, 40}) {
      Array<T> x = values<T>(5, cols);
      x(2, 7) = nan;
      Array<T> y = x, logarithms = x;
      softmax_rows<T>(isa).softmax(x.data(), 5, cols, y.data(), nullptr, nullptr);
      softmax_rows<T>(isa).log_softmax(x.data(), 5, cols, logarithms.data());
      for (std::size_t r = 0; r < 5; ++r)
        for (std::size_t c = 0; c < cols; ++c) {
          BOOST_TEST(std::isnan(y(r, c)) == (r == 2));
          BOOST_TEST(std::isnan(logarithms(r, c)) == (r == 2));
        }
    }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(gradients_agree_with_their_formulas, T, Scalars) {
  for (const Isa isa : test::supported_isas())
    for (const auto& [rows, cols] : extents) {
      const auto& loops = softmax_rows<T>(isa);
      const Array<T> g = values<T>(rows + 1, cols), x = values<T>(rows, cols);
      Array<T> p = x, logarithms = x, d = x, log_d = x;
      loops.softmax(x.data(), rows, cols, p.data(), nullptr, nullptr);
      loops.log_softmax(x.data(), rows, cols, logarithms.data());
      loops.gradient(g.data(), p.data(), rows, cols, d.data());
      loops.log_gradient(g.data(), logarithms.data(), rows, cols, log_d.data());
      // Gradients here are below 15, so sums of them below 15·cols, each rounded.
      const double tolerance = 64.0 * static_cast<double>(cols) * std::numeric_limits<T>::epsilon();
      for (std::size_t r = 0; r < rows; ++r) {
        long double dot = 0, sum = 0;
        for (std::size_t c = 0; c < cols; ++c) {
          dot += static_cast<long double>(g(r, c)) * p(r, c);
          sum += g(r, c);
        }
        for (std::size_t c = 0; c < cols; ++c) {
          BOOST_TEST(std::abs(d(r, c) - p(r, c) * (g(r, c) - dot)) < tolerance);
          BOOST_TEST(std::abs(log_d(r, c) - (g(r, c) - std::exp(static_cast<long double>(logarithms(r, c))) * sum)) <
                     tolerance);
        }
      }
    }
}

BOOST_AUTO_TEST_CASE(other_axes_agree_with_the_last_one) {
  Generator generator(3);
  const Array<double> x = random::normal<double>(generator, {3, 50, 7});
  const Array<double> y = softmax_along(x, 1), logarithms = log_softmax_along(x, 1);
  for (std::size_t i = 0; i < 3; ++i)
    for (std::size_t j = 0; j < 7; ++j) {
      Array<double> column = empty_array<double>({50});
      for (std::size_t k = 0; k < 50; ++k) column(k) = x(i, k, j);
      const Array<double> p = softmax_along(column, 0), l = log_softmax_along(column, 0);
      for (std::size_t k = 0; k < 50; ++k) {
        BOOST_TEST(y(i, k, j) == p(k), boost::test_tools::tolerance(1e-14));
        BOOST_TEST(logarithms(i, k, j) == l(k), boost::test_tools::tolerance(1e-14));
      }
    }
}

BOOST_AUTO_TEST_SUITE_END()
