// The checks must catch what is wrong: operations with one deliberate mistake each.
#include <cmath>
#include <limits>

#include <boost/test/unit_test.hpp>

#include "xgrad/autograd/gradcheck.hpp"
#include "xgrad/autograd/operation.hpp"
#include "xgrad/autograd/ops/arithmetic.hpp"
#include "xgrad/autograd/ops/broadcast.hpp"
#include "xgrad/autograd/ops/elementwise.hpp"
#include "xgrad/autograd/ops/reduction.hpp"
#include "xgrad/tensor/error.hpp"

using namespace xgrad;

namespace {

// What the mistakes are made in: sin(x)·y, elementwise with broadcasting of y.
enum class Mistake {
  None,
  MissingTerm,
  WrongSign,
  MissingFactor,
  IgnoresGradient,
  WrongAxis,
  WrongShape,
  NotDifferentiable,
  SecondOrderOnly,
  WrongFused,
  WrongFormula,
  ChangesGradientInPlace,
  NaNGradient,
  NoGradient,
  NoDerivative,
  ThrowsInBackward,
  SmallError,
  WrongAboveZeroOnly,
};

template <Mistake mistake>
struct SinTimes {
  static constexpr const char* name = "sin_times";
  static constexpr unsigned saves = saves_all_inputs;

  template <class T>
  Array<T> forward(const Array<T>& x, const Array<T>& y) const {
    return Array<T>(xt::sin(x) * y);
  }

  template <class T>
  std::array<Tensor<T>, 2> backward(const Context<T>& c) const requires(mistake != Mistake::NoDerivative) {
    const Tensor<T> g = c.gradient(), x = c.input(0), y = c.input(1);
    Tensor<T> dx = g * cos(x) * y, dy = g * sin(x);
    switch (mistake) {
      case Mistake::MissingTerm: return {dx, Tensor<T>(filled_array<T>(dy.shape(), 0))};
      case Mistake::WrongSign: return {-dx, dy};
      case Mistake::MissingFactor: return {g * cos(x), dy};
      case Mistake::IgnoresGradient: return {cos(x) * y, dy};
      case Mistake::WrongAxis: return {dx, y.rank() == 1 ? sum(dy, {1}) : dy};
      case Mistake::WrongShape: return {sum(dx), dy};
      case Mistake::NotDifferentiable: return {Tensor<T>(Array<T>(dx.value())), dy};
      case Mistake::SecondOrderOnly: return {g * cos(x.detach()) * y, dy};
      case Mistake::WrongFormula: return {dx * 2, dy};
      case Mistake::ChangesGradientInPlace: return {scaled_in_place(g) * cos(x) * y / 2, dy};
      case Mistake::NaNGradient: return {dx * std::numeric_limits<T>::quiet_NaN(), dy};
      case Mistake::NoGradient: return {dx, Tensor<T>()};
      case Mistake::ThrowsInBackward: throw std::runtime_error("broke");
      case Mistake::SmallError: return {dx * (1 + T(1e-7)), dy};
      case Mistake::WrongAboveZeroOnly: return {dx * Tensor<T>(Array<T>(xt::where(x.value() > 1.9, T(1.1), T(1)))), dy};
      default: return {dx, dy};
    }
  }

  template <class T>
  std::array<Tensor<T>, 2> fused_backward(const Context<T>& c) const
      requires(mistake == Mistake::WrongFused || mistake == Mistake::WrongFormula) {
    const Tensor<T> g = c.gradient(), x = c.input(0), y = c.input(1);
    const Tensor<T> dx = g * cos(x) * y;
    return {mistake == Mistake::WrongFused ? dx * 2 : dx, g * sin(x)};
  }

