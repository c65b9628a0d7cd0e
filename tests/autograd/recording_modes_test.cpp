#include <stdexcept>
#include <thread>

#include <boost/test/unit_test.hpp>

#include "xgrad/autograd/grad_mode.hpp"
#include "xgrad/autograd/ops/arithmetic.hpp"
#include "xgrad/autograd/ops/elementwise.hpp"
#include "xgrad/tensor/error.hpp"

using namespace xgrad;

BOOST_AUTO_TEST_SUITE(recording_modes)

BOOST_AUTO_TEST_CASE(nothing_is_recorded_under_no_grad) {
  const Tensor<double> x(2.0, true);
  const Tensor<double> y = no_grad([&] { return x * x; });
  BOOST_TEST(y.item() == 4.0);
  BOOST_TEST(!y.requires_grad());
  BOOST_TEST(y.is_leaf());
  BOOST_TEST((x * x).requires_grad());
}

BOOST_AUTO_TEST_CASE(no_grad_passes_on_what_the_function_returns) {
  Tensor<double> x(2.0);
  Tensor<double>& same = no_grad([&]() -> Tensor<double>& { return x; });
  BOOST_TEST(&same == &x);
  bool called = false;
  no_grad([&] { called = true; });
  BOOST_TEST(called);
}

BOOST_AUTO_TEST_CASE(guards_nest_and_end_with_their_scope_also_by_an_exception) {
  BOOST_TEST(grad_enabled());
  {
    NoGrad off;
    {
      GradMode on(true);
      BOOST_TEST(grad_enabled());
      NoGrad off_again;
      BOOST_TEST(!grad_enabled());
    }
    BOOST_TEST(!grad_enabled());
  }
  BOOST_CHECK_THROW(no_grad([] { throw std::runtime_error("x"); }), std::runtime_error);
  BOOST_TEST(grad_enabled());
}

BOOST_AUTO_TEST_CASE(the_mode_belongs_to_its_thread) {
  NoGrad off;
  bool other = false;
  std::thread([&] { other = grad_enabled(); }).join();
  BOOST_TEST(other);
}

BOOST_AUTO_TEST_CASE(a_tensor_made_under_no_grad_may_still_require_gradients) {
  const Tensor<double> x = no_grad([] { return Tensor<double>(3.0, true); });
  (x * x).backward();
  BOOST_TEST(x.grad().item() == 6.0);
}

BOOST_AUTO_TEST_CASE(backward_itself_records_nothing_unless_asked) {
  const Tensor<double> x(2.0, true);
  const Tensor<double> y = x * x * x;
  y.backward({.retain_graph = true});
  BOOST_TEST(!x.grad().requires_grad());
  NoGrad off;
  BOOST_TEST(grad(y, x, {.create_graph = true}).requires_grad());
}

BOOST_AUTO_TEST_CASE(a_detached_tensor_shares_the_array_and_has_no_graph) {
  const Tensor<double> x(2.0, true);
  const Tensor<double> y = x * x;
  const Tensor<double> d = y.detach();
  BOOST_TEST(d.data() == y.data());
  BOOST_TEST(!d.requires_grad());
  BOOST_TEST(d.node() == nullptr);
  const Tensor<double> z = y * d;  // d counts as a constant
  z.backward();
  BOOST_TEST(x.grad().item() == 4.0 * 4.0);
}

BOOST_AUTO_TEST_CASE(a_detached_tensor_can_be_a_leaf_of_a_graph_of_its_own) {
  const Tensor<double> x(2.0, true);
  Tensor<double> d = (x * x).detach();
  d.set_requires_grad();
  (d * d).backward();
  BOOST_TEST(d.grad().item() == 8.0);
  BOOST_TEST(!x.grad().defined());
}

BOOST_AUTO_TEST_CASE(a_clone_shares_nothing) {
  const Tensor<double> x(2.0, true);
  Tensor<double> c = x.clone_leaf(true);
  c.mutable_value().fill(5);
  BOOST_TEST(x.item() == 2.0);
  (c * c).backward();
  BOOST_TEST(!x.grad().defined());
}

BOOST_AUTO_TEST_CASE(freezing_a_leaf_stops_its_gradient_and_thawing_brings_it_back) {
  Tensor<double> x(2.0, true), w(3.0, true);
  w.set_requires_grad(false);
  (x * w).backward();
  BOOST_TEST(x.grad().item() == 3.0);
  BOOST_TEST(!w.grad().defined());
  BOOST_TEST(!(w * w).requires_grad());
  const Tensor<double> copy = w;  // copies share the setting
  w.set_requires_grad(true);
  BOOST_TEST(copy.requires_grad());
  (x * copy).backward();
  BOOST_TEST(w.grad().item() == 2.0);
}

BOOST_AUTO_TEST_CASE(a_leaf_frozen_after_the_forward_pass_gets_no_gradient) {
  Tensor<double> x(2.0, true), w(3.0, true);
  const Tensor<double> sum = x + w, product = x * w;
  w.set_requires_grad(false);
  sum.backward();
  product.backward();
  BOOST_TEST(x.grad().item() == 4.0);
  BOOST_TEST(!w.grad().defined());
}

BOOST_AUTO_TEST_CASE(results_cannot_be_frozen) {
  Tensor<double> x(2.0, true);
  Tensor<double> y = x * x;
  BOOST_CHECK_EXCEPTION(y.set_requires_grad(false), GraphError,
                        [](const GraphError& e) { return std::string(e.what()).find("detach()") != std::string::npos; });
  BOOST_TEST(y.set_requires_grad(true).requires_grad());
}

BOOST_AUTO_TEST_SUITE_END()
