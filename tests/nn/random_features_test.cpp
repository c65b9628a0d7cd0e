#include "xgrad/nn/random_features.hpp"

#include <cmath>

#include <boost/test/unit_test.hpp>

#include "error_text.hpp"
#include "xgrad/autograd/gradcheck.hpp"
#include "xgrad/nn/mlp.hpp"
#include "xgrad/nn/state_dict.hpp"
#include "xgrad/tensor/error.hpp"

using namespace xgrad;
using nn::RandomFeatures;

BOOST_AUTO_TEST_SUITE(random_features)

BOOST_AUTO_TEST_CASE(products_of_features_approximate_the_kernel) {
  constexpr std::size_t features = 20000;
  const double gamma = 0.7;
  RandomFeatures<double> module(2, features, {.gamma = gamma, .generator = Generator(3)});
  const Tensor<double> x{{0.0, 0.0}, {0.5, -0.2}, {1.0, 1.0}, {-2.0, 3.0}};
  const Array<double> z = module(x).value();
  for (std::size_t i = 0; i < 4; ++i)
    for (std::size_t j = 0; j < 4; ++j) {
      double product = 0, distance = 0;
      for (std::size_t k = 0; k < features; ++k) product += z(i, k) * z(j, k);
      for (std::size_t k = 0; k < 2; ++k) distance += std::pow(x.value()(i, k) - x.value()(j, k), 2);
      // A mean of terms between −2 and 2 of variance at most 1: five standard deviations.
      BOOST_TEST(std::abs(product - std::exp(-gamma * distance)) < 5 / std::sqrt(double(features)));
    }
}

BOOST_AUTO_TEST_CASE(a_feature_is_the_cosine_that_its_weights_say) {
  RandomFeatures<double> module(3, 4, {.gamma = 1, .generator = Generator(1)});
  const Array<double> z = module(Tensor<double>{{0.3, -1.0, 2.0}}).value();
  for (std::size_t k = 0; k < 4; ++k) {
    const double angle = 0.3 * module.weight(k, 0) - module.weight(k, 1) + 2 * module.weight(k, 2) + module.bias(k);
    BOOST_TEST(z(0, k) == std::sqrt(0.5) * std::cos(angle), boost::test_tools::tolerance(1e-12));
  }
}

BOOST_AUTO_TEST_CASE(nothing_in_it_is_trained_but_everything_is_saved) {
  nn::MLP<double> network({3, 2}, {.random_features = 8, .kernel_gamma = 0.5, .seed = 1});
  BOOST_TEST(network.parameter_count() == 8 * 2 + 2);
  const auto state = nn::state_dict(network);
  BOOST_TEST(state.arrays.size() == 4u);
  nn::MLP<double> other({3, 2}, {.random_features = 8, .kernel_gamma = 0.5, .seed = 2});
  const Tensor<double> x{{0.3, -1.0, 2.0}};
  BOOST_TEST((network(x).value() != other(x).value()));
  nn::load_state_dict(other, state);
  BOOST_TEST((network(x).value() == other(x).value()));
}

BOOST_AUTO_TEST_CASE(gradients_pass_through_it) {
  RandomFeatures<double> module(3, 5, {.gamma = 0.5, .generator = Generator(1)});
  const auto f = [&](const std::vector<Tensor<double>>& in) { return module(in[0]); };
  const GradcheckResult result = gradcheck(f, {Array<double>{{0.3, -1.0, 2.0}, {0.1, 0.2, 0.3}}});
  BOOST_TEST(result.passed, result.message);
}

BOOST_AUTO_TEST_CASE(what_makes_no_sense_is_refused) {
  BOOST_CHECK_EXCEPTION(RandomFeatures<float>(0, 5), ConfigError, says({"0 and 5"}));
  BOOST_CHECK_EXCEPTION(RandomFeatures<float>(5, 5, {.gamma = 0}), ConfigError, says({"gamma is 0"}));
  BOOST_CHECK_EXCEPTION(RandomFeatures<float>(5, 5, {.gamma = NAN}), ConfigError, says({"gamma"}));
  RandomFeatures<float> module(3, 4);
  BOOST_CHECK_THROW(module(Tensor<float>{{1, 2}}), ShapeError);
  BOOST_TEST((module.output_shape({7, 3}) == Shape{7, 4}));
  BOOST_CHECK_THROW(module.output_shape({7, 2}), ShapeError);
}

BOOST_AUTO_TEST_SUITE_END()