 private:
  template <class T>
  static Tensor<T> scaled_in_place(Tensor<T> g) {
    g.mutable_value() *= 2;
    return g;
  }
};

template <Mistake mistake>
const auto sin_times = [](const auto& in) { return apply(SinTimes<mistake>{}, in[0], in[1]); };

Array<double> reference(const Sample::Arrays& in) { return Array<double>(xt::sin(in[0]) * in[1]); }

const std::vector<Array<double>> square_and_row{sample_values({3, 3}, -2, 2, 1), sample_values({3}, 0.5, 2, 2)};
const std::vector<Array<double>> same_shapes{sample_values({2, 3}, -2, 2, 1), sample_values({2, 3}, 0.5, 2, 2)};

template <Mistake mistake>
std::vector<std::string> failures(const std::vector<Array<double>>& inputs = square_and_row) {
  return check_operation({"sin_times", {sample("sample", inputs, sin_times<mistake>, reference)}});
}

bool any_mentions(const std::vector<std::string>& failures, const std::string& piece) {
  for (const std::string& failure : failures)
    if (failure.find(piece) != failure.npos) return true;
  for (const std::string& failure : failures) BOOST_TEST_MESSAGE(failure);
  return false;
}

template <Mistake mistake>
bool passes_first_order(const std::vector<Array<double>>& inputs = square_and_row) {
  return static_cast<bool>(gradcheck(sin_times<mistake>, inputs));
}

OperationInfo one_sample(Sample s) { return {"mutant", {std::move(s)}}; }

}  // namespace

BOOST_AUTO_TEST_SUITE(gradient_checks)

BOOST_AUTO_TEST_CASE(a_right_operation_passes_everything) {
  for (const auto& inputs : {square_and_row, same_shapes}) {
    BOOST_TEST(failures<Mistake::None>(inputs).empty());
    const GradcheckResult first = gradcheck(sin_times<Mistake::None>, inputs),
                          second = gradgradcheck(sin_times<Mistake::None>, inputs);
    BOOST_TEST(first.passed, first.message);
    BOOST_TEST(second.passed, second.message);
    BOOST_TEST(first.worst_error < 1e-10);
    BOOST_TEST(first.message.empty());
  }
}

BOOST_AUTO_TEST_CASE(wrong_first_derivatives_are_caught) {
  BOOST_TEST(!passes_first_order<Mistake::MissingTerm>());
  BOOST_TEST(!passes_first_order<Mistake::WrongSign>());
  BOOST_TEST(!passes_first_order<Mistake::MissingFactor>());
  BOOST_TEST(!passes_first_order<Mistake::IgnoresGradient>());
  BOOST_TEST(!passes_first_order<Mistake::NoGradient>());
  BOOST_TEST(!passes_first_order<Mistake::SmallError>());
  BOOST_TEST(!passes_first_order<Mistake::WrongFused>());
  BOOST_TEST(any_mentions(failures<Mistake::WrongSign>(), "d output["));
  BOOST_TEST(any_mentions(failures<Mistake::NoGradient>(), "finite difference"));
}

BOOST_AUTO_TEST_CASE(a_gradient_summed_over_the_wrong_axis_is_caught_although_its_shape_fits) {
  BOOST_TEST(passes_first_order<Mistake::WrongAxis>(same_shapes));
  BOOST_TEST(!passes_first_order<Mistake::WrongAxis>(square_and_row));
}

BOOST_AUTO_TEST_CASE(a_gradient_of_the_wrong_shape_is_caught) {
  BOOST_CHECK_THROW(gradcheck(sin_times<Mistake::WrongShape>, square_and_row), ShapeError);
  BOOST_TEST(any_mentions(failures<Mistake::WrongShape>(), "the gradient of input 0 has shape () but the input has (3, 3)"));
}

BOOST_AUTO_TEST_CASE(errors_of_the_second_order_alone_are_caught) {
  BOOST_TEST(passes_first_order<Mistake::NotDifferentiable>());
  BOOST_TEST(passes_first_order<Mistake::SecondOrderOnly>());
  for (const TensorFunction& f :
       {TensorFunction(sin_times<Mistake::NotDifferentiable>), TensorFunction(sin_times<Mistake::SecondOrderOnly>)}) {
    const GradcheckResult second = gradgradcheck(f, square_and_row);
    BOOST_TEST(!second.passed);
    BOOST_TEST(second.message.find("second order") != std::string::npos);
  }
  BOOST_TEST(any_mentions(failures<Mistake::SecondOrderOnly>(), "second order"));
}

BOOST_AUTO_TEST_CASE(a_fused_kernel_and_a_formula_that_differ_are_caught) {
  BOOST_TEST(any_mentions(failures<Mistake::WrongFused>(), "fused gradient"));
  BOOST_TEST(passes_first_order<Mistake::WrongFormula>());  // the fused kernel is right
  BOOST_TEST(any_mentions(failures<Mistake::WrongFormula>(), "fused gradient"));
}

