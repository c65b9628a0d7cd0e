#include <boost/test/unit_test.hpp>

#include "autograd/custom_operations.hpp"
#include "xgrad/autograd/factories.hpp"
#include "xgrad/autograd/ops/broadcast.hpp"
#include "xgrad/autograd/tensor.hpp"
#include "xgrad/tensor/error.hpp"

using namespace xgrad;

namespace {

auto mentions(std::string piece) {
  return [piece](const std::exception& e) { return std::string(e.what()).find(piece) != std::string::npos; };
}

}  // namespace

BOOST_AUTO_TEST_SUITE(graph)

BOOST_AUTO_TEST_CASE(a_chain_of_a_million_operations_is_walked_and_destroyed) {
  Tensor<double> x(1.0, true);
  Tensor<double> y = x;
  for (int i = 0; i < 1'000'000; ++i) y = y + 1;
  y.backward();
  BOOST_TEST(x.grad().item() == 1.0);
  BOOST_TEST(y.item() == 1'000'001.0);
}

BOOST_AUTO_TEST_CASE(a_chain_of_a_million_operations_is_searched_for_wanted_tensors) {
  Tensor<double> x(1.0, true), unwanted(2.0, true);
  Tensor<double> y = x + unwanted;
  for (int i = 0; i < 1'000'000; ++i) y = y * 1.0;
  BOOST_TEST(grad(y, x).item() == 1.0);
}

BOOST_AUTO_TEST_CASE(a_ladder_with_more_paths_than_atoms_takes_one_visit_a_node) {
  Tensor<double> x(1.0, true);
  Tensor<double> y = x;
  for (int i = 0; i < 1000; ++i) y = 0.5 * (y + y);  // 2¹⁰⁰⁰ paths
  y.backward();
  BOOST_TEST(x.grad().item() == 1.0);
}

BOOST_AUTO_TEST_CASE(a_diamond_adds_the_gradients_of_both_sides) {
  Tensor<double> x{1, 2, 3};
  x.set_requires_grad();
  const Tensor<double> shared = x * x;
  const Tensor<double> y = sum_to(shared * 3 + shared * shared, {});
  y.backward();  // d/dx (3x² + x⁴) = 6x + 4x³
  for (std::size_t i = 0; i < 3; ++i) {
    const double v = x.data()[i];
    BOOST_TEST(x.grad().data()[i] == 6 * v + 4 * v * v * v);
  }
}

BOOST_AUTO_TEST_CASE(a_long_side_of_a_diamond_is_finished_before_the_shared_node_is_visited) {
  Tensor<double> x(2.0, true);
  const Tensor<double> shared = x * x;
  int visits = 0;
  Tensor<double>(shared).register_hook([&](const Tensor<double>&) {
    ++visits;
    return Tensor<double>();
  });
  Tensor<double> far = shared;
  for (int i = 0; i < 10; ++i) far = far + 1;
  (shared + far).backward();
  BOOST_TEST(visits == 1);
  BOOST_TEST(x.grad().item() == 8.0);
}

