#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include <boost/mpl/list.hpp>
#include <boost/test/unit_test.hpp>

#include "supported_isas.hpp"
#include "xgrad/tensor/array.hpp"
#include "xgrad/tensor/kernels/normalization.hpp"
#include "xgrad/tensor/random.hpp"

using namespace xgrad;
using namespace xgrad::kernels;
using Scalars = boost::mpl::list<float, double>;
using Real = long double;

namespace {

// Normal numbers about 1 with standard deviation 1: below 6 in size.
template <class T>
Array<T> values(const Shape& shape, std::uint64_t seed) {
  Generator generator(seed);
  return random::normal<T>(generator, shape, 1, 1);
}

// What a sum of `count` terms of size `term` may be off by, added up in T over 128 terms and in double beyond.
template <class T>
Real rounding(std::size_t count, Real term) {
  return std::numeric_limits<T>::epsilon() * term * static_cast<Real>(count + 4) *
         static_cast<Real>(std::min<std::size_t>(count, 128));
}

struct Extents {
  std::size_t rows, cols;
};
// Groups of four vectors, single vectors, and incomplete ones; stretches of rows.
const std::vector<Extents> extents{{2, 1}, {3, 5}, {4, 16}, {5, 23}, {129, 64}, {300, 83}, {7, 131}};

template <class T>
struct Column {
  Real mean = 0, variance = 0, sum = 0, dot = 0;
  Column(const Array<T>& x, const Array<T>& g, std::size_t c) {
    const std::size_t rows = x.shape()[0];
    for (std::size_t r = 0; r < rows; ++r) mean += static_cast<Real>(x(r, c)) / rows;
    for (std::size_t r = 0; r < rows; ++r) {
      variance += (x(r, c) - mean) * (x(r, c) - mean) / rows;
      sum += g(r, c);
      dot += g(r, c) * (x(r, c) - mean);
    }
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(normalization_kernels)

BOOST_AUTO_TEST_CASE_TEMPLATE(column_loops_agree_with_their_formulas, T, Scalars) {
  for (const Isa isa : test::supported_isas())
    for (const auto& [rows, cols] : extents) {
      const auto& loops = normalization<T>(isa);
      const Array<T> x = values<T>({rows, cols}, 1), g = values<T>({rows, cols}, 2);
      const Array<T> k = values<T>({cols}, 3), a = values<T>({cols}, 4), b = values<T>({cols}, 5);
      Array<T> mean = empty_array<T>({cols}), variance = mean, sum = mean, dot = mean, y = x, d = x;
      loops.column_moments(x.data(), rows, cols, cols, mean.data(), variance.data());
      loops.column_gradient_sums({g.data()}, x.data(), rows, cols, cols, mean.data(), sum.data(), dot.data());
      loops.column_normalize(x.data(), rows, cols, cols, mean.data(), k.data(), a.data(), y.data());
      loops.column_input_gradient({g.data()}, x.data(), rows, cols, cols, mean.data(), k.data(), a.data(), b.data(), d.data());
      const Real epsilon = std::numeric_limits<T>::epsilon();
      for (std::size_t c = 0; c < cols; ++c) {
        const Column<T> expected(x, g, c);
        BOOST_TEST(std::abs(mean(c) - expected.mean) <= rounding<T>(rows, 6) / rows);
        BOOST_TEST(std::abs(variance(c) - expected.variance) <= rounding<T>(rows, 36) / rows);
        BOOST_TEST(std::abs(sum(c) - expected.sum) <= rounding<T>(rows, 6));
        BOOST_TEST(std::abs(dot(c) - expected.dot) <= rounding<T>(rows, 36));
        for (std::size_t r = 0; r < rows; ++r) {
          const Real distance = static_cast<Real>(x(r, c)) - mean(c);
          BOOST_TEST(std::abs(y(r, c) - (distance * k(c) + a(c))) <= 8 * 36 * epsilon);
          BOOST_TEST(std::abs(d(r, c) - k(c) * (g(r, c) - a(c) - distance * b(c))) <= 8 * 216 * epsilon);
        }
      }
    }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_rectified_gradient_gives_the_bits_of_one_that_was_rectified_before, T, Scalars) {
  for (const Isa isa : test::supported_isas())
    for (const auto& [rows, cols] : extents) {
      const auto& loops = normalization<T>(isa);
      const Array<T> x = values<T>({rows, cols}, 1), g = values<T>({rows, cols}, 2), y = values<T>({rows, cols}, 6);
      const Array<T> k = values<T>({cols}, 3), a = values<T>({cols}, 4), b = values<T>({cols}, 5), mean = values<T>({cols}, 7);
      const T factor = T(1.375);
      Array<T> before = g;
      for (std::size_t i = 0; i < g.size(); ++i) before.data()[i] = y.data()[i] <= 0 ? T(0) : factor * g.data()[i];
      std::vector<Array<T>> results[2];
      for (const int apart : {0, 1}) {
        const Gradient<T> gradient = apart ? Gradient<T>{before.data()} : Gradient<T>{g.data(), y.data(), factor};
        Array<T> sum = empty_array<T>({cols}), dot = sum, d = empty_array<T>({rows, cols});
        loops.column_gradient_sums(gradient, x.data(), rows, cols, cols, mean.data(), sum.data(), dot.data());
        loops.column_input_gradient(gradient, x.data(), rows, cols, cols, mean.data(), k.data(), a.data(), b.data(), d.data());
        results[apart] = {sum, dot, d};
      }
      BOOST_TEST((results[0] == results[1]), rows << " rows, " << cols << " columns");
    }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(rectify_gives_the_bits_of_normalisation_relu_and_product, T, Scalars) {
  for (const Isa isa : test::supported_isas())
    for (const std::size_t n : {1, 3, 16, 37, 1000}) {
      const auto& loops = normalization<T>(isa);
      const Array<T> x = values<T>({n}, 1), mean = values<T>({n}, 2), scale = values<T>({n}, 3), shift = values<T>({n}, 4),
                     v = values<T>({n}, 5);
      Array<T> normal = x, y = x;
      loops.column_normalize(x.data(), 1, n, n, mean.data(), scale.data(), shift.data(), normal.data());
      for (const bool with_factors : {true, false}) {
        loops.rectify(x.data(), n, mean.data(), scale.data(), shift.data(), with_factors ? v.data() : nullptr, y.data());
        for (std::size_t i = 0; i < n; ++i)
          BOOST_TEST(y(i) == (normal(i) <= 0 ? T(0) : with_factors ? normal(i) * v(i) : normal(i)));
      }
    }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_column_gives_the_same_in_whatever_range_it_is_computed, T, Scalars) {
  for (const Isa isa : test::supported_isas())
    for (const auto& [rows, cols] : extents) {
      const auto& loops = normalization<T>(isa);
      const Array<T> x = values<T>({rows, cols}, 1);
      Array<T> mean = empty_array<T>({cols}), variance = mean, part_mean = mean, part_variance = mean;
      loops.column_moments(x.data(), rows, cols, cols, mean.data(), variance.data());
      const std::size_t half = cols / 2;
      loops.column_moments(x.data(), rows, cols, half, part_mean.data(), part_variance.data());
      loops.column_moments(x.data() + half, rows, cols, cols - half, part_mean.data() + half, part_variance.data() + half);
      BOOST_TEST((part_mean == mean));
      BOOST_TEST((part_variance == variance));
    }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(row_loops_agree_with_their_formulas, T, Scalars) {
  for (const Isa isa : test::supported_isas())
    for (const std::size_t n : {1, 3, 16, 37, 1000, 5000})
      for (const std::size_t step : {0, 1}) {
        const auto& loops = normalization<T>(isa);
        const Array<T> x = values<T>({n}, 1), g = values<T>({n}, 2), w = values<T>({n}, 3), b = values<T>({n}, 4);
        const T mean = T(1.25), scale = T(0.75), slope = T(0.5);
        Array<T> y = x, d = x, dw = w, db = b;
        double sum, dot;
        const double squares = loops.centered_squares(x.data(), n, mean);
        loops.row_normalize(x.data(), n, mean, scale, w.data(), step, b.data(), step, y.data());
        loops.row_gradient_sums(g.data(), w.data(), step, x.data(), n, mean, &sum, &dot);
        loops.row_input_gradient(g.data(), w.data(), step, x.data(), n, mean, scale, T(0.125), slope, d.data());
        loops.row_parameter_gradients(g.data(), x.data(), n, mean, scale, dw.data(), db.data());
        const Real epsilon = std::numeric_limits<T>::epsilon();
        Real expected_squares = 0, expected_sum = 0, expected_dot = 0;
        for (std::size_t i = 0; i < n; ++i) {
          const Real distance = static_cast<Real>(x(i)) - mean, weight = w(i * step), gradient = g(i) * weight;
          expected_squares += distance * distance;
          expected_sum += gradient;
          expected_dot += gradient * distance;
          BOOST_TEST(std::abs(y(i) - (distance * scale * weight + b(i * step))) <= 8 * 36 * epsilon);
          BOOST_TEST(std::abs(d(i) - scale * (gradient - Real(0.125) - distance * slope)) <= 8 * 36 * epsilon);
          BOOST_TEST(std::abs(dw(i) - (w(i) + g(i) * distance * scale)) <= 8 * 36 * epsilon);
          BOOST_TEST(std::abs(db(i) - (b(i) + g(i))) <= 8 * 6 * epsilon);
        }
        BOOST_TEST(std::abs(squares - expected_squares) <= rounding<T>(n, 36));
        BOOST_TEST(std::abs(sum - expected_sum) <= rounding<T>(n, 36));
        BOOST_TEST(std::abs(dot - expected_dot) <= rounding<T>(n, 216));
      }
}

BOOST_AUTO_TEST_SUITE_END()
