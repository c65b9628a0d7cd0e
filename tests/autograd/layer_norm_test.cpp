#include "xgrad/autograd/ops/layer_norm.hpp"

#include <vector>

#include <boost/test/unit_test.hpp>

#include "xgrad/autograd/operation_info.hpp"
#include "xgrad/tensor/parallel.hpp"

using namespace xgrad;

BOOST_AUTO_TEST_SUITE(layer_norm)

BOOST_AUTO_TEST_CASE(results_are_the_same_to_the_last_bit_for_every_number_of_threads) {
  const auto compute = [](std::size_t threads) {
    set_thread_count(threads);
    Tensor<float> x(Array<float>(xt::cast<float>(sample_values({300, 211}, -2, 2, 3))), true);
    Tensor<float> weight(Array<float>(xt::cast<float>(sample_values({211}, 0.5, 2, 4))), true);
    Tensor<float> bias(filled_array<float>({211}, 0.5f), true);
    const Tensor<float> y = xgrad::layer_norm(x, {211}, weight, bias);
    y.backward(Tensor<float>(Array<float>(xt::cast<float>(sample_values({300, 211}, -1, 1, 5)))));
    set_thread_count(1);
    return std::vector<Array<float>>{y.value(), x.grad().value(), weight.grad().value(), bias.grad().value()};
  };
  const std::vector<Array<float>> one = compute(1), three = compute(3);
  for (std::size_t i = 0; i < one.size(); ++i) BOOST_TEST((one[i] == three[i]));
}

BOOST_AUTO_TEST_CASE(a_large_mean_does_not_swallow_the_variance) {
  Array<float> values = filled_array<float>({1, 1000}, 1e4f);
  for (std::size_t i = 0; i < 1000; ++i) values.data()[i] += i % 2 ? 1 : -1;
  const Tensor<float> y = xgrad::layer_norm(Tensor<float>(std::move(values)), {1000}, {}, {}, 0);
  for (std::size_t i = 0; i < 1000; ++i) BOOST_REQUIRE(y.data()[i] == (i % 2 ? 1 : -1));
}

BOOST_AUTO_TEST_SUITE_END()