BOOST_AUTO_TEST_CASE(a_derivative_that_changes_its_gradient_in_place_is_caught) {
  BOOST_TEST(!failures<Mistake::ChangesGradientInPlace>().empty());
}

BOOST_AUTO_TEST_CASE(gradients_that_are_nan_are_caught) {
  const GradcheckResult result = gradcheck(sin_times<Mistake::NaNGradient>, square_and_row);
  BOOST_TEST(!result.passed);
  BOOST_TEST(result.message.find("nan") != std::string::npos);
  BOOST_TEST(!failures<Mistake::NaNGradient>().empty());
}

BOOST_AUTO_TEST_CASE(operations_without_a_derivative_and_exceptions_are_reported) {
  BOOST_TEST(any_mentions(failures<Mistake::NoDerivative>(), "'sin_times' has no derivative"));
  BOOST_TEST(any_mentions(failures<Mistake::ThrowsInBackward>(), "threw: broke"));
}

BOOST_AUTO_TEST_CASE(an_operation_without_a_derivative_may_have_samples_of_order_0) {
  BOOST_TEST(check_operation(one_sample(sample("s", square_and_row, sin_times<Mistake::NoDerivative>, reference, 0))).empty());
}

BOOST_AUTO_TEST_CASE(a_mistake_in_a_part_of_the_range_is_caught_where_the_sample_looks) {
  BOOST_TEST(passes_first_order<Mistake::WrongAboveZeroOnly>({sample_values({3, 3}, -1, 1), square_and_row[1]}));
  BOOST_TEST(!passes_first_order<Mistake::WrongAboveZeroOnly>({sample_values({3, 3}, 1.95, 2), square_and_row[1]}));
}

BOOST_AUTO_TEST_CASE(one_wrong_element_among_thousands_is_caught_by_projections) {
  const std::vector<Array<double>> large{sample_values({70, 70}, -1, 1, 3), sample_values({70}, 0.5, 2, 4)};
  BOOST_TEST(passes_first_order<Mistake::None>(large));
  std::vector<Array<double>> touched = large;
  touched[0](3, 5) = 1.95;  // the only one above 1.9
  const GradcheckResult result = gradcheck(sin_times<Mistake::WrongAboveZeroOnly>, touched);
  BOOST_TEST(!result.passed);
  BOOST_TEST(result.message.find("random projection") != std::string::npos);
  BOOST_TEST(static_cast<bool>(gradgradcheck(sin_times<Mistake::None>, large)));
  BOOST_TEST(!gradgradcheck(sin_times<Mistake::SecondOrderOnly>, large));
}

BOOST_AUTO_TEST_CASE(a_wrong_value_is_caught) {
  const auto wrong = [](const Sample::Arrays& in) { return Array<double>(xt::cos(in[0]) * in[1]); };
  BOOST_TEST(any_mentions(check_operation(one_sample(sample("s", same_shapes, sin_times<Mistake::None>, wrong))), "value[0]"));
  const auto transposed = [](const Sample::Arrays&) { return filled_array<double>({3, 2}, 0); };
  BOOST_TEST(any_mentions(check_operation(one_sample(sample("s", same_shapes, sin_times<Mistake::None>, transposed))),
                          "value has shape (2, 3), expected (3, 2)"));
}

BOOST_AUTO_TEST_CASE(a_float_instance_that_differs_from_the_double_one_is_caught) {
  Sample s = sample("s", same_shapes, sin_times<Mistake::None>, reference);
  s.call_float = [](const std::vector<Tensor<float>>& in) { return sin(in[0]) * in[1] + 0.01f; };
  BOOST_TEST(any_mentions(check_operation(one_sample(s)), "float value"));
  s.call_float = sin_times<Mistake::WrongSign>;
  BOOST_TEST(any_mentions(check_operation(one_sample(s)), "float gradient"));
  s.call_float = sin_times<Mistake::NoGradient>;
  BOOST_TEST(any_mentions(check_operation(one_sample(s)), "float gradient"));
}

