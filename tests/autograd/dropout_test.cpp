#include "xgrad/autograd/ops/dropout.hpp"

#include <algorithm>
#include <cmath>

#include <boost/test/unit_test.hpp>

#include "xgrad/autograd/ops/arithmetic.hpp"
#include "xgrad/tensor/parallel.hpp"

using namespace xgrad;

BOOST_AUTO_TEST_SUITE(dropout)

BOOST_AUTO_TEST_CASE(a_share_p_is_dropped_and_the_rest_scaled_in_value_and_gradient_alike) {
  constexpr std::size_t n = 100'000;
  Tensor<float> x(filled_array<float>({n}, 2), true);
  Generator generator(1);
  const Tensor<float> y = xgrad::dropout(x, 0.3, generator);
  y.backward(Tensor<float>(filled_array<float>({n}, 3)));
  std::size_t dropped = 0;
  for (std::size_t i = 0; i < n; ++i) {
    dropped += y.data()[i] == 0;
    BOOST_REQUIRE(y.data()[i] == 0 || y.data()[i] == 2 * static_cast<float>(1 / 0.7));
    BOOST_REQUIRE(x.grad().data()[i] == 3 * (y.data()[i] / 2));
  }
  // The binomial's standard deviation is √(n·0.3·0.7) = 145; the seed is fixed, five of them leave room for another generator.
  BOOST_TEST(std::abs(static_cast<double>(dropped) - 0.3 * n) < 5 * 145);
}

BOOST_AUTO_TEST_CASE(the_mask_depends_on_the_generator_and_neither_on_threads_nor_on_recording) {
  const Tensor<float> x(filled_array<float>({1000, 77}, 1));
  const Tensor<float> recorded(filled_array<float>({1000, 77}, 1), true);
  Generator first(5), second(5), third(5);
  const Tensor<float> a = xgrad::dropout(x, 0.5, first);
  set_thread_count(3);
  const Tensor<float> b = xgrad::dropout(x, 0.5, second);
  const Tensor<float> c = xgrad::dropout(recorded, 0.5, third);
  set_thread_count(1);
  BOOST_TEST(std::equal(a.data(), a.data() + a.size(), b.data()));
  BOOST_TEST(std::equal(a.data(), a.data() + a.size(), c.data()));
  BOOST_TEST((first == second));
  BOOST_TEST(first.position() == 1000 * 77 / 4);
  const Tensor<float> next = xgrad::dropout(x, 0.5, first);
  BOOST_TEST(!std::equal(a.data(), a.data() + a.size(), next.data()));
}

BOOST_AUTO_TEST_CASE(evaluation_and_p_0_give_the_tensor_itself_and_draw_nothing) {
  const Tensor<float> x(filled_array<float>({3}, 1));
  Generator generator(5);
  BOOST_TEST(xgrad::dropout(x, 0.5, generator, false).data() == x.data());
  BOOST_TEST(xgrad::dropout(x, 0, generator).data() == x.data());
  BOOST_TEST((generator == Generator(5)));
}

BOOST_AUTO_TEST_SUITE_END()
