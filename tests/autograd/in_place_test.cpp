// Changes in place, buffers that are shared, and the sums of gradients.
#include <boost/test/unit_test.hpp>

#include "autograd/custom_operations.hpp"
#include "xgrad/autograd/factories.hpp"
#include "xgrad/autograd/ops/arithmetic.hpp"
#include "xgrad/autograd/ops/broadcast.hpp"
#include "xgrad/autograd/ops/elementwise.hpp"
#include "xgrad/autograd/ops/reduction.hpp"
#include "xgrad/autograd/ops/shape.hpp"
#include "xgrad/tensor/error.hpp"

using namespace xgrad;

namespace {

std::vector<double> elements(const Tensor<double>& x) { return {x.data(), x.data() + x.size()}; }

auto says(std::string piece) {
  return [piece](const GraphError& e) { return std::string(e.what()).find(piece) != std::string::npos; };
}

}  // namespace

BOOST_AUTO_TEST_SUITE(in_place)

BOOST_AUTO_TEST_CASE(a_changed_input_is_noticed_by_the_operation_that_saved_it) {
  Tensor<double> x(3.0, true);
  const Tensor<double> y = x * x;
  x.mutable_value().fill(4.0);
  BOOST_CHECK_EXCEPTION(y.backward({.retain_graph = true}), GraphError,
                        says("backward of 'mul': input 1 was changed in place"));
  BOOST_CHECK_EXCEPTION(y.backward(), GraphError, says("version 0 then, 1 now"));
}

BOOST_AUTO_TEST_CASE(a_changed_output_is_noticed_by_the_operation_that_saved_it) {
  const Tensor<double> x(3.0, true);
  Tensor<double> y = exp(x);
  y.mutable_value().fill(0);
  BOOST_CHECK_EXCEPTION(y.backward(), GraphError, says("backward of 'exp': output 0 was changed in place"));
}

BOOST_AUTO_TEST_CASE(operations_that_saved_nothing_of_it_do_not_mind) {
  Tensor<double> x(3.0, true);
  const Tensor<double> y = x + x;
  x.mutable_value().fill(4.0);
  y.backward();
  BOOST_TEST(x.grad().item() == 2.0);
}

BOOST_AUTO_TEST_CASE(a_change_through_a_detached_tensor_or_a_copy_of_the_handle_is_noticed) {
  for (const bool detached : {false, true}) {
    const Tensor<double> x(3.0, true);
    const Tensor<double> y = x * x;
    Tensor<double> other = detached ? x.detach() : x;
    other.mutable_value().fill(4.0);
    BOOST_TEST(x.version() == 1u);
    BOOST_CHECK_THROW(y.backward(), GraphError);
  }
}

BOOST_AUTO_TEST_CASE(a_change_before_the_operation_or_after_backward_is_fine) {
  Tensor<double> x(3.0, true);
  x.mutable_value().fill(5.0);
  (x * x).backward();
  x.mutable_value().fill(7.0);
  (x * x).backward();
  BOOST_TEST(x.grad().item() == 10.0 + 14.0);
}

BOOST_AUTO_TEST_CASE(a_change_between_two_walks_of_a_retained_graph_is_noticed) {
  Tensor<double> x(3.0, true);
  const Tensor<double> y = x * x;
  y.backward({.retain_graph = true});
  x.mutable_value() += 1.0;
  BOOST_CHECK_THROW(y.backward(), GraphError);
}

BOOST_AUTO_TEST_CASE(a_change_before_a_second_derivative_is_noticed) {
  Tensor<double> x(3.0, true);
  const Tensor<double> slope = grad(x * x * x, x, {.create_graph = true});
  x.mutable_value() += 1.0;
  BOOST_CHECK_THROW(grad(slope, x), GraphError);
}

