// L-BFGS on functions whose minimum is known.
#include "xgrad/nn/optim/lbfgs.hpp"

#include <cmath>
#include <functional>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "error_text.hpp"
#include "xgrad/autograd/ops/arithmetic.hpp"
#include "xgrad/autograd/ops/elementwise.hpp"
#include "xgrad/autograd/ops/reduction.hpp"
#include "xgrad/autograd/ops/slice.hpp"
#include "xgrad/tensor/error.hpp"

using namespace xgrad;
using optim::LBFGS;

namespace {

// (1 − x)² + 100·(y − x²)²: the minimum, 0, is at (1, 1), in a curved valley.
Tensor<double> rosenbrock(const Tensor<double>& x, const Tensor<double>& y) {
  return sum(square(1.0 - x)) + 100.0 * sum(square(y - square(x)));
}

std::function<double()> closure_of(LBFGS<double>& method, const std::function<Tensor<double>()>& loss_of,
                                   int* calls = nullptr) {
  return [&method, loss_of, calls] {
    if (calls) ++*calls;
    method.zero_grad();
    const Tensor<double> loss = loss_of();
    loss.backward();
    return loss.item();
  };
}

}  // namespace

BOOST_AUTO_TEST_SUITE(lbfgs)

// The stopping rule leaves a gradient of at most 10⁻⁹; the inverse Hessian at the minimum is below 1002 in every direction, so
// that the point is within some 10⁻⁶.
BOOST_AUTO_TEST_CASE(it_finds_the_minimum_of_rosenbrocks_function) {
  const Tensor<double> x(-1.2, true), y(1.0, true);
  LBFGS<double> method({x, y}, {.max_iter = 100, .tolerance_grad = 1e-9, .tolerance_change = 1e-18});
  int calls = 0;
  method.minimize(closure_of(
      method, [&] { return rosenbrock(x, y); }, &calls));
  BOOST_TEST(std::abs(x.item() - 1) <= 1e-6);
  BOOST_TEST(std::abs(y.item() - 1) <= 1e-6);
  BOOST_TEST(calls <= 100);
}

// With exact curvature a quadratic function of n variables takes about n steps.
BOOST_AUTO_TEST_CASE(it_finds_the_minimum_of_a_quadratic_function_in_a_few_steps) {
  const Tensor<double> x(filled_array<double>({5}, 0), true);
  const Tensor<double> scale{1, 10, 100, 3, 30}, centre{1, -2, 3, -4, 5};
  LBFGS<double> method({x}, {.max_iter = 40, .tolerance_grad = 1e-10, .tolerance_change = 1e-18});
  method.minimize(closure_of(method, [&] { return sum(scale * square(x - centre)); }));
  for (std::size_t i = 0; i < 5; ++i) BOOST_TEST(std::abs(x.data()[i] - centre.data()[i]) <= 1e-9);
}

BOOST_AUTO_TEST_CASE(weight_decay_moves_the_minimum_to_where_the_formula_says) {
  const Tensor<double> x(5.0, true);
  LBFGS<double> method({x}, {.tolerance_grad = 1e-12, .tolerance_change = 1e-18, .weight_decay = 0.5});
  method.minimize(closure_of(method, [&] { return square(x - 3.0); }));  // 2(x − 3) + 0.5·x = 0
  BOOST_TEST(std::abs(x.item() - 2.4) <= 1e-11);
}

BOOST_AUTO_TEST_CASE(it_counts_its_evaluations_against_the_limit) {
  const Tensor<double> x(-1.2, true), y(1.0, true);
  LBFGS<double> method({x, y}, {.max_iter = 50, .max_eval = 10});
  int calls = 0;
  method.minimize(closure_of(
      method, [&] { return rosenbrock(x, y); }, &calls));
  BOOST_TEST(calls >= 10);
  BOOST_TEST(calls <= 10 + 25);  // the line search that is under way is finished; it has 25 steps at most
}

BOOST_AUTO_TEST_CASE(a_state_taken_over_goes_on_with_the_same_bits) {
  for (const bool line_search : {true, false}) {
    const Tensor<double> x(-1.2, true), y(1.0, true);
    Tensor<double> u(0.0, true), v(0.0, true);
    const optim::LBFGSOptions options{
        .lr = line_search ? 1 : 0.002, .max_iter = 2, .history_size = 3, .strong_wolfe = line_search};
    LBFGS<double> first({x, y}, options), second({u, v}, options);
    const auto closure = closure_of(first, [&] { return rosenbrock(x, y); });
    for (int t = 0; t < 4; ++t) first.minimize(closure);
    u.mutable_value() = x.value();
    v.mutable_value() = y.value();
    second.load_state(first.state());
    const auto other = closure_of(second, [&] { return rosenbrock(u, v); });
    for (int t = 0; t < 4; ++t) BOOST_TEST(first.minimize(closure) == second.minimize(other));
    BOOST_TEST(x.item() == u.item());
    BOOST_TEST(y.item() == v.item());
  }
}

BOOST_AUTO_TEST_CASE(a_start_that_is_not_finite_changes_nothing) {
  const Tensor<double> x(-1.0, true);
  LBFGS<double> method({x});
  const double loss = method.minimize(closure_of(method, [&] { return log(x); }));
  BOOST_TEST(std::isnan(loss));
  BOOST_TEST(x.item() == -1);
}

BOOST_AUTO_TEST_CASE(it_says_what_it_needs) {
  const Tensor<double> x(1.0, true);
  LBFGS<double> method({x}), wider({Tensor<double>(filled_array<double>({3}, 1), true)});
  BOOST_CHECK_EXCEPTION(method.step(1.0), ConfigError, says({"minimize()", "closure"}));
  BOOST_CHECK_EXCEPTION(method.momentum(0), ConfigError, says({"no momentum"}));
  BOOST_CHECK_EXCEPTION(LBFGS<double>({Tensor<double>(1.0)}), GraphError, says({"set_requires_grad"}));
  method.minimize(closure_of(method, [&] { return square(x); }));
  BOOST_CHECK_EXCEPTION(wider.load_state(method.state()), ConfigError, says({"1", "3"}));
  BOOST_CHECK_EXCEPTION(wider.load_state({}), ConfigError, says({"another optimizer"}));
}

BOOST_AUTO_TEST_SUITE_END()
