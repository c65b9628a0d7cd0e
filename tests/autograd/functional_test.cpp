#include "xgrad/autograd/functional.hpp"

#include <cmath>

#include <boost/test/unit_test.hpp>

#include "autograd/custom_operations.hpp"
#include "xgrad/autograd/gradcheck.hpp"
#include "xgrad/autograd/ops/activation.hpp"
#include "xgrad/autograd/ops/arithmetic.hpp"
#include "xgrad/autograd/ops/broadcast.hpp"
#include "xgrad/autograd/ops/elementwise.hpp"
#include "xgrad/autograd/ops/matmul.hpp"
#include "xgrad/autograd/ops/reduction.hpp"
#include "xgrad/tensor/error.hpp"

using namespace xgrad;

namespace {

using Tensors = std::vector<Tensor<double>>;

std::vector<double> elements(const Tensor<double>& x) { return {x.data(), x.data() + x.size()}; }

void check_close(const Tensor<double>& got, const Shape& shape, const std::vector<double>& expected) {
  BOOST_TEST_REQUIRE((got.shape() == shape), to_string(got.shape()) << " instead of " << to_string(shape));
  for (std::size_t i = 0; i < expected.size(); ++i)
    BOOST_TEST(std::abs(got.data()[i] - expected[i]) <= 1e-13 * (1 + std::abs(expected[i])),
               i << ": " << got.data()[i] << " instead of " << expected[i]);
}

// (x₀·x₁, x₁², exp x₀): R² → R³.
const auto three_of_two = [](const auto& x) {
  using T = typename std::decay_t<decltype(x)>::value_type;
  const Tensor<T> pick_0{1, 0}, pick_1{0, 1};
  const Tensor<T> a = sum(x * pick_0), b = sum(x * pick_1);
  return a * b * Tensor<T>{1, 0, 0} + b * b * Tensor<T>{0, 1, 0} + exp(a) * Tensor<T>{0, 0, 1};
};

// Σ a³·b, of two inputs.
const auto cubic = [](const auto& in) { return sum(in[0] * in[0] * in[0] * in[1]); };

void demand_pass(const GradcheckResult& result) { BOOST_TEST(result.passed, result.message); }

}  // namespace

BOOST_AUTO_TEST_SUITE(functional)

BOOST_AUTO_TEST_CASE(vjp_weighs_the_rows_of_the_jacobian) {
  const Tensor<double> x{2, 3}, v{1, 10, 100};
  const auto [y, g] = vjp(three_of_two, x, v);
  check_close(y, {3}, {6, 9, std::exp(2.0)});
  check_close(g, {2}, {3 + 100 * std::exp(2.0), 2 + 60});
  BOOST_TEST(!y.requires_grad());
  BOOST_TEST(!g.requires_grad());
}

BOOST_AUTO_TEST_CASE(jvp_weighs_the_columns_of_the_jacobian) {
  const Tensor<double> x{2, 3}, t{1, 10};
  const auto [y, product] = jvp(three_of_two, x, t);
  check_close(y, {3}, {6, 9, std::exp(2.0)});
  check_close(product, {3}, {3 + 20, 60, std::exp(2.0)});
  BOOST_TEST(!product.requires_grad());
}

BOOST_AUTO_TEST_CASE(jvp_of_several_inputs_adds_their_parts) {
  const Tensors x{Tensor<double>{1, 2}, Tensor<double>{3, 5}};
  const auto [y, product] =
      jvp([](const auto& in) { return in[0] * in[1]; }, x, Tensors{Tensor<double>{1, 1}, Tensor<double>{10, 100}});
  check_close(product, {2}, {3 + 10, 5 + 200});
}