BOOST_AUTO_TEST_CASE(gradients_are_added_to_what_is_there) {
  Tensor<double> x{1, 2};
  x.set_requires_grad();
  x.set_grad(Tensor<double>{100, 200});
  sum(x * x).backward();
  sum(x * x).backward();
  BOOST_TEST(elements(x.grad()) == (std::vector<double>{104, 208}));
  x.zero_grad();
  BOOST_TEST(!x.grad().defined());
  sum(x * x).backward();
  BOOST_TEST(elements(x.grad()) == (std::vector<double>{2, 4}));
}

BOOST_AUTO_TEST_CASE(a_gradient_that_somebody_holds_is_not_changed_by_later_passes) {
  Tensor<double> x(3.0, true);
  const Tensor<double> given(100.0);
  x.set_grad(given);
  (x * x).backward();
  const Tensor<double> held = x.grad();
  (x * x).backward();
  BOOST_TEST(given.item() == 100.0);
  BOOST_TEST(held.item() == 106.0);
  BOOST_TEST(x.grad().item() == 112.0);
}

BOOST_AUTO_TEST_CASE(leaves_that_get_the_same_gradient_get_arrays_of_their_own) {
  Tensor<double> a{1, 2}, b{3, 4};
  a.set_requires_grad(), b.set_requires_grad();
  const Tensor<double> seed{10, 20};
  (a + b).backward(seed);  // the derivative hands its own gradient to both
  BOOST_TEST(a.grad().data() != b.grad().data());
  a.grad().mutable_value().fill(-1);
  BOOST_TEST(elements(b.grad()) == (std::vector<double>{10, 20}));
  BOOST_TEST(elements(seed) == (std::vector<double>{10, 20}));
  (a + b).backward(seed);
  BOOST_TEST(elements(b.grad()) == (std::vector<double>{20, 40}));
  BOOST_TEST(elements(seed) == (std::vector<double>{10, 20}));
}

BOOST_AUTO_TEST_CASE(results_of_grad_have_arrays_of_their_own) {
  Tensor<double> a{1, 2}, b{3, 4};
  a.set_requires_grad(), b.set_requires_grad();
  const Tensor<double> seed{10, 20};
  const Tensor<double> sum_of_both = a + b;
  auto g = grad<double>({sum_of_both}, {a, b, a, sum_of_both}, {seed});
  for (std::size_t i = 0; i < g.size(); ++i) g[i].mutable_value().fill(static_cast<double>(i));
  for (std::size_t i = 0; i < g.size(); ++i) BOOST_TEST(g[i].data()[1] == static_cast<double>(i));
  BOOST_TEST(elements(seed) == (std::vector<double>{10, 20}));
}

// The hazard: one buffer waits in two slots, and a second gradient is added to one of them in place.
BOOST_AUTO_TEST_CASE(a_buffer_that_waits_in_two_slots_is_not_added_to_in_place) {
  const Tensor<double> x{1, 2, 3}, y{4, 5, 6};
  const Tensor<double> a = Tensor<double>(x).set_requires_grad(), b = Tensor<double>(y).set_requires_grad();
  const Tensor<double> p = a * 1.0, q = b * 1.0;  // interior, so that gradients wait in slots
  const Tensor<double> both = p + q;              // hands one buffer to p and q
  const Tensor<double> loss = sum(both * both + p * 5.0);
  loss.backward();
  for (std::size_t i = 0; i < 3; ++i) {
    const double slope = 2 * (x.data()[i] + y.data()[i]);
    BOOST_TEST(a.grad().data()[i] == slope + 5);
    BOOST_TEST(b.grad().data()[i] == slope);
  }
}

BOOST_AUTO_TEST_CASE(the_same_buffer_for_both_inputs_of_one_operation_is_counted_twice) {
  Tensor<double> x(3.0, true);
  const Tensor<double> p = x * 2.0;
  (p + p).backward();
  BOOST_TEST(x.grad().item() == 4.0);
}

