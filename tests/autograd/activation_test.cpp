#include "xgrad/autograd/ops/activation.hpp"

#include <cmath>
#include <cstring>
#include <functional>
#include <limits>
#include <map>
#include <string>

#include <boost/test/unit_test.hpp>

#include "xgrad/autograd/operation_info.hpp"
#include "xgrad/autograd/ops/arithmetic.hpp"
#include "xgrad/tensor/parallel.hpp"

using namespace xgrad;

namespace {

template <class T>
using Functions = std::map<std::string, std::function<Tensor<T>(const Tensor<T>&)>>;

template <class T>
Functions<T> activations() {
  return {{"tanh", [](const auto& x) { return tanh(x); }},
          {"sigmoid", [](const auto& x) { return sigmoid(x); }},
          {"log_sigmoid", [](const auto& x) { return log_sigmoid(x); }},
          {"relu", [](const auto& x) { return relu(x); }},
          {"leaky_relu", [](const auto& x) { return leaky_relu(x); }},
          {"elu", [](const auto& x) { return elu(x); }},
          {"gelu", [](const auto& x) { return gelu(x); }},
          {"gelu, tanh form", [](const auto& x) { return gelu(x, GeluForm::Tanh); }},
          {"silu", [](const auto& x) { return silu(x); }},
          {"softplus", [](const auto& x) { return softplus(x); }}};
}

template <class T>
T value_at(const std::string& name, T x) {
  return activations<T>().at(name)(Tensor<T>(x)).item();
}

template <class T>
T gradient_at(const std::string& name, T at, bool by_formula = false) {
  Tensor<T> x(at, true);
  return grad(activations<T>().at(name)(x), x, {.create_graph = by_formula}).item();
}

template <class T>
bool is_near(T got, double expected, double units) {
  return std::abs(static_cast<double>(got) - expected) <= units * std::numeric_limits<T>::epsilon() * std::abs(expected);
}

bool same_bits(const Tensor<float>& a, const Tensor<float>& b) {
  return a.shape() == b.shape() && std::memcmp(a.data(), b.data(), a.size() * sizeof(float)) == 0;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(activation)

BOOST_AUTO_TEST_CASE(values_and_gradients_are_the_same_for_one_thread_and_four) {
  const Array<float> x(xt::cast<float>(sample_values({3, 100'003}, -6, 6)));
  const Tensor<float> seed(Array<float>(xt::cast<float>(sample_values({3, 100'003}, -1, 1, 2))));
  for (const auto& [name, f] : activations<float>()) {
    const auto run = [&, &call = f](std::size_t threads) {
      set_thread_count(threads);
      Tensor<float> leaf(Array<float>(x), true);
      const Tensor<float> y = call(leaf);
      y.backward(seed);
      set_thread_count(1);
      return std::pair(y, leaf.grad());
    };
    const auto [value, gradient] = run(1);
    const auto [value_4, gradient_4] = run(4);
    BOOST_TEST_CONTEXT(name) {
      BOOST_TEST(same_bits(value, value_4));
      BOOST_TEST(same_bits(gradient, gradient_4));
    }
  }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(saturated_functions_neither_overflow_nor_vanish_too_early, T,
                              decltype(std::tuple<float, double>())) {
  BOOST_TEST(value_at<T>("softplus", 1000) == 1000);
  BOOST_TEST(value_at<T>("softplus", -1000) == 0);
  BOOST_TEST(value_at<T>("log_sigmoid", -1000) == -1000);
  BOOST_TEST(value_at<T>("log_sigmoid", 1000) == 0);
  BOOST_TEST(value_at<T>("sigmoid", 1000) == 1);
  BOOST_TEST(value_at<T>("sigmoid", -1000) == 0);
  BOOST_TEST(value_at<T>("silu", -1000) == 0);
  // Far out, but not so far that the result is 0: e^(−40), −e^(−40), and no threshold from which softplus(x) is x.
  BOOST_TEST(is_near(value_at<T>("softplus", -40), std::exp(-40), 2));
  BOOST_TEST(is_near(value_at<T>("log_sigmoid", 40), -std::exp(-40), 2));
  BOOST_TEST(is_near(value_at<T>("sigmoid", -40), std::exp(-40), 2));
  BOOST_TEST(value_at<double>("softplus", 25) > 25);
  BOOST_TEST(is_near(gradient_at<T>("log_sigmoid", 40), std::exp(-40), 2));
  BOOST_TEST(is_near(gradient_at<T>("softplus", -40), std::exp(-40), 2));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(the_left_tail_of_gelu_keeps_its_digits, T, decltype(std::tuple<float, double>())) {
  const double exact = -4 * std::erfc(8 * std::sqrt(0.5));
  // The argument of erfc, −x/√2, is rounded by half a unit, and d log erfc(z)/dz ≈ −2z: 2z² = 64 times that.
  BOOST_TEST(is_near(value_at<T>("gelu", -8), exact, 64));
  const double z = 2 * std::sqrt(2 / std::acos(-1.0)) * (-8 - 0.044715 * 512);
  BOOST_TEST(is_near(value_at<T>("gelu, tanh form", -8), -8 / (1 + std::exp(-z)), 64));
}

BOOST_AUTO_TEST_CASE(tanh_form_of_gelu_is_finite_where_the_square_overflows) {
  for (const char* name : {"gelu", "gelu, tanh form"}) {
    BOOST_TEST(value_at<float>(name, 1e30f) == 1e30f);
    BOOST_TEST(gradient_at<float>(name, 1e30f) == 1);
    BOOST_TEST(gradient_at<float>(name, -1e30f) == 0);
  }
}

BOOST_AUTO_TEST_CASE(nan_goes_through_every_activation) {
  for (const auto& [name, f] : activations<float>()) BOOST_TEST_CONTEXT(name) {
      BOOST_TEST(std::isnan(f(Tensor<float>(std::numeric_limits<float>::quiet_NaN())).item()));
    }
}

BOOST_AUTO_TEST_CASE(at_the_kink_the_derivative_is_that_of_the_left_side_by_kernel_and_by_formula) {
  for (const bool by_formula : {false, true}) {
    BOOST_TEST(gradient_at<double>("relu", 0, by_formula) == 0);
    BOOST_TEST(gradient_at<double>("relu", -0.0, by_formula) == 0);
    BOOST_TEST(gradient_at<double>("leaky_relu", 0, by_formula) == 0.01);
    BOOST_TEST(gradient_at<double>("elu", 0, by_formula) == 1);
  }
  Tensor<double> x(0.0, true);
  BOOST_TEST(grad(elu(x, 0.25), x).item() == 0.25);
}

BOOST_AUTO_TEST_CASE(relu_stops_an_infinite_gradient_where_it_is_flat) {
  constexpr float inf = std::numeric_limits<float>::infinity();
  for (const bool by_formula : {false, true}) {
    Tensor<float> x(-1.0f, true);
    const Tensor<float> g = grad<float>({relu(x)}, {x}, {Tensor<float>(inf)}, {.create_graph = by_formula})[0];
    BOOST_TEST(g.item() == 0);
  }
}

BOOST_AUTO_TEST_CASE(the_second_derivative_of_relu_is_zero_and_that_of_its_square_is_not) {
  Tensor<double> x{-1.0, 0.0, 2.0};
  x.set_requires_grad();
  const Tensor<double> ones(filled_array<double>({3}, 1));
  const Tensor<double> slope = grad<double>({relu(x)}, {x}, {ones}, {.create_graph = true})[0];
  BOOST_TEST(!slope.requires_grad());  // constant in x
  const Tensor<double> slope_of_square = grad<double>({relu(x) * relu(x)}, {x}, {ones}, {.create_graph = true})[0];
  const Tensor<double> curvature = grad<double>({slope_of_square}, {x}, {ones})[0];
  BOOST_TEST(curvature.data()[0] == 0);
  BOOST_TEST(curvature.data()[1] == 0);
  BOOST_TEST(curvature.data()[2] == 2);
}

BOOST_AUTO_TEST_SUITE_END()