BOOST_AUTO_TEST_CASE(a_mistake_that_shows_with_the_same_input_twice_is_caught) {
  const auto f = [](const auto& in) {
    const auto product = in[0] * in[1];
    return in[0].node() && in[0].node() == in[1].node() ? product.detach() + product * 0 : product;
  };
  BOOST_TEST(static_cast<bool>(gradcheck(f, same_shapes)));
  BOOST_TEST(any_mentions(check_operation(one_sample(sample("s", same_shapes, f))), "same input twice"));
  OperationInfo excused = one_sample(sample("s", same_shapes, f));
  excused.kink_at_equal_inputs = true;
  BOOST_TEST(check_operation(excused).empty());
}

BOOST_AUTO_TEST_CASE(special_values_are_compared_with_nan_equal_to_nan) {
  const double infinite = std::numeric_limits<double>::infinity();
  const Array<double> x{0, infinite, -infinite};
  const auto call = [](const Tensor<double>& in) { return exp(in); };
  OperationInfo info = one_sample(sample("s", {sample_values({2})}, [](const auto& in) { return exp(in[0]); }));
  info.special_values = {{"ends", call, x, {1, infinite, 0}, {1, infinite, 0}}};
  BOOST_TEST(check_operation(info).empty());
  info.special_values = {{"ends", call, x, {1, infinite, 0.5}, {1, infinite, 0}}};
  BOOST_TEST(any_mentions(check_operation(info), "[ends]: value[2]"));
  info.special_values = {{"ends", call, x, {1, infinite, 0}, {1, -infinite, 0}}};
  BOOST_TEST(any_mentions(check_operation(info), "[ends]: gradient[1]"));
  info.special_values = {{"nan", call, {std::nan("")}, {std::nan("")}, {0}}};
  BOOST_TEST(any_mentions(check_operation(info), "[nan]: gradient[0] is nan"));
  info.special_values = {{"value only", call, x, {1, infinite, 0}, {}}};
  BOOST_TEST(check_operation(info).empty());
}

BOOST_AUTO_TEST_CASE(bad_inputs_must_throw_an_error_of_xgrad_with_what_matters_in_its_text) {
  OperationInfo info = one_sample(sample("s", {sample_values({2})}, [](const auto& in) { return exp(in[0]); }));
  info.bad_inputs = {{"fine", [] { throw ShapeError("op: shapes (2, 3) and (4,)"); }, {"op", "(2, 3)", "(4,)"}}};
  BOOST_TEST(check_operation(info).empty());
  info.bad_inputs = {{"no throw", [] {}, {}}};
  BOOST_TEST(any_mentions(check_operation(info), "[no throw]: did not throw"));
  info.bad_inputs = {{"foreign", [] { throw std::out_of_range("op"); }, {}}};
  BOOST_TEST(any_mentions(check_operation(info), "something other than xgrad::Error"));
  info.bad_inputs = {{"vague", [] { throw ShapeError("bad shape"); }, {"(2, 3)"}}};
  BOOST_TEST(any_mentions(check_operation(info), "does not mention \"(2, 3)\""));
}

BOOST_AUTO_TEST_CASE(an_operation_without_samples_is_not_passed) {
  BOOST_TEST(any_mentions(check_operation({"empty", {}}), "nothing of it is checked"));
}

BOOST_AUTO_TEST_CASE(options_decide_the_tolerance_and_when_projections_begin) {
  BOOST_TEST(static_cast<bool>(gradcheck(sin_times<Mistake::SmallError>, square_and_row, {.tolerance = 1e-6})));
  const GradcheckResult projected = gradcheck(sin_times<Mistake::WrongSign>, square_and_row, {.largest_jacobian = 0});
  BOOST_TEST(projected.message.find("random projection") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_function_that_does_not_depend_on_its_inputs_has_a_gradient_of_zero) {
  const TensorFunction constant = [](const std::vector<Tensor<double>>&) { return Tensor<double>{1, 2}; };
  BOOST_TEST(static_cast<bool>(gradcheck(constant, square_and_row)));
  BOOST_TEST(static_cast<bool>(gradgradcheck(constant, square_and_row)));
  // A dependence that the graph does not know of is an error.
  const TensorFunction cut = [](const std::vector<Tensor<double>>& in) { return in[0].detach() * 2; };
  BOOST_TEST(!gradcheck(cut, square_and_row));
}

BOOST_AUTO_TEST_SUITE_END()