BOOST_AUTO_TEST_CASE(a_gradient_kept_by_a_hook_is_not_changed_by_the_rest_of_the_pass) {
  Tensor<double> x{1, 2};
  x.set_requires_grad();
  Tensor<double> y = x * 1.0;
  Tensor<double> kept;
  y.register_hook([&](const Tensor<double>& g) { return kept = g, Tensor<double>(); });
  y.retain_grad();
  sum(y + y * 2.0 + x).backward();
  BOOST_TEST(elements(kept) == (std::vector<double>{3, 3}));
  BOOST_TEST(elements(y.grad()) == (std::vector<double>{3, 3}));
  BOOST_TEST(elements(x.grad()) == (std::vector<double>{4, 4}));
}

BOOST_AUTO_TEST_CASE(gradients_are_summed_over_broadcast_axes_and_then_added) {
  Tensor<double> row{1, 2}, column = reshape(Tensor<double>{1, 2, 3}, {3, 1});
  row.set_requires_grad(), column.set_requires_grad();
  sum(row * column + row).backward();
  BOOST_TEST(elements(row.grad()) == (std::vector<double>{9, 9}));
  BOOST_TEST((row.grad().shape() == Shape{2}));
  BOOST_TEST(elements(column.grad()) == (std::vector<double>{3, 3, 3}));
  BOOST_TEST((column.grad().shape() == Shape{3, 1}));
}

BOOST_AUTO_TEST_CASE(a_gradient_of_the_wrong_shape_is_refused) {
  Tensor<double> x{1, 2};
  BOOST_CHECK_THROW(x.set_grad(x), GraphError);
  x.set_requires_grad();
  BOOST_CHECK_EXCEPTION(x.set_grad(Tensor<double>{1, 2, 3}), ShapeError, [](const ShapeError& e) {
    return std::string(e.what()) == "set_grad: the gradient has shape (3,) but the tensor has (2,)";
  });
}

BOOST_AUTO_TEST_CASE(a_leaf_of_another_shape_is_refused_when_it_is_used) {
  Tensor<double> w(Array<double>{1, 2}, true);
  w.mutable_value() = Array<double>{1, 2, 3, 4};
  BOOST_CHECK_EXCEPTION(w * 2.0, GraphError, says("a tensor of shape (2,) has shape (4,) since it was changed in place"));
  w.mutable_value() = Array<double>{5, 6};
  sum(w * 2.0).backward();
  BOOST_TEST(elements(w.grad()) == std::vector<double>(2, 2.0));
}

BOOST_AUTO_TEST_CASE(gradients_with_a_graph_share_no_buffer_with_each_other_or_the_seed) {
  const Tensor<double> a(Array<double>{1, 2}, true), b(Array<double>{3, 4}, true), seed(Array<double>{5, 6});
  (a + b).backward(seed, {.create_graph = true});
  a.grad().mutable_value().fill(7);
  BOOST_TEST(elements(b.grad()) == elements(seed));
  BOOST_TEST(elements(seed) == (std::vector<double>{5, 6}));
}

BOOST_AUTO_TEST_CASE(a_copied_gradient_still_leads_to_the_second_derivative) {
  Tensor<double> a(2.0, true);
  const Tensor<double> b(3.0, true);
  const Tensor<double> y = a * b;
  (y * y + y * y).backward({.create_graph = true});  // 2a²b²
  a.zero_grad();
  const Tensor<double> slope = b.grad();  // 4a²b
  BOOST_TEST(slope.item() == 48.0);
  slope.backward();
  BOOST_TEST(a.grad().item() == 48.0);  // 8ab
}

BOOST_AUTO_TEST_CASE(a_kept_gradient_of_a_result_shares_no_buffer) {
  const Tensor<double> w(Array<double>{1, 2}, true), seed(Array<double>{5, 6});
  Tensor<double> y = w + 1.0;
  y.retain_grad();
  y.backward(seed);
  y.grad().mutable_value().fill(7);
  BOOST_TEST(elements(w.grad()) == (std::vector<double>{5, 6}));
  BOOST_TEST(elements(seed) == (std::vector<double>{5, 6}));
}

BOOST_AUTO_TEST_SUITE_END()
