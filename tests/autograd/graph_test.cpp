#include <boost/test/unit_test.hpp>

#include "xgrad/autograd/ops/arithmetic.hpp"
#include "xgrad/autograd/ops/broadcast.hpp"
#include "xgrad/autograd/tensor.hpp"
#include "xgrad/tensor/error.hpp"

using namespace xgrad;

BOOST_AUTO_TEST_SUITE(graph)

BOOST_AUTO_TEST_CASE(a_chain_of_a_million_operations_is_walked_and_destroyed) {
  Tensor<double> x(1.0, true);
  Tensor<double> y = x;
  for (int i = 0; i < 1'000'000; ++i) y = y + 1;
  y.backward();
  BOOST_TEST(x.grad().item() == 1.0);
  BOOST_TEST(y.item() == 1'000'001.0);
}

BOOST_AUTO_TEST_CASE(a_second_backward_throws_unless_the_graph_was_retained) {
  Tensor<double> x(3.0, true);
  const Tensor<double> y = x * x;
  y.backward({.retain_graph = true});
  y.backward();
  BOOST_TEST(x.grad().item() == 12.0);
  BOOST_CHECK_EXCEPTION(y.backward(), GraphError,
                        [](const GraphError& e) { return std::string(e.what()).find("mul") != std::string::npos; });
}

BOOST_AUTO_TEST_CASE(a_value_changed_between_forward_and_backward_is_noticed) {
  Tensor<double> x(3.0, true);
  const Tensor<double> y = x * x;
  x.mutable_value().fill(4.0);
  BOOST_CHECK_THROW(y.backward(), GraphError);
}

BOOST_AUTO_TEST_CASE(gradients_of_gradients_follow) {
  Tensor<double> x(2.0, true);
  const Tensor<double> y = x * x * x;
  const Tensor<double> first = grad(y, x, {.create_graph = true});
  const Tensor<double> second = grad(first, x, {.create_graph = true});
  const Tensor<double> third = grad(second, x);
  BOOST_TEST(first.item() == 12.0);
  BOOST_TEST(second.item() == 12.0);
  BOOST_TEST(third.item() == 6.0);
}

BOOST_AUTO_TEST_SUITE_END()
