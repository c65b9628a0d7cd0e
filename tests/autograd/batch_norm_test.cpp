#include "xgrad/autograd/ops/batch_norm.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <boost/test/unit_test.hpp>

#include "xgrad/autograd/operation_info.hpp"
#include "xgrad/tensor/parallel.hpp"

using namespace xgrad;

BOOST_AUTO_TEST_SUITE(batch_norm)

BOOST_AUTO_TEST_CASE(running_statistics_follow_the_batch_with_the_unbiased_variance) {
  // Column 0: mean 3, squared distances 4 + 0 + 4, so 8/2 = 4 unbiased. Column 1: mean 10, 100 + 0 + 100, so 100.
  const Tensor<double> x{{1, 0}, {3, 10}, {5, 20}};
  Array<double> mean{1, 2}, variance{1, 1};
  xgrad::batch_norm(x, mean, variance, {}, {}, {.momentum = 0.25});
  BOOST_TEST(mean(0) == 0.75 * 1 + 0.25 * 3);
  BOOST_TEST(mean(1) == 0.75 * 2 + 0.25 * 10);
  BOOST_TEST(variance(0) == 0.75 * 1 + 0.25 * 4, boost::test_tools::tolerance(1e-15));
  BOOST_TEST(variance(1) == 0.75 * 1 + 0.25 * 100, boost::test_tools::tolerance(1e-15));
}

BOOST_AUTO_TEST_CASE(sequences_count_every_position) {
  const Tensor<double> x(Array<double>{{{1.0, 3.0}}, {{5.0, 7.0}}});  // (2, 1, 2): mean 4, squares 9 + 1 + 1 + 9
  Array<double> mean{0}, variance{0};
  xgrad::batch_norm(x, mean, variance, {}, {}, {.momentum = 1});
  BOOST_TEST(mean(0) == 4);
  BOOST_TEST(variance(0) == 20.0 / 3, boost::test_tools::tolerance(1e-15));
}

BOOST_AUTO_TEST_CASE(evaluation_and_empty_batches_leave_the_running_statistics_alone) {
  Array<double> mean{1, 2}, variance{3, 4};
  xgrad::batch_norm(Tensor<double>{{5, 6}, {7, 9}}, mean, variance, {}, {}, {.training = false});
  xgrad::batch_norm(Tensor<double>(empty_array<double>({0, 2})), mean, variance);
  BOOST_TEST((mean == Array<double>{1, 2}));
  BOOST_TEST((variance == Array<double>{3, 4}));
}

BOOST_AUTO_TEST_CASE(a_large_mean_does_not_swallow_the_variance) {
  // Values 10⁴ ± 1 in float: the difference of the mean of squares and the square of the mean would be off by 10⁸·6·10⁻⁸ = 6.
  Array<float> values = filled_array<float>({1000, 3}, 1e4f);
  for (std::size_t i = 0; i < 3000; ++i) values.data()[i] += (i / 3) % 2 ? 1 : -1;
  Array<float> mean = filled_array<float>({3}, 0), variance = mean;
  xgrad::batch_norm(Tensor<float>(std::move(values)), mean, variance, {}, {}, {.momentum = 1});
  for (int c = 0; c < 3; ++c) {
    BOOST_TEST(mean(c) == 1e4f);
    BOOST_TEST(variance(c) == 1000.0f / 999, boost::test_tools::tolerance(1e-6f));
  }
}

BOOST_AUTO_TEST_CASE(results_are_the_same_to_the_last_bit_for_every_number_of_threads) {
  const auto compute = [](const Shape& shape, std::size_t threads) {
    set_thread_count(threads);
    Tensor<float> x(Array<float>(xt::cast<float>(sample_values(shape, -2, 2, 3))), true);
    Tensor<float> weight(Array<float>(xt::cast<float>(sample_values({shape[1]}, 0.5, 2, 4))), true);
    Tensor<float> bias(filled_array<float>({shape[1]}, 0.5f), true);
    Array<float> mean = filled_array<float>({shape[1]}, 0), variance = mean;
    const Tensor<float> y = xgrad::batch_norm(x, mean, variance, weight, bias);
    y.backward(Tensor<float>(Array<float>(xt::cast<float>(sample_values(shape, -1, 1, 5)))));
    set_thread_count(1);
    return std::vector<Array<float>>{y.value(), x.grad().value(), weight.grad().value(), bias.grad().value(), mean, variance};
  };
  for (const Shape& shape : {Shape{500, 333}, Shape{50, 33, 70}}) {
    const std::vector<Array<float>> one = compute(shape, 1), three = compute(shape, 3);
    for (std::size_t i = 0; i < one.size(); ++i) BOOST_TEST((one[i] == three[i]));
  }
}

BOOST_AUTO_TEST_CASE(in_evaluation_a_sample_of_nan_spoils_no_gradient_of_others) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const Tensor<double> x(Array<double>{{nan, 1}, {1, 1}}, true), weight{3, 1};
  Array<double> mean{0, 0}, variance{4, 1};
  xgrad::batch_norm(x, mean, variance, weight, {}, {.training = false, .eps = 0}).backward(Tensor<double>{{5, 5}, {7, 5}});
  BOOST_TEST(x.grad().value()(1, 0) == 7 * 3 / 2.0);  // g·weight/√(σ² + eps)
}

BOOST_AUTO_TEST_SUITE_END()