BOOST_AUTO_TEST_CASE(jvp_equals_the_finite_difference_along_the_tangent) {
  const Tensor<double> x(sample_values({3, 4}, -1, 1, 1)), t(sample_values({3, 4}, -1, 1, 2));
  const auto f = [](const Tensor<double>& in) {
    return matmul(tanh(in), exp(Tensor<double>(sample_values({4, 2}, -1, 1, 3))));
  };
  const Tensor<double> product = jvp(f, x, t).second;
  const double h = 1e-3;
  const Tensor<double> up1 = f(x + t * h), down1 = f(x - t * h), up2 = f(x + t * (2 * h)), down2 = f(x - t * (2 * h));
  for (std::size_t i = 0; i < product.size(); ++i) {
    const double difference = (down2.data()[i] - 8 * down1.data()[i] + 8 * up1.data()[i] - up2.data()[i]) / (12 * h);
    // The stencil errs by h⁴/30·|f⁽⁵⁾| + 1.5·ε·|f|/h, some 1e-12.
    BOOST_TEST(std::abs(product.data()[i] - difference) < 1e-10);
  }
}

BOOST_AUTO_TEST_CASE(value_and_grad_gives_both_for_every_input) {
  const Tensors x{Tensor<double>{1, 2}, Tensor<double>{3, 5}};
  const auto [y, g] = value_and_grad(cubic, x);
  BOOST_TEST(y.item() == 43.0);
  check_close(g[0], {2}, {9, 60});
  check_close(g[1], {2}, {1, 8});
  const auto [value, slope] = value_and_grad([](const auto& in) { return sum(in * in); }, x[0]);
  BOOST_TEST(value.item() == 5.0);
  check_close(slope, {2}, {2, 4});
}

BOOST_AUTO_TEST_CASE(hvp_is_the_hessian_times_the_vector) {
  const Tensors x{Tensor<double>{1, 2}, Tensor<double>{3, 5}}, v{Tensor<double>{1, 10}, Tensor<double>{100, 1000}};
  const auto [y, product] = hvp(cubic, x, v);
  BOOST_TEST(y.item() == 43.0);
  check_close(product[0], {2}, {6 * 1 * 3 * 1 + 3 * 100, 6 * 2 * 5 * 10 + 3 * 4 * 1000});  // 6ab·v₀ + 3a²·v₁
  check_close(product[1], {2}, {3 * 1, 3 * 4 * 10});                                       // 3a²·v₀
  check_close(hvp([](const auto& in) { return sum(exp(in)); }, Tensor<double>{0, 1}, Tensor<double>{2, 3}).second, {2},
              {2, 3 * std::exp(1.0)});
}

BOOST_AUTO_TEST_CASE(jacobian_has_the_shape_of_the_output_followed_by_that_of_the_input) {
  check_close(jacobian(three_of_two, Tensor<double>{2, 3}), {3, 2}, {3, 2, 0, 6, std::exp(2.0), 0});
  const Tensor<double> x(sample_values({2, 3}));
  const Tensor<double> j = jacobian([](const auto& in) { return sum(in, {1}, true) * Tensor<double>{1, 2, 3, 4}; }, x);
  BOOST_TEST_REQUIRE((j.shape() == Shape{2, 4, 2, 3}));
  for (std::size_t i = 0; i < 2; ++i)
    for (std::size_t k = 0; k < 4; ++k)
      for (std::size_t l = 0; l < 2; ++l)
        for (std::size_t m = 0; m < 3; ++m)
          BOOST_TEST(j.data()[((i * 4 + k) * 2 + l) * 3 + m] == (i == l ? static_cast<double>(k + 1) : 0.0));
}

BOOST_AUTO_TEST_CASE(jacobian_of_a_list_gives_one_for_each_input) {
  const Tensors x{Tensor<double>{1, 2}, Tensor<double>(3.0)};
  const std::vector<Tensor<double>> j = jacobian([](const auto& in) { return in[0] * in[1]; }, x);
  check_close(j[0], {2, 2}, {3, 0, 0, 3});
  check_close(j[1], {2}, {1, 2});
}