BOOST_AUTO_TEST_CASE(a_hundred_thousand_leaves_get_their_gradients_from_backward) {
  std::vector<Tensor<double>> leaves;
  Tensor<double> y(0.0);
  for (int i = 0; i < 100'000; ++i) {
    leaves.emplace_back(static_cast<double>(i), true);
    y = y + leaves.back() * leaves.back();
  }
  y.backward();
  bool all = true;
  for (int i = 0; i < 100'000; ++i) all = all && leaves[i].grad().item() == 2.0 * i;
  BOOST_TEST(all);
}

BOOST_AUTO_TEST_CASE(a_hundred_thousand_leaves_get_their_gradients_from_grad) {
  std::vector<Tensor<double>> leaves;
  Tensor<double> y(0.0);
  for (int i = 0; i < 100'000; ++i) {
    leaves.emplace_back(static_cast<double>(i), true);
    y = y + leaves.back() * leaves.back();
  }
  const std::vector<Tensor<double>> g = grad<double>({y}, leaves);
  bool all = true;
  for (int i = 0; i < 100'000; ++i) all = all && g[i].item() == 2.0 * i;
  BOOST_TEST(all);
}

BOOST_AUTO_TEST_CASE(a_value_used_a_hundred_thousand_times_gets_the_sum) {
  Tensor<double> x(3.0, true);
  const Tensor<double> shared = x * 2;
  Tensor<double> y(0.0);
  for (int i = 0; i < 100'000; ++i) y = y + shared;
  y.backward();
  BOOST_TEST(x.grad().item() == 200'000.0);
}

BOOST_AUTO_TEST_CASE(unused_outputs_of_a_node_count_as_zero) {
  for (int used = 0; used < 2; ++used) {
    Tensor<double> x(3.0, true);
    test::powers_of(x)[used].backward();
    BOOST_TEST(x.grad().item() == (used == 0 ? 1.0 : 6.0));
  }
  Tensor<double> x(3.0, true);
  const auto [one, two] = test::powers_of(x);
  (one + two).backward();
  BOOST_TEST(x.grad().item() == 7.0);
}

BOOST_AUTO_TEST_CASE(the_gradient_of_each_output_of_a_node_can_be_asked_for) {
  Tensor<double> x(3.0, true);
  const auto [one, two] = test::powers_of(x);
  const Tensor<double> y = 5 * one + 4 * two;
  const auto g = grad<double>({y}, {two, one, x}, {}, {.create_graph = true});
  BOOST_TEST(g[0].item() == 4.0);
  BOOST_TEST(g[1].item() == 5.0);
  BOOST_TEST(g[2].item() == 5.0 + 24.0);
  BOOST_TEST(grad(g[2], x).item() == 8.0);
}

BOOST_AUTO_TEST_CASE(a_second_backward_throws_unless_the_graph_was_retained) {
  Tensor<double> x(3.0, true);
  const Tensor<double> y = x * x;
  y.backward({.retain_graph = true});
  y.backward();
  BOOST_TEST(x.grad().item() == 12.0);
  BOOST_CHECK_EXCEPTION(y.backward(), GraphError, mentions("'mul'"));
  BOOST_TEST(x.grad().item() == 12.0);
}

BOOST_AUTO_TEST_CASE(losses_that_share_a_part_can_be_walked_one_after_the_other_if_it_is_retained) {
  Tensor<double> x(2.0, true);
  const Tensor<double> shared = x * x;
  const Tensor<double> first = shared * 3, second = shared * shared;
  first.backward({.retain_graph = true});
  second.backward();
  BOOST_TEST(x.grad().item() == 12.0 + 32.0);
  const Tensor<double> third = shared + 1;
  BOOST_CHECK_EXCEPTION(third.backward(), GraphError, mentions("retain_graph"));
}

BOOST_AUTO_TEST_CASE(losses_that_share_a_part_can_be_walked_together) {
  Tensor<double> x(2.0, true);
  const Tensor<double> shared = x * x;
  const auto g = grad<double>({shared * 3, shared * shared, shared}, {x}, {Tensor<double>(), Tensor<double>(2.0), {}});
  BOOST_TEST(g[0].item() == 12.0 + 2 * 32.0 + 4.0);
}

BOOST_AUTO_TEST_CASE(grad_neither_walks_nor_releases_what_does_not_lead_to_its_inputs) {
  Tensor<double> x(2.0, true), head(3.0, true);
  int visits = 0;
  Tensor<double> trunk = x * x;
  trunk.register_hook([&](const Tensor<double>&) {
    ++visits;
    return Tensor<double>();
  });
  const Tensor<double> y = trunk * head;
  const Tensor<double> loss = y * y;
  BOOST_TEST(grad(loss, head, {.retain_graph = true}).item() == 2 * 12.0 * 4.0);
  BOOST_TEST(visits == 0);
  loss.backward();
  BOOST_TEST(visits == 1);
  BOOST_TEST(x.grad().item() == 2 * 12.0 * 3.0 * 4.0);
  BOOST_CHECK_EXCEPTION(trunk.backward(), GraphError, mentions("'mul'"));
}

BOOST_AUTO_TEST_CASE(an_operation_without_derivative_throws_only_where_a_gradient_has_to_pass) {
  Tensor<double> x(2.5, true), w(3.5, true);
  const Tensor<double> y = x * test::floor_without_derivative(w);
  BOOST_TEST(grad(y, x, {.retain_graph = true}).item() == 3.0);
  BOOST_CHECK_EXCEPTION(grad(y, w, {.retain_graph = true}), GraphError, mentions("'floor_without_derivative'"));
  BOOST_CHECK_EXCEPTION(y.backward(), GraphError, mentions("'floor_without_derivative'"));
}

BOOST_AUTO_TEST_CASE(grad_of_a_result_in_the_middle_stops_there) {
  bool fails = true;
  Tensor<double> x(2.0, true);
  const Tensor<double> middle = test::fragile(x, fails);
  const Tensor<double> y = middle * middle;
  BOOST_TEST(grad(y, middle).item() == 4.0);  // the fragile node below is not asked
}

BOOST_AUTO_TEST_CASE(grad_of_a_tensor_with_respect_to_itself_is_what_it_started_with) {
  Tensor<double> x{1, 2};
  x.set_requires_grad();
  const Tensor<double> y = x * 2, weights{5, 7};
  const auto g = grad<double>({y}, {y, x, y}, {weights});
  BOOST_TEST(g[0].data()[1] == 7.0);
  BOOST_TEST(g[2].data()[1] == 7.0);
  BOOST_TEST(g[1].data()[1] == 14.0);
  BOOST_TEST(grad<double>({x}, {x}, {weights})[0].data()[0] == 5.0);
}

BOOST_AUTO_TEST_CASE(grad_gives_an_undefined_tensor_for_what_the_output_does_not_depend_on) {
  Tensor<double> x(2.0, true), other(1.0, true);
  const auto g = grad<double>({x * x}, {other, x});
  BOOST_TEST(!g[0].defined());
  BOOST_TEST(g[1].item() == 4.0);
  const Tensor<double> later = x * x * x;  // above the output
  BOOST_TEST(!grad(x * 2, later).defined());
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

BOOST_AUTO_TEST_CASE(a_recorded_gradient_can_be_part_of_a_loss) {
  Tensor<double> x(2.0, true), w(3.0, true);
  const Tensor<double> y = w * x * x;
  const Tensor<double> slope = grad(y, x, {.create_graph = true});  // 2wx
  (y + slope * slope).backward();                                   // wx² + 4w²x²
  BOOST_TEST(w.grad().item() == 4.0 + 8 * 3.0 * 4.0);
  BOOST_TEST(x.grad().item() == 2 * 3.0 * 2.0 + 8 * 9.0 * 2.0);
}

BOOST_AUTO_TEST_CASE(backward_with_create_graph_leaves_gradients_that_can_be_differentiated) {
  Tensor<double> x(2.0, true);
  (x * x * x).backward({.create_graph = true});
  const Tensor<double> first = x.grad();
  BOOST_TEST(first.requires_grad());
  x.zero_grad();  // or the gradient would hold the leaf and the leaf the gradient
  BOOST_TEST(grad(first, x).item() == 12.0);
}

BOOST_AUTO_TEST_CASE(an_exception_in_the_middle_leaves_a_retained_graph_as_it_was) {
  bool fails = true;
  Tensor<double> x(2.0, true);
  const Tensor<double> below = x * x;
  const Tensor<double> y = below * 3 + test::fragile(below, fails) * 2;
  for (int i = 0; i < 3; ++i) BOOST_CHECK_EXCEPTION(y.backward({.retain_graph = true}), std::runtime_error, mentions("broke"));
  BOOST_TEST(!x.grad().defined());
  BOOST_CHECK_THROW(grad(y, x, {.retain_graph = true}), std::runtime_error);
  fails = false;
  y.backward({.retain_graph = true});
  BOOST_TEST(x.grad().item() == 5 * 4.0);
  BOOST_TEST(grad(y, x).item() == 5 * 4.0);
}

BOOST_AUTO_TEST_CASE(an_exception_in_a_leaf_hook_leaves_all_gradients_as_they_were) {
  Tensor<double> a(2.0, true), b(3.0, true);
  const std::size_t hook = b.register_hook([](const Tensor<double>&) -> Tensor<double> { throw std::runtime_error("no"); });
  const Tensor<double> y = a * b;
  BOOST_CHECK_THROW(y.backward({.retain_graph = true}), std::runtime_error);
  BOOST_TEST(!a.grad().defined());
  b.remove_hook(hook);
  y.backward();
  BOOST_TEST(a.grad().item() == 3.0);
  BOOST_TEST(b.grad().item() == 2.0);
}

BOOST_AUTO_TEST_CASE(a_pass_inside_a_pass_over_the_same_nodes_is_refused) {
  Tensor<double> x(2.0, true);
  const Tensor<double> below = x * x;
  Tensor<double> y = below * 3;
  const Tensor<double> loss = y + below;  // `below` has a gradient waiting when the hook on y runs
  y.register_hook([&](const Tensor<double>&) {
    below.backward({.retain_graph = true});
    return Tensor<double>();
  });
  BOOST_CHECK_EXCEPTION(loss.backward({.retain_graph = true}), GraphError, mentions("another pass"));
  BOOST_CHECK_EXCEPTION(grad(loss, x, {.retain_graph = true}), GraphError, mentions("another pass"));
  y.remove_hook(0);
  loss.backward();  // nothing of the refused passes is left over
  BOOST_TEST(x.grad().item() == 4 * 4.0);
}

BOOST_AUTO_TEST_CASE(a_pass_inside_a_pass_over_other_nodes_is_fine) {
  Tensor<double> x(2.0, true), other(5.0, true);
  Tensor<double> y = x * x;
  y.register_hook([&](const Tensor<double>& g) {
    const GradMode recording(true);
    (other * other).backward();
    return g * 2;
  });
  y.backward();
  BOOST_TEST(x.grad().item() == 8.0);
  BOOST_TEST(other.grad().item() == 10.0);
}

BOOST_AUTO_TEST_CASE(the_graph_outlives_the_handles_to_everything_but_its_end) {
  Tensor<double> x(2.0, true);
  Tensor<double> y;
  {
    const Tensor<double> a = x * x;
    const Tensor<double> b = a * a;
    y = b * a;
  }
  y.backward();
  BOOST_TEST(x.grad().item() == 6 * 32.0);
}

BOOST_AUTO_TEST_CASE(misuse_of_grad_and_backward_is_explained) {
  Tensor<double> x{1, 2, 3};
  const Tensor<double> constant = x * 2;
  BOOST_CHECK_EXCEPTION(grad<double>({constant}, {x}, {x}), GraphError, mentions("set_requires_grad"));
  BOOST_CHECK_EXCEPTION(sum_to(constant, {}).backward(), GraphError, mentions("no_grad"));
  x.set_requires_grad();
  const Tensor<double> y = x * 2;
  BOOST_CHECK_EXCEPTION(y.backward(), ShapeError, mentions("(3,)"));
  BOOST_CHECK_EXCEPTION(y.backward(Tensor<double>{1, 2}), ShapeError, mentions("(2,)"));
  BOOST_CHECK_EXCEPTION(y.backward(Tensor<double>()), GraphError, mentions("without an array"));
  BOOST_CHECK_EXCEPTION((grad<double>({y, y}, {x}, {x})), ShapeError, mentions("1 gradients for 2 outputs"));
  BOOST_CHECK_THROW(Tensor<double>().backward(), GraphError);
}

BOOST_AUTO_TEST_SUITE_END()
