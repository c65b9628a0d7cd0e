#include "xgrad/autograd/ops/elementwise.hpp"

#include <cmath>
#include <cstring>
#include <functional>
#include <limits>
#include <tuple>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "xgrad/autograd/operation_info.hpp"
#include "xgrad/autograd/ops/activation.hpp"
#include "xgrad/autograd/ops/arithmetic.hpp"
#include "xgrad/autograd/ops/comparison.hpp"
#include "xgrad/autograd/ops/power.hpp"
#include "xgrad/tensor/parallel.hpp"

using namespace xgrad;

BOOST_AUTO_TEST_SUITE(elementwise)

BOOST_AUTO_TEST_CASE_TEMPLATE(near_zero_values_keep_their_relative_precision, T, decltype(std::tuple<float, double>())) {
  struct Pair {
    Tensor<T> (*f)(const Tensor<T>&);
    double (*exact)(double);
  };
  const std::vector<Pair> functions{{expm1<T>, std::expm1}, {log1p<T>, std::log1p},
                                    {sin<T>, std::sin},     {erf<T>, std::erf},
                                    {tanh<T>, std::tanh},   {silu<T>, [](double x) { return x / (1 + std::exp(-x)); }}};
  for (std::size_t k = 0; k < functions.size(); ++k)
    for (double scale = 1e-30; scale < 0.5; scale *= 3.7)
      for (const double sign : {1.0, -1.0}) {
        const T x = static_cast<T>(sign * scale);
        const double expected = functions[k].exact(static_cast<double>(x));
        const double error = std::abs(static_cast<double>(functions[k].f(Tensor<T>(x)).item()) - expected);
        BOOST_TEST_CONTEXT("function " << k << " at " << x) {
          BOOST_TEST(error <= 4 * std::numeric_limits<T>::epsilon() * std::abs(expected));
        }
      }
}

BOOST_AUTO_TEST_CASE(values_and_gradients_are_the_same_for_one_thread_and_four) {
  using F = std::function<Tensor<float>(const Tensor<float>&)>;
  const std::vector<F> functions{exp<float>,
                                 expm1<float>,
                                 log<float>,
                                 log1p<float>,
                                 sqrt<float>,
                                 square<float>,
                                 abs<float>,
                                 sin<float>,
                                 cos<float>,
                                 erf<float>,
                                 [](const auto& x) { return clamp(x, 0.7, 1.2); },
                                 [](const auto& x) { return pow(x, 1.7); },
                                 [](const auto& x) { return pow(x, x); },
                                 [](const auto& x) { return maximum(x, sin(x)); },
                                 [](const auto& x) { return where(greater(x, 1), x, square(x)); }};
  const Array<float> x(xt::cast<float>(sample_values({200'003}, 0.5, 2)));
  const Tensor<float> seed(Array<float>(xt::cast<float>(sample_values({200'003}, -1, 1, 2))));
  for (std::size_t k = 0; k < functions.size(); ++k) {
    const auto run = [&](std::size_t threads) {
      set_thread_count(threads);
      Tensor<float> leaf(Array<float>(x), true);
      const Tensor<float> y = functions[k](leaf);
      y.backward(seed);
      set_thread_count(1);
      return std::pair(y, leaf.grad());
    };
    const auto [value, gradient] = run(1);
    const auto [value_4, gradient_4] = run(4);
    const std::size_t bytes = x.size() * sizeof(float);
    BOOST_TEST_CONTEXT("function " << k) {
      BOOST_TEST(std::memcmp(value.data(), value_4.data(), bytes) == 0);
      BOOST_TEST(std::memcmp(gradient.data(), gradient_4.data(), bytes) == 0);
    }
  }
}

BOOST_AUTO_TEST_CASE(whole_powers_of_small_whole_numbers_are_exact) {
  for (int exponent = 0; exponent <= 8; ++exponent)
    for (int base = -7; base <= 7; ++base) {
      double expected = 1;
      for (int k = 0; k < exponent; ++k) expected *= base;
      BOOST_TEST(pow(Tensor<float>(static_cast<float>(base)), exponent).item() == static_cast<float>(expected));
      BOOST_TEST(pow(Tensor<double>(base), exponent).item() == expected);
      BOOST_TEST(pow(Tensor<double>(base), Tensor<double>(exponent)).item() == expected);
    }
}

BOOST_AUTO_TEST_CASE(masks_have_no_gradient) {
  Tensor<double> x{1.0, -2.0};
  x.set_requires_grad();
  for (const Tensor<double>& mask :
       {greater(x, 0), greater_equal(x, 0), less(x, 0), less_equal(x, 0), equal(x, 0), not_equal(x, 0)})
    BOOST_TEST(!mask.requires_grad());
  const Tensor<double> y = where(x, Tensor<double>{3.0, 4.0}, 5);
  BOOST_TEST(!y.requires_grad());
}

// Not a product with a rounded reciprocal: 49·(1/49) is not 1 in double, and 1/1e-310 is infinite.
BOOST_AUTO_TEST_CASE(division_by_a_number_is_rounded_once) {
  BOOST_TEST((Tensor<double>(49.0) / 49).item() == 1.0);
  BOOST_TEST((Tensor<double>(0.0) / 1e-310).item() == 0.0);
  BOOST_TEST((Tensor<float>(1e-39f) / 1e-39f).item() == 1.f);
  const Tensor<double> x(5.0, true);
  (x / 49).backward();
  BOOST_TEST(x.grad().item() == 1.0 / 49);
}

BOOST_AUTO_TEST_SUITE_END()