BOOST_AUTO_TEST_CASE(rows_of_the_jacobian_are_vjps_and_columns_are_jvps) {
  const Tensor<double> x(sample_values({2, 3}, -1, 1, 4)), w(sample_values({3, 2}, -1, 1, 5));
  const auto f = [&](const Tensor<double>& in) { return tanh(matmul(in, w)); };
  const Tensor<double> j = jacobian(f, x);
  for (std::size_t row = 0; row < 4; ++row) {
    Array<double> unit = filled_array<double>({2, 2}, 0);
    unit.data()[row] = 1;
    check_close(vjp(f, x, Tensor<double>(unit)).second, {2, 3}, {j.data() + row * 6, j.data() + row * 6 + 6});
  }
  for (std::size_t column = 0; column < 6; ++column) {
    Array<double> unit = filled_array<double>({2, 3}, 0);
    unit.data()[column] = 1;
    std::vector<double> expected;
    for (std::size_t row = 0; row < 4; ++row) expected.push_back(j.data()[row * 6 + column]);
    check_close(jvp(f, x, Tensor<double>(unit)).second, {2, 2}, expected);
  }
}

BOOST_AUTO_TEST_CASE(hessian_has_a_block_for_each_pair_of_inputs) {
  const Tensors x{Tensor<double>{1, 2}, Tensor<double>{3, 5}};
  const auto h = hessian(cubic, x);
  check_close(h[0][0], {2, 2}, {18, 0, 0, 60});
  check_close(h[0][1], {2, 2}, {3, 0, 0, 12});
  check_close(h[1][0], {2, 2}, {3, 0, 0, 12});
  check_close(h[1][1], {2, 2}, {0, 0, 0, 0});
}

BOOST_AUTO_TEST_CASE(hessian_of_a_quadratic_form_is_its_matrix) {
  const Tensor<double> a{{2, 1, 0}, {1, 3, -1}, {0, -1, 4}};
  const auto form = [&](const Tensor<double>& x) { return 0.5 * sum(x * matmul(a, x)); };
  check_close(hessian(form, Tensor<double>{5, -7, 11}), {3, 3}, elements(a));
  const Tensor<double> matrix(sample_values({2, 2}));
  BOOST_TEST((hessian([](const auto& x) { return sum(x * x * x); }, matrix).shape() == Shape{2, 2, 2, 2}));
}

BOOST_AUTO_TEST_CASE(what_the_result_does_not_depend_on_has_derivatives_of_zero) {
  const Tensors x{Tensor<double>{1, 2}, Tensor<double>{3}};
  const auto first_only = [](const auto& in) { return in[0] * 2; };
  const auto constant = [](const auto&) { return Tensor<double>{7, 8}; };
  check_close(vjp(first_only, x, x[0]).second[1], {1}, {0});
  check_close(jacobian(first_only, x)[1], {2, 1}, {0, 0});
  check_close(jacobian(constant, x)[0], {2, 2}, {0, 0, 0, 0});
  check_close(jvp(constant, x, x).second, {2}, {0, 0});
  check_close(vjp(constant, x, x[0]).second[0], {2}, {0, 0});
  const auto linear = [](const auto& in) { return sum(in[0]) * 3; };
  check_close(hvp(linear, x, x).second[0], {2}, {0, 0});
  check_close(hessian(linear, x)[0][0], {2, 2}, {0, 0, 0, 0});
  check_close(hessian(linear, x)[0][1], {2, 1}, {0, 0});
}

BOOST_AUTO_TEST_CASE(empty_inputs_and_outputs_have_empty_jacobians) {
  const auto f = [](const auto& x) { return x * 2; };
  BOOST_TEST((jacobian(f, Tensor<double>(empty_array<double>({0, 2}))).shape() == Shape{0, 2, 0, 2}));
  BOOST_TEST(
      (jacobian([](const auto& x) { return sum(x); }, Tensor<double>(empty_array<double>({0, 2}))).shape() == Shape{0, 2}));
}

