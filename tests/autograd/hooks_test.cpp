#include <boost/test/unit_test.hpp>

#include "autograd/custom_operations.hpp"
#include "xgrad/autograd/tensor.hpp"
#include "xgrad/tensor/error.hpp"

using namespace xgrad;

namespace {

const Tensor<double> unchanged;

}  // namespace

BOOST_AUTO_TEST_SUITE(hooks)

BOOST_AUTO_TEST_CASE(hooks_run_in_the_order_of_registration_and_each_sees_what_the_last_returned) {
  Tensor<double> x(3.0, true);
  Tensor<double> y = x * x;
  std::vector<double> seen;
  y.register_hook([&](const Tensor<double>& g) {
    seen.push_back(g.item());
    return g * 10;
  });
  y.register_hook([&](const Tensor<double>& g) {
    seen.push_back(g.item());
    return unchanged;
  });
  y.register_hook([&](const Tensor<double>& g) {
    seen.push_back(g.item());
    return g + 1;
  });
  y.backward();
  BOOST_TEST(seen == (std::vector<double>{1, 10, 10}));
  BOOST_TEST(x.grad().item() == 11 * 6.0);
}

BOOST_AUTO_TEST_CASE(a_removed_hook_does_not_run) {
  Tensor<double> x(3.0, true);
  int first = 0, second = 0;
  const std::size_t number = x.register_hook([&](const Tensor<double>&) { return ++first, unchanged; });
  x.register_hook([&](const Tensor<double>&) { return ++second, unchanged; });
  x.remove_hook(number);
  x.remove_hook(number);
  x.remove_hook(12345);
  (x * x).backward();
  BOOST_TEST(first == 0);
  BOOST_TEST(second == 1);
}

BOOST_AUTO_TEST_CASE(the_number_of_a_removed_hook_is_not_given_again) {
  Tensor<double> x(3.0, true);
  int runs = 0;
  const std::size_t old = x.register_hook([](const Tensor<double>&) { return unchanged; });
  x.remove_hook(old);
  const std::size_t fresh = x.register_hook([&](const Tensor<double>&) { return ++runs, unchanged; });
  BOOST_TEST(fresh != old);
  x.remove_hook(old);
  (x * x).backward();
  BOOST_TEST(runs == 1);
}

BOOST_AUTO_TEST_CASE(a_hook_may_remove_itself_and_later_ones) {
  Tensor<double> x(3.0, true);
  Tensor<double> y = x * x;
  std::vector<int> ran;
  std::size_t self = 0, later = 0;
  self = y.register_hook([&](const Tensor<double>&) {
    const std::vector<int> captured(100, 7);  // still alive after the removal
    y.remove_hook(self);
    y.remove_hook(later);
    ran.push_back(captured[99]);
    return unchanged;
  });
  later = y.register_hook([&](const Tensor<double>&) { return ran.push_back(1), unchanged; });
  y.register_hook([&](const Tensor<double>&) { return ran.push_back(2), unchanged; });
  y.backward({.retain_graph = true});
  BOOST_TEST(ran == (std::vector<int>{7, 2}));
  y.backward();
  BOOST_TEST(ran == (std::vector<int>{7, 2, 2}));
}

BOOST_AUTO_TEST_CASE(a_hook_added_by_a_hook_runs_from_the_next_pass_on) {
  Tensor<double> x(3.0, true);
  int runs = 0;
  x.register_hook([&](const Tensor<double>&) {
    x.register_hook([&](const Tensor<double>&) { return ++runs, unchanged; });
    return unchanged;
  });
  (x * x).backward();
  BOOST_TEST(runs == 0);
  (x * x).backward();
  BOOST_TEST(runs == 1);
}

BOOST_AUTO_TEST_CASE(a_leaf_hook_sees_the_total_of_a_pass_once) {
  Tensor<double> x(3.0, true);
  std::vector<double> seen;
  x.register_hook([&](const Tensor<double>& g) { return seen.push_back(g.item()), g * 2; });
  const Tensor<double> y = x * x + x * 4 + x;
  y.backward({.retain_graph = true});
  BOOST_TEST(seen == std::vector<double>{11.0});
  BOOST_TEST(x.grad().item() == 22.0);
  y.backward();  // the total of this pass, not what was added up before
  BOOST_TEST(seen == (std::vector<double>{11.0, 11.0}));
  BOOST_TEST(x.grad().item() == 44.0);
}

