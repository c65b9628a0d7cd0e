#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include <boost/mpl/list.hpp>
#include <boost/test/unit_test.hpp>

#include "reference_functions.hpp"
#include "supported_isas.hpp"
#include "xgrad/tensor/kernels/elementwise.hpp"
#include "xgrad/tensor/random.hpp"

using namespace xgrad;
using namespace xgrad::kernels;
using reference::Real;
using Scalars = boost::mpl::list<float, double>;

namespace {

template <class T>
using Limits = std::numeric_limits<T>;

template <class T>
std::vector<T> apply(Isa isa, Unary f, const std::vector<T>& x, double a, double b) {
  std::vector<T> y(x.size());
  elementwise<T>(isa).unary[static_cast<int>(f)](x.data(), y.data(), x.size(), static_cast<T>(a), static_cast<T>(b));
  return y;
}

template <class T>
std::vector<T> apply(Isa isa, Binary f, const std::vector<T>& u, const std::vector<T>& v, double a) {
  std::vector<T> y(u.size());
  elementwise<T>(isa).binary[static_cast<int>(f)](u.data(), 1, v.data(), 1, y.data(), u.size(), static_cast<T>(a));
  return y;
}

// Arguments all over [low, high], of every size, and dense around 0 and ±1 where most functions bend.
template <class T>
std::vector<T> arguments(double low, double high, std::size_t n, std::uint64_t seed) {
  Generator generator(seed);
  const Array<double> r = random::uniform<double>(generator, {n}, -1, 1);
  std::vector<T> result(n);
  const double most = std::max(std::abs(low), std::abs(high)), least = std::max(1e-9, low);
  for (std::size_t i = 0; i < n; ++i) {
    const double small = 12 * r(i), anywhere = low + (high - low) * (r(i) + 1) / 2;
    const double of_every_size = std::copysign(least * std::pow(most / least, std::abs(r(i))), r(i));
    const double candidates[] = {small, anywhere, of_every_size, r(i), 1 + r(i)};
    result[i] = static_cast<T>(std::clamp(candidates[i % 5], low, high));
  }
  return result;
}

// One unit in the last place of T at `x`.
template <class T>
Real unit_at(Real x) {
  const Real size = std::clamp<Real>(std::abs(x), Limits<T>::min(), Limits<T>::max());
  int exponent;
  std::frexp(size, &exponent);
  return std::ldexp(Real(1), exponent - Limits<T>::digits);
}

template <class T>
Real units_off(T found, Real expected, Real scale) {
  return std::abs(found - expected) / unit_at<T>(std::max(std::abs(expected), std::abs(scale)));
}

constexpr double reference_error = 0.001;  // 2⁻¹¹ units of double for each rounding of long double

template <class T, class Case>
double bound(const Case& c) {
  const double ulps = sizeof(T) == 4 ? c.float_ulps : c.double_ulps;
  return ulps == 0 ? 0 : ulps + reference_error;
}

template <class T>
std::vector<T> special_arguments() {
  const T inf = Limits<T>::infinity(), least = Limits<T>::denorm_min(), tiny = Limits<T>::min(), most = Limits<T>::max();
  return {T(0),
          -T(0),
          T(1),
          T(-1),
          T(0.5),
          T(-0.5),
          T(2),
          T(-2),
          least,
          -least,
          tiny,
          -tiny,
          most,
          -most,
          inf,
          -inf,
          Limits<T>::quiet_NaN(),
          T(1e-30),
          T(-1e-30),
          T(1e30),
          T(-1e30),
          T(88),
          T(-88),
          T(-105),
          T(700),
          T(-700),
          T(-750)};
}

// Whether `found` is what a function whose value is `expected` may give: infinities and NaN as they are, the rest within
// `ulps`. Functions that are not just rounded go through exp, which leaves the range of T a little earlier than its numbers
// do: their results may be infinite near the largest number, and off by the smallest normal one, times `factor` if multiplied.
template <class T>
bool is_right(T found, Real expected, Real scale, double ulps, Real factor = 1) {
  const T rounded = static_cast<T>(expected);
  if (std::isnan(rounded)) return std::isnan(found);
  const bool through_exp = ulps > 1;
  const Real least = 2 * static_cast<Real>(Limits<T>::min()) * std::max<Real>(1, std::abs(factor));
  if (std::isinf(rounded) || std::isinf(found))
    return found == rounded || (through_exp && std::abs(expected) > Limits<T>::max() / 4);
  return units_off(found, expected, scale) <= ulps || (through_exp && std::abs(found - expected) <= least);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(elementwise_accuracy)

BOOST_AUTO_TEST_CASE(every_function_has_a_reference) {
  const auto unary = reference::unary_cases();
  const auto binary = reference::binary_cases();
  BOOST_REQUIRE(unary.size() == static_cast<std::size_t>(Unary::Count));
  BOOST_REQUIRE(binary.size() == static_cast<std::size_t>(Binary::Count));
  for (std::size_t i = 0; i < unary.size(); ++i) BOOST_TEST(static_cast<std::size_t>(unary[i].function) == i);
  for (std::size_t i = 0; i < binary.size(); ++i) BOOST_TEST(static_cast<std::size_t>(binary[i].function) == i);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(functions_of_one_argument_are_exact_to_a_few_units_on_every_instruction_set, T, Scalars) {
  for (const auto& c : reference::unary_cases()) {
    const std::vector<T> x = arguments<T>(c.low, c.high, 10000, 1);
    const T a = static_cast<T>(c.a), b = static_cast<T>(c.b);
    for (const Isa isa : test::supported_isas()) {
      const std::vector<T> y = apply(isa, c.function, x, c.a, c.b);
      Real worst = 0;
      for (std::size_t i = 0; i < x.size(); ++i) {
        const Real off = units_off(y[i], c.value(x[i], a, b), c.scale ? c.scale(x[i], a, b) : 0);
        if (!(off <= worst)) worst = off;
      }
      BOOST_TEST(worst <= bound<T>(c), c.name << " on " << name(isa) << " is off by " << worst);
    }
  }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(functions_of_two_arguments_are_exact_to_a_few_units_on_every_instruction_set, T, Scalars) {
  for (const auto& c : reference::binary_cases()) {
    const std::vector<T> u = arguments<T>(c.low, c.high, 10000, 2);
    std::vector<T> v = arguments<T>(c.low, c.high, 10000, 3);
    std::rotate(v.begin(), v.begin() + 1, v.end());  // every kind of argument meets every other
    v[0] = u[0];
    const T a = static_cast<T>(c.a);
    for (const Isa isa : test::supported_isas()) {
      const std::vector<T> y = apply(isa, c.function, u, v, c.a);
      Real worst = 0;
      for (std::size_t i = 0; i < u.size(); ++i) {
        const Real off = units_off(y[i], c.value(u[i], v[i], a), c.scale ? c.scale(u[i], v[i], a) : 0);
        if (!(off <= worst)) worst = off;
      }
      BOOST_TEST(worst <= bound<T>(c), c.name << " on " << name(isa) << " is off by " << worst);
    }
  }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(special_values_give_what_the_formula_gives, T, Scalars) {
  std::vector<T> x = special_arguments<T>();
  for (int power = 1; power < Limits<T>::digits; ++power) x.push_back(std::ldexp(Limits<T>::denorm_min() * T(1.0), power));
  for (const auto& c : reference::unary_cases())
    for (const Isa isa : test::supported_isas()) {
      const std::vector<T> y = apply(isa, c.function, x, c.a, c.b);
      const T a = static_cast<T>(c.a), b = static_cast<T>(c.b);
      for (std::size_t i = 0; i < x.size(); ++i) {
        const Real expected = c.value(x[i], a, b);
        BOOST_TEST(is_right(y[i], expected, c.scale ? c.scale(x[i], a, b) : 0, bound<T>(c)),
                   c.name << "(" << x[i] << ") on " << name(isa) << " is " << y[i] << ", expected " << expected);
      }
    }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(special_values_of_two_arguments_give_what_the_formula_gives, T, Scalars) {
  std::vector<T> u, v;
  for (const T first : special_arguments<T>())
    for (const T second : special_arguments<T>()) u.push_back(first), v.push_back(second);
  for (const auto& c : reference::binary_cases())
    for (const Isa isa : test::supported_isas()) {
      const std::vector<T> y = apply(isa, c.function, u, v, c.a);
      for (std::size_t i = 0; i < u.size(); ++i) {
        if (c.v_is_output && (v[i] < c.low || v[i] > c.high)) continue;
        const T a = static_cast<T>(c.a);
        const Real expected = c.value(u[i], v[i], a);
        BOOST_TEST(
            is_right(y[i], expected, c.scale ? c.scale(u[i], v[i], a) : 0, bound<T>(c), u[i]),
            c.name << "(" << u[i] << ", " << v[i] << ") on " << name(isa) << " is " << y[i] << ", expected " << expected);
      }
    }
}

BOOST_AUTO_TEST_SUITE_END()
