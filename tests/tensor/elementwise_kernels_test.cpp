// How the loops walk, choose and compare; elementwise_accuracy_test.cpp compares their values.
#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <vector>

#include <boost/mpl/list.hpp>
#include <boost/test/unit_test.hpp>

#include "supported_isas.hpp"
#include "xgrad/tensor/kernels/elementwise.hpp"
#include "xgrad/tensor/random.hpp"

using namespace xgrad::kernels;

namespace {

using Real = long double;
using Scalars = boost::mpl::list<float, double>;

constexpr double inf = std::numeric_limits<double>::infinity(), quiet_nan = std::numeric_limits<double>::quiet_NaN();

template <class T>
std::vector<T> apply(Isa isa, Unary f, const std::vector<T>& x, T a = 0, T b = 0) {
  std::vector<T> y(x.size());
  elementwise<T>(isa).unary[static_cast<int>(f)](x.data(), y.data(), x.size(), a, b);
  return y;
}

template <class T>
std::vector<T> apply(Isa isa, Binary f, const std::vector<T>& u, const std::vector<T>& v, T a = 0) {
  std::vector<T> y(u.size());
  elementwise<T>(isa).binary[static_cast<int>(f)](u.data(), 1, v.data(), 1, y.data(), u.size(), a);
  return y;
}

// The distance of two numbers in units of the last place of the expected one; 0 for NaN and NaN.
template <class T>
double units_off(T got, Real expected) {
  const T rounded = static_cast<T>(expected);
  if (std::isnan(rounded) || std::isinf(rounded))
    return std::isnan(rounded) ? (std::isnan(got) ? 0 : inf) : (got == rounded ? 0 : inf);
  const Real unit = std::nextafter(std::abs(rounded), std::numeric_limits<T>::infinity()) - std::abs(rounded);
  const Real off = std::abs(static_cast<Real>(got) - expected) / unit;
  return std::isnan(off) ? inf : static_cast<double>(off);
}

template <class T>
std::vector<T> scattered(std::size_t n, std::uint64_t seed) {
  xgrad::Generator generator(seed);
  std::vector<T> x(n);
  xgrad::random::fill_uniform(generator, x.data(), n, -3, 3);
  return x;
}

template <class T>
bool same_bits(const std::vector<T>& x, const T* y, std::size_t n) {
  return std::memcmp(x.data(), y, n * sizeof(T)) == 0;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(elementwise_kernels)

// A piece of an array, wherever it begins and ends, gives the bits that the whole gave there.
BOOST_AUTO_TEST_CASE_TEMPLATE(the_result_of_an_element_does_not_depend_on_its_position, T, Scalars) {
  constexpr std::size_t n = 67;
  const std::vector<T> u = scattered<T>(n, 1), v = scattered<T>(n, 2);
  const T a = T(0.5), b = T(1.5);
  std::vector<T> y(n);
  for (const Isa isa : xgrad::test::supported_isas()) {
    for (int f = 0; f < static_cast<int>(Unary::Count); ++f) {
      const auto loop = elementwise<T>(isa).unary[f];
      const std::vector<T> whole = apply(isa, static_cast<Unary>(f), u, a, b);
      for (std::size_t start = 0; start < 17; ++start)
        for (const std::size_t count : {1, 2, 3, 7, 15, 16, 17, 33, 50}) {
          loop(u.data() + start, y.data(), count, a, b);
          BOOST_TEST(same_bits(y, &whole[start], count), name(isa) << ", function " << f << " from " << start << ", " << count);
        }
    }
    for (int f = 0; f < static_cast<int>(Binary::Count); ++f) {
      const auto loop = elementwise<T>(isa).binary[f];
      const std::vector<T> whole = apply(isa, static_cast<Binary>(f), u, v, a);
      for (std::size_t start = 0; start < 17; ++start)
        for (const std::size_t count : {1, 2, 3, 7, 15, 16, 17, 33, 50}) {
          loop(u.data() + start, 1, v.data() + start, 1, y.data(), count, a);
          BOOST_TEST(same_bits(y, &whole[start], count), name(isa) << ", function " << f << " from " << start << ", " << count);
        }
    }
  }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(the_result_may_take_the_place_of_an_argument, T, Scalars) {
  constexpr std::size_t n = 67;
  const std::vector<T> u = scattered<T>(n, 1), v = scattered<T>(n, 2);
  for (const Isa isa : xgrad::test::supported_isas()) {
    for (int f = 0; f < static_cast<int>(Unary::Count); ++f) {
      const std::vector<T> expected = apply(isa, static_cast<Unary>(f), u, T(0.5), T(1.5));
      std::vector<T> y = u;
      elementwise<T>(isa).unary[f](y.data(), y.data(), n, T(0.5), T(1.5));
      BOOST_TEST(same_bits(expected, y.data(), n));
    }
    for (int f = 0; f < static_cast<int>(Binary::Count); ++f) {
      const std::vector<T> expected = apply(isa, static_cast<Binary>(f), u, v, T(0.5));
      for (const bool first : {true, false}) {
        std::vector<T> y = first ? u : v;
        elementwise<T>(isa).binary[f](first ? y.data() : u.data(), 1, first ? v.data() : y.data(), 1, y.data(), n, T(0.5));
        BOOST_TEST(same_bits(expected, y.data(), n));
      }
    }
  }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(nothing_is_written_beyond_the_end, T, Scalars) {
  const std::vector<T> u = scattered<T>(40, 1), v = scattered<T>(40, 2);
  for (const Isa isa : xgrad::test::supported_isas())
    for (std::size_t n = 0; n < 35; ++n) {
      std::vector<T> y(40, T(77));
      elementwise<T>(isa).unary[static_cast<int>(Unary::Exp)](u.data(), y.data(), n, 0, 0);
      elementwise<T>(isa).binary[static_cast<int>(Binary::Add)](u.data(), 1, v.data(), 1, y.data(), n, 0);
      elementwise<T>(isa).where(u.data(), 1, u.data(), 1, v.data(), 1, y.data(), n);
      elementwise<T>(isa).add_product(u.data(), v.data(), y.data(), n);
      BOOST_TEST(
          (std::count(y.begin() + static_cast<std::ptrdiff_t>(n), y.end(), T(77)) == static_cast<std::ptrdiff_t>(40 - n)));
    }
}

// A step of 0 gives the bits that an array full of the one element gives.
BOOST_AUTO_TEST_CASE_TEMPLATE(every_function_takes_one_element_for_all_on_either_side, T, Scalars) {
  constexpr std::size_t n = 37;
  const std::vector<T> u = scattered<T>(n, 1), v = scattered<T>(n, 2), u_all(n, u[5]), v_all(n, v[5]);
  std::vector<T> y(n);
  for (const Isa isa : xgrad::test::supported_isas())
    for (int i = 0; i < static_cast<int>(Binary::Count); ++i) {
      const Binary f = static_cast<Binary>(i);
      const auto loop = elementwise<T>(isa).binary[i];
      loop(&u[5], 0, v.data(), 1, y.data(), n, T(0.5));
      BOOST_TEST(same_bits(apply(isa, f, u_all, v, T(0.5)), y.data(), n));
      loop(u.data(), 1, &v[5], 0, y.data(), n, T(0.5));
      BOOST_TEST(same_bits(apply(isa, f, u, v_all, T(0.5)), y.data(), n));
      loop(&u[5], 0, &v[5], 0, y.data(), n, T(0.5));
      BOOST_TEST(same_bits(apply(isa, f, u_all, v_all, T(0.5)), y.data(), n));
    }
}

BOOST_AUTO_TEST_CASE(one_element_may_serve_all_on_either_side) {
  const std::vector<float> u{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19};
  const float five = 5;
  for (const Isa isa : xgrad::test::supported_isas()) {
    const auto sub = elementwise<float>(isa).binary[static_cast<int>(Binary::Sub)];
    std::vector<float> y(u.size());
    sub(u.data(), 1, &five, 0, y.data(), u.size(), 0);
    for (std::size_t i = 0; i < u.size(); ++i) BOOST_TEST(y[i] == u[i] - 5);
    sub(&five, 0, u.data(), 1, y.data(), u.size(), 0);
    for (std::size_t i = 0; i < u.size(); ++i) BOOST_TEST(y[i] == 5 - u[i]);
    sub(&five, 0, &five, 0, y.data(), u.size(), 0);
    for (const float v : y) BOOST_TEST(v == 0);
  }
}

BOOST_AUTO_TEST_CASE(comparisons_choose_and_nan_wins_where_it_should) {
  const std::vector<double> u{1, 2, 3, quiet_nan, 1, quiet_nan, inf, 0, 0},
      v{2, 2, 1, 1, quiet_nan, quiet_nan, inf, -0.0, -inf};
  const auto expect = [&](Isa isa, Binary f, const std::vector<double>& expected) {
    const std::vector<double> y = apply(isa, f, u, v);
    for (std::size_t i = 0; i < y.size(); ++i)
      BOOST_TEST_CONTEXT(name(isa) << ", function " << static_cast<int>(f) << " of " << u[i] << " and " << v[i]) {
        BOOST_TEST(units_off(y[i], expected[i]) == 0);
      }
  };
  for (const Isa isa : xgrad::test::supported_isas()) {
    expect(isa, Binary::Maximum, {2, 2, 3, quiet_nan, quiet_nan, quiet_nan, inf, 0, 0});
    expect(isa, Binary::Minimum, {1, 2, 1, quiet_nan, quiet_nan, quiet_nan, inf, 0, -inf});
    expect(isa, Binary::Greater, {0, 0, 1, 0, 0, 0, 0, 0, 1});
    expect(isa, Binary::GreaterEqual, {0, 1, 1, 0, 0, 0, 1, 1, 1});
    expect(isa, Binary::Equal, {0, 1, 0, 0, 0, 0, 1, 1, 0});
    expect(isa, Binary::NotEqual, {1, 0, 1, 1, 1, 1, 0, 0, 1});
    expect(isa, Binary::LargerShare, {0, 0.5, 1, 1, 1, 1, 0.5, 0.5, 1});
  }
}

BOOST_AUTO_TEST_CASE(where_takes_whole_arrays_or_single_elements_in_every_combination) {
  constexpr std::size_t n = 21;
  std::vector<float> mask(n), u(n), v(n), y(n);
  for (std::size_t i = 0; i < n; ++i) {
    mask[i] = i % 3 == 0 ? 0 : i % 3 == 1 ? -2 : static_cast<float>(quiet_nan);  // NaN is not 0
    u[i] = static_cast<float>(i);
    v[i] = -static_cast<float>(i);
  }
  for (const Isa isa : xgrad::test::supported_isas())
    for (std::size_t steps = 0; steps < 8; ++steps) {
      const std::size_t m = steps & 1, a = steps >> 1 & 1, b = steps >> 2;
      elementwise<float>(isa).where(mask.data(), m, u.data(), a, v.data(), b, y.data(), n);
      for (std::size_t i = 0; i < n; ++i) BOOST_TEST(y[i] == (mask[i * m] != 0 ? u[i * a] : v[i * b]));
    }
}

// Both roundings happen: with one instead, some of these elements would be others.
BOOST_AUTO_TEST_CASE_TEMPLATE(a_product_added_has_the_bits_of_mul_then_add, T, Scalars) {
  const std::vector<T> u = scattered<T>(160, 1), v = scattered<T>(160, 2), start = scattered<T>(160, 3);
  for (const Isa isa : xgrad::test::supported_isas())
    for (std::size_t n = 0; n <= 160; ++n) {
      const std::vector<T> expected = apply(isa, Binary::Add, start, apply(isa, Binary::Mul, u, v));
      std::vector<T> sum = start;
      elementwise<T>(isa).add_product(u.data(), v.data(), sum.data(), n);
      BOOST_TEST(same_bits(expected, sum.data(), n), name(isa) << ", " << n << " elements");
    }
  const std::vector<T> rounded = apply(xgrad::test::supported_isas()[0], Binary::Mul, u, v);
  std::size_t inexact = 0;
  for (std::size_t i = 0; i < u.size(); ++i) inexact += std::fma(u[i], v[i], start[i]) != start[i] + rounded[i];
  BOOST_TEST(inexact > 0u);
}

BOOST_AUTO_TEST_SUITE_END()