BOOST_AUTO_TEST_CASE(the_same_tensor_as_two_inputs_has_two_derivatives) {
  const auto f = [](const auto& in) { return in[0] * in[0] * in[1]; };
  for (const bool create_graph : {false, true}) {
    const Tensor<double> x(3.0, true);
    const auto [y, g] = vjp(f, Tensors{x, x}, Tensor<double>(1.0), {.create_graph = create_graph});
    BOOST_TEST(g[0].item() == 18.0);
    BOOST_TEST(g[1].item() == 9.0);
    if (create_graph) BOOST_TEST(grad(g[0], x).item() == 12.0);  // 2x² of one variable
  }
}

BOOST_AUTO_TEST_CASE(nothing_is_written_and_the_mode_of_the_caller_does_not_matter) {
  Tensor<double> x(3.0, true), w(2.0, true);
  NoGrad guard;
  const auto f = [&](const auto& in) { return in * in * w; };
  BOOST_TEST(value_and_grad(f, x).second.item() == 12.0);
  BOOST_TEST(hessian(f, x).item() == 4.0);
  BOOST_TEST(!x.grad().defined());
  BOOST_TEST(!w.grad().defined());
  BOOST_TEST(!grad_enabled());
}

BOOST_AUTO_TEST_CASE(with_create_graph_gradients_flow_to_what_the_function_captures) {
  Tensor<double> w(2.0, true);
  const auto f = [&](const auto& in) { return w * w * in * in * in; };
  const Tensor<double> x(3.0);
  BOOST_TEST(grad(vjp(f, x, Tensor<double>(1.0), {.create_graph = true}).second, w).item() == 2 * 2 * 27.0);
  BOOST_TEST(grad(jvp(f, x, Tensor<double>(10.0), {.create_graph = true}).second, w).item() == 2 * 2 * 27.0 * 10);
  BOOST_TEST(grad(hvp(f, x, Tensor<double>(10.0), {.create_graph = true}).second, w).item() == 2 * 2 * 18.0 * 10);
  BOOST_TEST(grad(jacobian(f, x, {.create_graph = true}), w).item() == 2 * 2 * 27.0);
  BOOST_TEST(grad(hessian(f, x, {.create_graph = true}), w).item() == 2 * 2 * 18.0);
  BOOST_TEST(grad(value_and_grad(f, x, {.create_graph = true}).first, w).item() == 4 * 27.0);
}

BOOST_AUTO_TEST_CASE(with_create_graph_every_result_can_be_differentiated) {
  const auto f = [](const auto& in) { return tanh(in[0]) * exp(in[1]) * in[0]; };
  const auto scalar = [f](const auto& in) { return sum(f(in)); };
  const FunctionalOptions recorded{.create_graph = true};
  const std::vector<Array<double>> inputs{sample_values({3}, -1, 1, 1), sample_values({3}, -1, 1, 2),
                                          sample_values({3}, -1, 1, 3), sample_values({3}, -1, 1, 4)};
  const auto xs = [](const Tensors& in) { return Tensors{in[0], in[1]}; };
  const auto vs = [](const Tensors& in) { return Tensors{in[2], in[3]}; };
  demand_pass(gradcheck([&](const Tensors& in) { return vjp(f, xs(in), in[2], recorded).second[0]; }, inputs));
  demand_pass(gradcheck([&](const Tensors& in) { return vjp(f, xs(in), in[2], recorded).first; }, inputs));
  demand_pass(gradcheck([&](const Tensors& in) { return jvp(f, xs(in), vs(in), recorded).second; }, inputs));
  demand_pass(gradcheck([&](const Tensors& in) { return value_and_grad(scalar, xs(in), recorded).second[1]; }, inputs));
  demand_pass(gradcheck([&](const Tensors& in) { return hvp(scalar, xs(in), vs(in), recorded).second[0]; }, inputs));
  demand_pass(gradcheck([&](const Tensors& in) { return jacobian(f, xs(in), recorded)[1]; }, inputs));
  demand_pass(gradcheck([&](const Tensors& in) { return hessian(scalar, xs(in), recorded)[0][1]; }, inputs));
  demand_pass(gradgradcheck([&](const Tensors& in) { return vjp(f, xs(in), in[2], recorded).second[0]; }, inputs));
}

