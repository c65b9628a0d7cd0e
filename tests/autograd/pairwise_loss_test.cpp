#include <algorithm>
#include <cmath>

#include <boost/test/unit_test.hpp>

#include "xgrad/autograd/operation_info.hpp"
#include "xgrad/autograd/ops/regression_loss.hpp"
#include "xgrad/tensor/parallel.hpp"

using namespace xgrad;

BOOST_AUTO_TEST_SUITE(pairwise_loss)

// Large enough for several chunks, the last of them incomplete.
BOOST_AUTO_TEST_CASE(losses_of_large_arrays_do_not_depend_on_the_number_of_threads) {
  const auto compute = [](std::size_t threads) {
    set_thread_count(threads);
    Tensor<float> x(Array<float>(xt::cast<float>(sample_values({257, 199}, -2, 2, 3))), true);
    const Tensor<float> y(Array<float>(xt::cast<float>(sample_values({257, 199}, -2, 2, 4))));
    const Tensor<float> loss = mse_loss(x, y);
    loss.backward();
    set_thread_count(1);
    return std::pair(loss.value(), x.grad().value());
  };
  const auto one = compute(1), three = compute(3);
  BOOST_TEST((one.first == three.first));
  BOOST_TEST((one.second == three.second));
}

BOOST_AUTO_TEST_CASE(the_sum_over_a_large_array_keeps_its_digits) {
  const Array<double> x = sample_values({257, 199}, -2, 2, 3), y = sample_values({257, 199}, -2, 2, 4);
  long double expected = 0;
  for (std::size_t i = 0; i < x.size(); ++i) expected += std::pow(static_cast<long double>(x.data()[i]) - y.data()[i], 2);
  BOOST_TEST(mse_loss(Tensor<double>(Array<double>(x)), Tensor<double>(Array<double>(y)), Reduction::Sum).item() ==
                 static_cast<double>(expected),
             boost::test_tools::tolerance(1e-14));
}

BOOST_AUTO_TEST_SUITE_END()
