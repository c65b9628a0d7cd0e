#include "xgrad/autograd/ops/gaussian_noise.hpp"

#include <algorithm>
#include <cmath>

#include <boost/test/unit_test.hpp>

#include "xgrad/tensor/parallel.hpp"

using namespace xgrad;

BOOST_AUTO_TEST_SUITE(gaussian_noise)

BOOST_AUTO_TEST_CASE(the_noise_has_mean_0_and_the_given_standard_deviation_and_the_gradient_passes_unchanged) {
  constexpr std::size_t n = 100'000;
  constexpr double sd = 0.3;
  Tensor<float> x(filled_array<float>({n}, 2), true);
  Generator generator(1);
  const Tensor<float> y = xgrad::gaussian_noise(x, sd, generator);
  y.backward(Tensor<float>(filled_array<float>({n}, 3)));
  double sum = 0, squares = 0, products = 0, last = 0;
  for (std::size_t i = 0; i < n; ++i) {
    const double z = (y.data()[i] - 2.0) / sd;
    sum += z, squares += z * z, products += z * last;
    last = z;
    BOOST_REQUIRE(x.grad().data()[i] == 3);
  }
  // Of normal z, the mean has the standard deviation 1/√n, that of z² is √(2/n), of products of neighbours 1/√n. The seed is
  // fixed; five of them leave room for another generator.
  BOOST_TEST(std::abs(sum / n) < 5 / std::sqrt(double(n)));
  BOOST_TEST(std::abs(squares / n - 1) < 5 * std::sqrt(2.0 / n));
  BOOST_TEST(std::abs(products / n) < 5 / std::sqrt(double(n)));
}

BOOST_AUTO_TEST_CASE(the_noise_depends_on_the_generator_and_neither_on_threads_nor_on_recording) {
  const Tensor<float> x(filled_array<float>({1000, 77}, 1)), recorded(filled_array<float>({1000, 77}, 1), true);
  Generator first(5), second(5), third(5);
  const Tensor<float> a = xgrad::gaussian_noise(x, 0.5, first);
  set_thread_count(3);
  const Tensor<float> b = xgrad::gaussian_noise(x, 0.5, second), c = xgrad::gaussian_noise(recorded, 0.5, third);
  set_thread_count(1);
  BOOST_TEST(std::equal(a.data(), a.data() + a.size(), b.data()));
  BOOST_TEST(std::equal(a.data(), a.data() + a.size(), c.data()));
  BOOST_TEST(first.position() == 77'000u / 4);
  const Tensor<float> next = xgrad::gaussian_noise(x, 0.5, first);
  BOOST_TEST(!std::equal(a.data(), a.data() + a.size(), next.data()));
}

BOOST_AUTO_TEST_CASE(it_is_the_noise_that_random_normal_gives) {
  const Array<float> zeros = filled_array<float>({996}, 0);
  Generator first(5, 2), second(5, 2), third(5, 2);
  const Tensor<float> y = xgrad::gaussian_noise(Tensor<float>(zeros), 1, first);
  const Tensor<double> wide = xgrad::gaussian_noise(Tensor<double>(filled_array<double>({996}, 0)), 1, second);
  const Array<float> expected = random::normal<float>(third, {996});
  // With the radius r = √(−2 ln u), at most 6.8, and an angle of at most 2π: in float the angle is off by 2π·2⁻²³ after two
  // roundings, and with the sine's or cosine's own error z by less than 6.8·2π·2⁻²² = 1.1e-5 through it; u is off by 2⁻²⁴ of
  // itself, ln u by as much and by 2⁻²⁴ of its own, so that r is off by 2⁻²³/r + r·2⁻²³. The others are rounded to float once.
  for (std::size_t i = 0; i < zeros.size(); ++i) {
    const double r = std::hypot(wide.data()[i], wide.data()[i ^ 1]);
    BOOST_TEST(std::abs(y.data()[i] - expected.data()[i]) < 1.2e-5 + 0x1p-23 / r);
    BOOST_TEST(std::abs(wide.data()[i] - expected.data()[i]) < 6.8 * 0x1p-24);
  }
}

BOOST_AUTO_TEST_CASE(without_training_or_deviation_x_itself_is_returned_and_nothing_is_drawn) {
  const Tensor<double> x(filled_array<double>({3}, 1));
  Generator generator(1);
  BOOST_TEST(xgrad::gaussian_noise(x, 0.3, generator, false).data() == x.data());
  BOOST_TEST(xgrad::gaussian_noise(x, 0, generator).data() == x.data());
  BOOST_TEST(generator.position() == 0u);
}

BOOST_AUTO_TEST_SUITE_END()
