#include <limits>

#include <boost/test/unit_test.hpp>

#include "autograd/custom_operations.hpp"
#include "xgrad/autograd/ops/arithmetic.hpp"
#include "xgrad/autograd/ops/elementwise.hpp"
#include "xgrad/autograd/ops/reduction.hpp"
#include "xgrad/tensor/error.hpp"

using namespace xgrad;

namespace {

auto says(std::vector<std::string> pieces) {
  return [pieces](const NumericError& e) {
    for (const std::string& piece : pieces)
      if (std::string(e.what()).find(piece) == std::string::npos) {
        BOOST_TEST_MESSAGE(e.what());
        return false;
      }
    return true;
  };
}

}  // namespace

BOOST_AUTO_TEST_SUITE(anomaly)

BOOST_AUTO_TEST_CASE(the_first_operation_forward_that_is_not_finite_is_named_with_shape_and_place) {
  const DetectAnomaly detect;
  const Tensor<double> x{{1, 2, 3}, {4, 0, 6}};
  BOOST_CHECK_EXCEPTION(log(x), NumericError, says({"forward", "'log'", "-inf", "(1, 1)", "(2, 3)"}));
  BOOST_CHECK_EXCEPTION(x / x, NumericError, says({"forward", "'div'", "nan", "(1, 1)", "(2, 3)"}));
  BOOST_CHECK_EXCEPTION(exp(Tensor<float>(100.f)), NumericError, says({"'exp'", "inf", "()"}));
}

BOOST_AUTO_TEST_CASE(the_first_operation_backward_that_is_not_finite_is_named) {
  const Tensor<double> x{1, 0, 4};
  const Tensor<double> leaf = Tensor<double>(x).set_requires_grad();
  const Tensor<double> y = sum(sqrt(leaf));
  const DetectAnomaly detect;
  BOOST_CHECK_EXCEPTION(y.backward({.retain_graph = true}), NumericError, says({"backward", "'sqrt'", "inf", "(1,)", "(3,)"}));
  BOOST_TEST(!leaf.grad().defined());
  BOOST_CHECK_THROW(grad(y, leaf), NumericError);
}

BOOST_AUTO_TEST_CASE(it_is_found_where_it_begins_and_not_where_it_ends) {
  const Tensor<double> x(0.0, true);
  const Tensor<double> y = sqrt(x * 3) * 2 + 1;  // the infinite slope of the root meets the others on its way down
  const DetectAnomaly detect;
  BOOST_CHECK_EXCEPTION(y.backward(), NumericError, says({"'sqrt'"}));
}

BOOST_AUTO_TEST_CASE(every_output_of_an_operation_is_looked_at) {
  const DetectAnomaly detect;
  BOOST_CHECK_EXCEPTION(test::powers_of(Tensor<double>(1e200)), NumericError, says({"'powers_of'", "inf"}));
}

BOOST_AUTO_TEST_CASE(second_derivatives_are_looked_at_too) {
  const Tensor<double> x(0.0, true);
  const Tensor<double> y = x * sqrt(x + 0.0);
  const DetectAnomaly detect;
  BOOST_CHECK_THROW(grad(y, x, {.create_graph = true}), NumericError);
}

BOOST_AUTO_TEST_CASE(without_it_values_that_are_not_finite_pass) {
  const Tensor<double> x(0.0, true);
  sqrt(x).backward();
  BOOST_TEST(x.grad().item() == std::numeric_limits<double>::infinity());
}

BOOST_AUTO_TEST_CASE(it_ends_with_its_scope_and_can_be_switched_off_inside) {
  const Tensor<double> zero(0.0);
  {
    const DetectAnomaly detect;
    {
      const DetectAnomaly off(false);
      log(zero);
    }
    BOOST_CHECK_THROW(log(zero), NumericError);
  }
  log(zero);
}

BOOST_AUTO_TEST_SUITE_END()