BOOST_AUTO_TEST_CASE(a_hook_on_a_result_sees_the_total_of_all_its_uses_once) {
  Tensor<double> x(3.0, true);
  Tensor<double> y = x * x;
  std::vector<double> seen;
  y.register_hook([&](const Tensor<double>& g) { return seen.push_back(g.item()), unchanged; });
  (y * 2 + y * y + y).backward();
  BOOST_TEST(seen == std::vector<double>{2 + 18 + 1.0});
}

BOOST_AUTO_TEST_CASE(a_hook_belongs_to_one_output_of_a_node) {
  Tensor<double> x(3.0, true);
  auto [one, two] = test::powers_of(x);
  one.register_hook([](const Tensor<double>& g) { return g * 100; });
  (one + two).backward();
  BOOST_TEST(x.grad().item() == 100 + 6.0);
}

BOOST_AUTO_TEST_CASE(hooks_change_the_result_of_grad_and_not_the_grad_of_the_leaf) {
  Tensor<double> x(3.0, true);
  x.register_hook([](const Tensor<double>& g) { return -g; });
  BOOST_TEST(grad(x * x, x).item() == -6.0);
  BOOST_TEST(!x.grad().defined());
}

BOOST_AUTO_TEST_CASE(what_a_hook_computes_is_recorded_with_create_graph_and_only_then) {
  Tensor<double> x(3.0, true);
  Tensor<double> y = x * x;
  std::vector<bool> recording;
  y.register_hook([&](const Tensor<double>& g) { return recording.push_back(grad_enabled()), g * x; });
  const Tensor<double> g = grad(y, x, {.create_graph = true});  // x · 2x
  BOOST_TEST(g.item() == 18.0);
  BOOST_TEST(grad(g, x).item() == 12.0);
  y.backward();
  BOOST_TEST(recording == (std::vector<bool>{true, false}));
}

BOOST_AUTO_TEST_CASE(a_hook_that_returns_another_shape_is_refused) {
  Tensor<double> x{1, 2, 3};
  x.set_requires_grad();
  Tensor<double> y = x * x;
  y.register_hook([](const Tensor<double>&) { return Tensor<double>{1, 2}; });
  BOOST_CHECK_EXCEPTION(y.backward(Tensor<double>{1, 1, 1}), ShapeError, [](const ShapeError& e) {
    const std::string text = e.what();
    return text.find("'mul'") != text.npos && text.find("(2,)") != text.npos && text.find("(3,)") != text.npos;
  });
}

BOOST_AUTO_TEST_CASE(a_hook_that_could_never_run_is_refused) {
  Tensor<double> x(1.0);
  BOOST_CHECK_THROW(x.register_hook([](const Tensor<double>& g) { return g; }), GraphError);
  BOOST_CHECK_THROW(x.retain_grad(), GraphError);
}

BOOST_AUTO_TEST_CASE(a_result_keeps_its_gradient_if_asked_and_adds_up) {
  Tensor<double> x(3.0, true);
  Tensor<double> y = x * x;
  const Tensor<double> loss = y * 5;
  BOOST_TEST(!y.grad().defined());
  y.retain_grad();
  y.retain_grad();
  loss.backward({.retain_graph = true});
  BOOST_TEST(y.grad().item() == 5.0);
  loss.backward({.retain_graph = true});
  BOOST_TEST(y.grad().item() == 10.0);
  y.zero_grad();
  BOOST_TEST(!y.grad().defined());
  loss.backward();
  BOOST_TEST(y.grad().item() == 5.0);
  BOOST_TEST(x.grad().item() == 3 * 30.0);
}

BOOST_AUTO_TEST_CASE(a_retained_gradient_is_what_all_hooks_made_of_it) {
  Tensor<double> x(3.0, true);
  Tensor<double> y = x * x;
  y.retain_grad();
  y.register_hook([](const Tensor<double>& g) { return g * 7; });
  y.backward();
  BOOST_TEST(y.grad().item() == 7.0);
}

BOOST_AUTO_TEST_CASE(each_output_of_a_node_keeps_its_own_gradient) {
  Tensor<double> x(3.0, true);
  auto [one, two] = test::powers_of(x);
  one.retain_grad();
  (one * 2 + two * 3).backward();
  BOOST_TEST(one.grad().item() == 2.0);
  BOOST_TEST(two.grad().item() == 3.0);
}

BOOST_AUTO_TEST_CASE(retain_grad_changes_nothing_for_a_leaf) {
  Tensor<double> x(3.0, true);
  x.retain_grad();
  (x * x).backward();
  BOOST_TEST(x.grad().item() == 6.0);
}

BOOST_AUTO_TEST_SUITE_END()
