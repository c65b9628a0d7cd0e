// Averaged weights against the recurrence in plain numbers.
#include "xgrad/nn/optim/ema.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "error_text.hpp"
#include "xgrad/tensor/error.hpp"

using namespace xgrad;
using optim::WeightAverage;

BOOST_AUTO_TEST_SUITE(ema)

BOOST_AUTO_TEST_CASE(averages_follow_the_recurrence_with_a_warm_up) {
  Tensor<double> p{1.0, -2.0};
  WeightAverage<double> average({p}, 0.6);
  double a = 1, b = -2;
  for (int t = 1; t <= 20; ++t) {
    const double x = std::sin(t), y = std::cos(3 * t), decay = std::min(0.6, (1.0 + t) / (10.0 + t));
    p.mutable_value().data()[0] = x;
    p.mutable_value().data()[1] = y;
    average.update();
    a = decay * a + (1 - decay) * x;
    b = decay * b + (1 - decay) * y;
    // 20 steps of three roundings of numbers below 2.
    BOOST_TEST(std::abs(average.averages()[0].data()[0] - a) <= 60 * 2 * 0x1p-53);
    BOOST_TEST(std::abs(average.averages()[0].data()[1] - b) <= 60 * 2 * 0x1p-53);
  }
  BOOST_TEST(average.updates() == 20);
  BOOST_TEST(p.data()[0] == std::sin(20));  // the parameters themselves go their own way
}

BOOST_AUTO_TEST_CASE(averages_take_the_parameters_place_until_the_end_of_a_scope) {
  Tensor<double> p{1.0, 2.0}, q{3.0};
  WeightAverage<double> average({p, q}, 0.5);
  p.mutable_value().data()[0] = 5;
  q.mutable_value().data()[0] = 7;
  {
    const WeightAverage<double>::Swap swapped(average);
    BOOST_TEST(p.data()[0] == 1);
    BOOST_TEST(q.item() == 3);
  }
  BOOST_TEST(p.data()[0] == 5);
  BOOST_TEST(q.item() == 7);
  average.copy_to_parameters();
  BOOST_TEST(p.data()[0] == 1);
  BOOST_TEST(q.item() == 3);
}

BOOST_AUTO_TEST_CASE(a_decay_outside_its_range_is_refused) {
  const std::vector<Tensor<double>> none;
  BOOST_CHECK_EXCEPTION(WeightAverage<double>(none, 1), ConfigError, says({"1", "below 1"}));
  BOOST_CHECK_EXCEPTION(WeightAverage<double>(none, -0.1), ConfigError, says({"-0.1"}));
  BOOST_CHECK_EXCEPTION(WeightAverage<double>(none, std::nan("")), ConfigError, says({"nan"}));
}

BOOST_AUTO_TEST_SUITE_END()