BOOST_AUTO_TEST_CASE(transforms_nest) {
  // The third derivative of x⁵ as the gradient of a Hessian.
  const auto power = [](const auto& x) { return x * x * x * x * x; };
  const auto second = [&](const auto& x) { return hessian(power, x, {.create_graph = true}); };
  BOOST_TEST(value_and_grad(second, Tensor<double>(2.0)).second.item() == 60 * 4.0);
  BOOST_TEST(jvp(second, Tensor<double>(2.0), Tensor<double>(3.0)).second.item() == 60 * 4.0 * 3);
}

BOOST_AUTO_TEST_CASE(jvp_asks_for_no_derivative_of_what_the_vector_does_not_pass) {
  // The derivative of w has none itself, but the product with a tangent of x does not need it.
  const Tensor<double> w(2.5);
  const auto f = [&](const auto& x) { return x * test::floor_without_derivative(w); };
  BOOST_TEST(jvp(f, Tensor<double>(1.0), Tensor<double>(1.0)).second.item() == 2.0);
  BOOST_CHECK_THROW(jvp([](const auto& x) { return test::floor_without_derivative(x); }, w, w), GraphError);
}

BOOST_AUTO_TEST_CASE(shapes_that_do_not_fit_are_told) {
  const auto mentions = [](std::vector<std::string> pieces) {
    return [pieces](const ShapeError& e) {
      for (const std::string& piece : pieces)
        if (std::string(e.what()).find(piece) == std::string::npos) return false;
      return true;
    };
  };
  const auto f = [](const auto& x) { return x * 2; };
  const auto list = [](const auto& x) { return x[0] * 2; };
  const Tensor<double> x{1, 2, 3}, two{1, 2};
  BOOST_CHECK_EXCEPTION(vjp(f, x, two), ShapeError, mentions({"vjp", "(2,)", "(3,)"}));
  BOOST_CHECK_EXCEPTION(jvp(f, x, two), ShapeError, mentions({"jvp", "(2,)", "(3,)"}));
  BOOST_CHECK_EXCEPTION(hvp([](const auto& y) { return sum(y); }, x, two), ShapeError, mentions({"hvp", "(2,)", "(3,)"}));
  BOOST_CHECK_EXCEPTION(jvp(list, Tensors{x}, Tensors{x, x}), ShapeError, mentions({"2 tangent", "1 input"}));
  BOOST_CHECK_EXCEPTION(value_and_grad(f, x), ShapeError, mentions({"value_and_grad", "(3,)", "one element"}));
  BOOST_CHECK_EXCEPTION(hessian(f, x), ShapeError, mentions({"hessian", "(3,)", "one element"}));
  BOOST_CHECK_EXCEPTION(hvp(f, x, x), ShapeError, mentions({"hvp", "(3,)", "one element"}));
}

BOOST_AUTO_TEST_CASE(they_work_in_float_too) {
  const Tensor<float> x{2, 3};
  const Tensor<float> j = jacobian(three_of_two, x);
  BOOST_TEST((j.shape() == Shape{3, 2}));
  BOOST_TEST(j.data()[3] == 6.0f);
  BOOST_TEST(hessian([](const auto& in) { return sum(in * in * in); }, x).data()[0] == 12.0f);
  BOOST_TEST(jvp(three_of_two, x, x).second.data()[0] == 12.0f);
  BOOST_TEST(hvp([](const auto& in) { return sum(in * in); }, x, x).second.data()[1] == 6.0f);
}

BOOST_AUTO_TEST_SUITE_END()
