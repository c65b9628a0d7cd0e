#include "xgrad/tensor/fold.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <tuple>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "xgrad/tensor/parallel.hpp"

using namespace xgrad;

namespace {

using Scalars = std::tuple<float, double>;

constexpr Fold all_folds[] = {Fold::Sum, Fold::SumOfSquares, Fold::Prod, Fold::Max, Fold::Min};

// Values around 1, so that long products stay in range.
template <class T>
Array<T> values_near_1(const Shape& shape) {
  Array<T> x = empty_array<T>(shape);
  for (std::size_t i = 0; i < x.size(); ++i) x.data()[i] = static_cast<T>(1 + 1e-3 * std::sin(0.7 * static_cast<double>(i)));
  return x;
}

long double fold_of(Fold f, const std::vector<long double>& lane) {
  long double result = f == Fold::Prod ? 1 : f == Fold::Max ? -INFINITY : f == Fold::Min ? INFINITY : 0;
  for (const long double x : lane) switch (f) {
      case Fold::Sum: result += x; break;
      case Fold::SumOfSquares: result += x * x; break;
      case Fold::Prod: result *= x; break;
      case Fold::Max: result = std::max(result, x); break;
      case Fold::Min: result = std::min(result, x); break;
    }
  return result;
}

// The lanes of x that fall together in an array of shape `kept`.
template <class T>
std::vector<std::vector<long double>> lanes_of(const Array<T>& x, const Shape& kept) {
  std::vector<std::vector<long double>> lanes(element_count(kept));
  for (std::size_t k = 0; k < x.size(); ++k) {
    std::size_t lane = 0, step = 1, rest = k;
    for (std::size_t i = kept.size(); i-- > 0; rest /= x.shape()[i]) {
      if (kept[i] != 1) lane += rest % x.shape()[i] * step;
      step *= kept[i];
    }
    lanes[lane].push_back(x.data()[k]);
  }
  return lanes;
}

struct Case {
  Shape shape, kept;
};

// Long rows, many rows of many columns, a middle axis, axes that are apart, more than one chunk of each.
const std::vector<Case> cases{{{200'003}, {1}},           {{3, 70'001}, {3, 1}},           {{70'001, 3}, {1, 3}},
                              {{1000, 131}, {1, 131}},    {{1000, 131}, {1000, 1}},        {{4, 700, 33}, {4, 1, 33}},
                              {{40, 50, 60}, {1, 50, 1}}, {{8, 9, 10, 11}, {8, 1, 10, 1}}, {{5, 1, 4}, {5, 1, 1}}};

}  // namespace

BOOST_AUTO_TEST_SUITE(fold)

BOOST_AUTO_TEST_CASE_TEMPLATE(every_fold_is_accurate_along_all_axes, T, Scalars) {
  for (const Case& c : cases) {
    const Array<T> x = values_near_1<T>(c.shape);
    const auto lanes = lanes_of(x, c.kept);
    for (const Fold f : all_folds) {
      const Array<T> result = xgrad::fold(f, x, c.kept);
      BOOST_TEST((result.shape() == c.kept));
      // Sums: at most 256 additions in a row, then as many of their results. A product of n factors errs by n/2 roundings.
      const long double roundings = f == Fold::Prod ? static_cast<long double>(lanes[0].size()) / 2 + 2 : 520;
      for (std::size_t i = 0; i < lanes.size(); ++i) {
        const long double expected = fold_of(f, lanes[i]);
        const long double error = std::abs(static_cast<long double>(result.data()[i]) - expected);
        if (error > roundings * std::numeric_limits<T>::epsilon() * std::abs(expected))
          BOOST_ERROR("fold " << static_cast<int>(f) << " of " << to_string(c.shape) << ": " << result.data()[i] << " for "
                              << static_cast<double>(expected));
      }
    }
  }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(every_fold_has_the_same_bits_for_one_thread_and_four, T, Scalars) {
  for (const Case& c : cases) {
    const Array<T> x = values_near_1<T>(c.shape);
    for (const Fold f : all_folds) {
      set_thread_count(1);
      const Array<T> one = xgrad::fold(f, x, c.kept);
      set_thread_count(4);
      BOOST_TEST((xgrad::fold(f, x, c.kept) == one));
    }
  }
  set_thread_count(1);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_long_sum_of_equal_numbers_keeps_its_digits, T, Scalars) {
  // Added one after the other in float, 0.1 would end at 1.0·10⁵ with an error in the third digit.
  const std::size_t n = 1'000'000;
  const double expected = static_cast<double>(T(0.1)) * n;
  for (const Case& c : {Case{{n}, {1}}, Case{{n, 2}, {1, 2}}}) {
    const Array<T> result = xgrad::fold(Fold::Sum, filled_array<T>(c.shape, T(0.1)), c.kept);
    for (std::size_t i = 0; i < result.size(); ++i)
      BOOST_TEST(std::abs(result.data()[i] - expected) <= 64 * std::numeric_limits<T>::epsilon() * expected);
  }
}

BOOST_AUTO_TEST_CASE(folds_of_nothing_are_their_neutral_elements) {
  const Array<double> x = empty_array<double>({0, 2});
  const double inf = std::numeric_limits<double>::infinity();
  const double expected[] = {0, 0, 1, -inf, inf};
  for (const Fold f : all_folds) {
    const Array<double> columns = xgrad::fold(f, x, {1, 2}), all = xgrad::fold(f, x, {1, 1});
    BOOST_TEST(columns(0, 0) == expected[static_cast<int>(f)]);
    BOOST_TEST(columns(0, 1) == expected[static_cast<int>(f)]);
    BOOST_TEST(all(0, 0) == expected[static_cast<int>(f)]);
    BOOST_TEST(xgrad::fold(f, x, {0, 1}).size() == 0u);
  }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_nan_makes_every_fold_of_its_lane_nan_and_no_other, T, Scalars) {
  for (const Case& c : {Case{{2, 70'001}, {2, 1}}, Case{{70'001, 2}, {1, 2}}})
    for (const std::size_t at : {0, 1, 65'537 * 2, 140'001}) {
      Array<T> x = filled_array<T>(c.shape, T(1));
      x.data()[at] = std::numeric_limits<T>::quiet_NaN();
      const std::size_t lane = c.kept[0] == 2 ? at / 70'001 : at % 2;
      for (const Fold f : all_folds) {
        const Array<T> result = xgrad::fold(f, x, c.kept);
        BOOST_TEST(std::isnan(result.data()[lane]));
        BOOST_TEST(!std::isnan(result.data()[1 - lane]));
      }
    }
}

BOOST_AUTO_TEST_SUITE_END()
