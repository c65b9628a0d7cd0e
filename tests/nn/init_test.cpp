// Initial values: bounds, moments, orthogonality, reproducibility. The statistical bounds hold with all but a probability of
// 10⁻⁹, and since the seeds are fixed, always.
#include "xgrad/nn/init.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "error_text.hpp"
#include "xgrad/nn/activation.hpp"
#include "xgrad/nn/linear.hpp"
#include "xgrad/nn/mlp.hpp"
#include "xgrad/tensor/error.hpp"

using namespace xgrad;
using namespace xgrad::nn;

namespace {

constexpr std::size_t out = 300, in = 200;
constexpr double n = out * in;
constexpr double sigmas = 6.2;  // two-sided tail of the normal distribution: 6·10⁻¹⁰

Tensor<double> weight() { return Tensor<double>(empty_array<double>({out, in}), true); }

double mean_of(const Tensor<double>& t) {
  double sum = 0;
  for (double v : t.value()) sum += v;
  return sum / static_cast<double>(t.size());
}

double mean_square(const Tensor<double>& t, double about = 0) {
  double sum = 0;
  for (double v : t.value()) sum += (v - about) * (v - about);
  return sum / static_cast<double>(t.size());
}

// Uniform in ±bound: never beyond, and n values come within 21/n of either end of the interval, except with probability 2·e⁻²¹.
// The mean square has expectation b²/3 and standard deviation b²·√(4/45)/√n.
void check_uniform(const Tensor<double>& t, double bound) {
  const auto [low, high] = std::minmax_element(t.data(), t.data() + t.size());
  const double count = static_cast<double>(t.size()), near = bound * (1 - 2 * 21 / count);
  BOOST_TEST(*low >= -bound);
  BOOST_TEST(*high <= bound);
  BOOST_TEST(*low <= -near);
  BOOST_TEST(*high >= near);
  BOOST_TEST(std::abs(mean_of(t)) <= sigmas * bound / std::sqrt(3 * count));
  BOOST_TEST(std::abs(mean_square(t) - bound * bound / 3) <= sigmas * bound * bound * std::sqrt(4.0 / 45 / count));
}

// Normal: the mean has standard deviation sd/√n, the mean square about the true mean sd²·√(2/n).
void check_normal(const Tensor<double>& t, double sd, double mean = 0) {
  BOOST_TEST(std::abs(mean_of(t) - mean) <= sigmas * sd / std::sqrt(n));
  BOOST_TEST(std::abs(mean_square(t, mean) - sd * sd) <= sigmas * sd * sd * std::sqrt(2 / n));
}

// The largest element of |A·Aᵀ − gain²·1| for the rows, or of AᵀA for the columns if they are fewer.
double distance_from_orthogonal(const Tensor<double>& a, double gain) {
  const std::size_t rows = a.shape()[0], cols = a.size() / rows;
  const bool wide = rows <= cols;
  const std::size_t vectors = std::min(rows, cols), length = std::max(rows, cols);
  const auto at = [&](std::size_t v, std::size_t k) { return a.data()[wide ? v * cols + k : k * cols + v]; };
  double worst = 0;
  for (std::size_t i = 0; i < vectors; ++i)
    for (std::size_t j = 0; j <= i; ++j) {
      double product = 0;
      for (std::size_t k = 0; k < length; ++k) product += at(i, k) * at(j, k);
      worst = std::max(worst, std::abs(product - (i == j ? gain * gain : 0)));
    }
  return worst;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(init)

BOOST_AUTO_TEST_CASE(constants_fill) {
  Tensor<double> w = weight();
  nn::init::constant(w, 2.5);
  BOOST_TEST(std::all_of(w.data(), w.data() + w.size(), [](double v) { return v == 2.5; }));
  nn::init::zeros(w);
  BOOST_TEST(std::all_of(w.data(), w.data() + w.size(), [](double v) { return v == 0; }));
}

BOOST_AUTO_TEST_CASE(uniform_ones_have_the_bounds_of_their_papers) {
  Generator generator(1);
  Tensor<double> w = weight();
  nn::init::uniform(w, generator, -3, 3);
  check_uniform(w, 3);
  nn::init::xavier_uniform(w, generator, 1.5);
  check_uniform(w, 1.5 * std::sqrt(6.0 / (in + out)));
  nn::init::kaiming_uniform(w, generator, std::sqrt(2.0));
  check_uniform(w, std::sqrt(2.0) * std::sqrt(3.0 / in));
  nn::init::kaiming_uniform(w, generator, 1, nn::init::Fan::Out);
  check_uniform(w, std::sqrt(3.0 / out));
}

BOOST_AUTO_TEST_CASE(normal_ones_have_the_moments_of_their_papers) {
  Generator generator(2);
  Tensor<double> w = weight();
  nn::init::normal(w, generator, 4, 0.5);
  check_normal(w, 0.5, 4);
  nn::init::xavier_normal(w, generator, 1.5);
  check_normal(w, 1.5 * std::sqrt(2.0 / (in + out)));
  nn::init::kaiming_normal(w, generator, std::sqrt(2.0));
  check_normal(w, std::sqrt(2.0 / in));
  nn::init::kaiming_normal(w, generator, 1, nn::init::Fan::Out);
  check_normal(w, std::sqrt(1.0 / out));
}

// Cut at two standard deviations: variance 1 − 4·φ(2)/(2Φ(2) − 1) = 0.77374 of the uncut one, and a fourth moment below 3.
BOOST_AUTO_TEST_CASE(truncated_normal_is_cut_at_two_standard_deviations) {
  Generator generator(3);
  Tensor<double> w = weight();
  nn::init::truncated_normal(w, generator, 1, 0.25);
  const auto [low, high] = std::minmax_element(w.data(), w.data() + w.size());
  BOOST_TEST(*low >= 0.5);
  BOOST_TEST(*high <= 1.5);
  const double variance = 1 - 4 * std::exp(-2) / std::sqrt(2 * M_PI) / std::erf(std::sqrt(2.0));
  BOOST_TEST(std::abs(mean_of(w) - 1) <= sigmas * 0.25 / std::sqrt(n));
  BOOST_TEST(std::abs(mean_square(w, 1) - 0.0625 * variance) <= sigmas * 0.0625 * std::sqrt(2 / n));
}

// Gram-Schmidt in double, twice: products of unit vectors of 60 elements round to 60·2⁻⁵³ at most.
BOOST_AUTO_TEST_CASE(orthogonal_rows_or_columns_whichever_are_fewer) {
  for (const Shape& shape : {Shape{20, 60}, Shape{60, 20}, Shape{30, 30}, Shape{10, 4, 5}}) {
    Generator generator(4);
    Tensor<double> w(empty_array<double>(shape));
    nn::init::orthogonal(w, generator, 1.5);
    BOOST_TEST(distance_from_orthogonal(w, 1.5) <= 1e-14, to_string(shape));
  }
}

BOOST_AUTO_TEST_CASE(further_axes_count_as_a_receptive_field) {
  Generator generator(5);
  Tensor<double> kernel(empty_array<double>({40, 30, 5, 5}));
  nn::init::kaiming_uniform(kernel, generator, 1);
  check_uniform(kernel, std::sqrt(3.0 / (30 * 25)));
  nn::init::xavier_uniform(kernel, generator);
  check_uniform(kernel, std::sqrt(6.0 / (70 * 25)));
}

BOOST_AUTO_TEST_CASE(a_vector_has_no_fans) {
  Generator generator(6);
  Tensor<double> v(empty_array<double>({5}));
  BOOST_CHECK_EXCEPTION(nn::init::xavier_uniform(v, generator), ShapeError, says({"xavier_uniform", "(5,)"}));
  BOOST_CHECK_EXCEPTION(nn::init::orthogonal(v, generator), ShapeError, says({"orthogonal", "(5,)"}));
}

BOOST_AUTO_TEST_CASE(a_linear_layer_starts_as_pytorchs_uniform_in_one_over_the_root_of_its_inputs) {
  Linear<double> layer(in, out, {.generator = Generator(7)});
  check_uniform(layer.weight, 1 / std::sqrt(in));
  const double bound = 1 / std::sqrt(in);
  const auto [low, high] = std::minmax_element(layer.bias.data(), layer.bias.data() + out);
  BOOST_TEST(*low >= -bound);
  BOOST_TEST(*high <= bound);
  BOOST_TEST(*high - *low >= bound);  // 300 numbers all within half of the interval: 300·2⁻²⁹⁹
}

BOOST_AUTO_TEST_CASE(gains_are_pytorchs) {
  BOOST_TEST(activation_gain("identity") == 1);
  BOOST_TEST(activation_gain("sigmoid") == 1);
  BOOST_TEST(activation_gain("Tanh") == 5.0 / 3);
  BOOST_TEST(activation_gain("ReLU") == std::sqrt(2.0));
  BOOST_TEST(activation_gain("leaky_relu", 0.5) == std::sqrt(2 / 1.25));
}

BOOST_AUTO_TEST_CASE(equal_seeds_give_equal_networks_and_others_do_not) {
  for (const std::string& scheme : nn::init::scheme_names()) {
    MLP<double> a({30, 20, 20, 5}, {.initializer = scheme, .seed = 3}), b({30, 20, 20, 5}, {.initializer = scheme, .seed = 3}),
        c({30, 20, 20, 5}, {.initializer = scheme, .seed = 4});
    for (std::size_t k = 0; k < 6; ++k)
      BOOST_TEST((a.parameters()[k].value() == b.parameters()[k].value()), scheme << " " << k);
    if (scheme != "zeros") BOOST_TEST(!(a.parameters()[0].value() == c.parameters()[0].value()), scheme);
  }
}

BOOST_AUTO_TEST_CASE(every_scheme_fills_weights_as_it_says_and_biases_with_zero) {
  const double relu = std::sqrt(2.0);
  for (const std::string& scheme : nn::init::scheme_names()) {
    MLP<double> network({in, out, 2}, {.initializer = scheme, .init_sd = 0.3, .seed = 8});
    const Tensor<double> w = network.parameters()[0], b = network.parameters()[1];
    BOOST_TEST_CONTEXT(scheme) {
      if (scheme != "default") BOOST_TEST(std::all_of(b.data(), b.data() + out, [](double v) { return v == 0; }));
      if (scheme == "default") check_uniform(w, 1 / std::sqrt(in));
      if (scheme == "zeros") BOOST_TEST(mean_square(w) == 0);
      if (scheme == "random") check_normal(w, 0.01);
      if (scheme == "uniform") check_uniform(w, 0.3);
      if (scheme == "normal") check_normal(w, 0.3);
      if (scheme == "truncated_normal") BOOST_TEST(std::abs(*std::max_element(w.data(), w.data() + w.size())) <= 0.6);
      if (scheme == "xavier") check_uniform(w, std::sqrt(6.0 / (in + out)));
      if (scheme == "xavier_uniform") check_uniform(w, relu * std::sqrt(6.0 / (in + out)));
      if (scheme == "xavier_normal") check_normal(w, relu * std::sqrt(2.0 / (in + out)));
      if (scheme == "kaiming_uniform") check_uniform(w, relu * std::sqrt(3.0 / in));
      if (scheme == "kaiming_normal") check_normal(w, relu / std::sqrt(in));
      if (scheme == "orthogonal") BOOST_TEST(distance_from_orthogonal(w, relu) <= 1e-13);
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
