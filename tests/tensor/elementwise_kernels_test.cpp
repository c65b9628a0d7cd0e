// The vectorised loops of every instruction set that this processor has, against the C library in long double.
#include <cmath>
#include <limits>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "xgrad/tensor/kernels/elementwise.hpp"

using namespace xgrad::kernels;

namespace {

using Real = long double;

constexpr double inf = std::numeric_limits<double>::infinity(), quiet_nan = std::numeric_limits<double>::quiet_NaN();

std::vector<Isa> supported() {
  std::vector<Isa> all;
  for (const Isa isa : {Isa::Baseline, Isa::Avx2, Isa::Avx512})
    if (is_supported(isa)) all.push_back(isa);
  return all;
}

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

// Both signs of everything from 1e-30 to `largest`, finely.
template <class T>
std::vector<T> all_scales(double largest, double smallest = -inf) {
  std::vector<T> x;
  for (double v = 1e-30; v <= largest; v *= 1.01)
    for (const double s : {v, -v})
      if (s >= smallest) x.push_back(static_cast<T>(s));
  return x;
}

struct Function {
  const char* name;
  Unary loop;
  Real (*exact)(Real);
  double largest, smallest;
  double units;  // how many units in the last place it may be off
};

Real sigmoid(Real x) { return 1 / (1 + std::exp(-x)); }
Real softplus(Real x) { return x > 0 ? x + std::log1p(std::exp(-x)) : std::log1p(std::exp(x)); }

// The rounding of the arguments of erfc and σ in gelu is amplified by x² in its tails: 64 units for |x| ≤ 5.
const Function functions[] = {
    {"exp", Unary::Exp, std::exp, 80, -80, 2},
    {"expm1", Unary::Expm1, std::expm1, 80, -80, 3},
    {"log", Unary::Log, std::log, 1e30, 0, 2},
    {"log1p", Unary::Log1p, std::log1p, 1e30, -0.99, 2},
    {"sqrt", Unary::Sqrt, std::sqrt, 1e30, 0, 1},
    {"sin", Unary::Sin, std::sin, 1e4, -1e4, 2},
    {"cos", Unary::Cos, std::cos, 1e4, -1e4, 2},
    {"tanh", Unary::Tanh, std::tanh, 1e30, -1e30, 3},
    {"erf", Unary::Erf, std::erf, 1e30, -1e30, 4},
    {"sigmoid", Unary::Sigmoid, sigmoid, 1e30, -80, 3},
    {"log_sigmoid", Unary::LogSigmoid, [](Real x) { return -softplus(-x); }, 80, -1e30, 3},
    {"softplus", Unary::Softplus, softplus, 1e30, -80, 3},
    {"silu", Unary::Silu, [](Real x) { return x * sigmoid(x); }, 1e15, -80, 4},
    {"gelu", Unary::Gelu, [](Real x) { return x / 2 * std::erfc(-x * std::sqrt(Real(0.5))); }, 1e15, -5, 64},
    {"gelu, tanh form", Unary::GeluTanh,
     [](Real x) { return x * sigmoid(2 * std::sqrt(2 / std::acos(Real(-1))) * (x + Real(0.044715) * x * x * x)); }, 1e15, -5,
     64},
};

template <class T>
void check_accuracy(Isa isa) {
  for (const Function& f : functions) {
    const std::vector<T> x = all_scales<T>(f.largest, f.smallest);
    const std::vector<T> y = apply(isa, f.loop, x);
    std::size_t worst = 0;
    for (std::size_t i = 0; i < x.size(); ++i)
      if (units_off(y[i], f.exact(x[i])) > units_off(y[worst], f.exact(x[worst]))) worst = i;
    BOOST_TEST_CONTEXT(name(isa) << ", " << sizeof(T) * 8 << " bits, " << f.name << "(" << x[worst] << ") = " << y[worst]) {
      BOOST_TEST(units_off(y[worst], f.exact(x[worst])) <= f.units);
    }
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(elementwise_kernels)

BOOST_AUTO_TEST_CASE(functions_are_right_to_a_few_units_in_the_last_place_on_every_scale) {
  for (const Isa isa : supported()) {
    check_accuracy<float>(isa);
    check_accuracy<double>(isa);
  }
}

BOOST_AUTO_TEST_CASE(the_result_of_an_element_does_not_depend_on_its_position) {
  constexpr std::size_t n = 67;
  std::vector<double> x(n);
  for (std::size_t i = 0; i < n; ++i) x[i] = -3 + 0.1 * static_cast<double>(i) + 0.013;
  for (const Isa isa : supported())
    for (int f = 0; f < static_cast<int>(Unary::Count); ++f) {
      const std::vector<double> whole = apply(isa, static_cast<Unary>(f), x, 0.5, 1.5);
      for (std::size_t start : {0, 1, 5, 60}) {
        const std::vector<double> part(x.begin() + static_cast<std::ptrdiff_t>(start), x.end());
        const std::vector<double> y = apply(isa, static_cast<Unary>(f), part, 0.5, 1.5);
        for (std::size_t i = 0; i < y.size(); ++i) {
          const bool same = y[i] == whole[start + i] || (std::isnan(y[i]) && std::isnan(whole[start + i]));
          BOOST_TEST_CONTEXT(name(isa) << ", function " << f << " of " << part[i]) { BOOST_TEST(same); }
        }
      }
    }
}

BOOST_AUTO_TEST_CASE(one_element_may_serve_all_on_either_side) {
  const std::vector<float> u{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19};
  const float five = 5;
  for (const Isa isa : supported()) {
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
  for (const Isa isa : supported()) {
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
  for (const Isa isa : supported())
    for (std::size_t steps = 0; steps < 8; ++steps) {
      const std::size_t m = steps & 1, a = steps >> 1 & 1, b = steps >> 2;
      elementwise<float>(isa).where(mask.data(), m, u.data(), a, v.data(), b, y.data(), n);
      for (std::size_t i = 0; i < n; ++i) BOOST_TEST(y[i] == (mask[i * m] != 0 ? u[i * a] : v[i * b]));
    }
}

BOOST_AUTO_TEST_SUITE_END()
