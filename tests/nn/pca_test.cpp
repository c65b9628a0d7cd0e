#include "xgrad/nn/data/pca.hpp"

#include <cmath>
#include <string>

#include <boost/test/unit_test.hpp>

#include "error_text.hpp"
#include "xgrad/nn/data/gaussian_blobs.hpp"
#include "xgrad/tensor/error.hpp"
#include "xgrad/tensor/parallel.hpp"

using namespace xgrad;
using data::Dataset;
using data::Pca;

namespace {

Dataset<double> points(const Array<double>& x) { return {x, Indices::from_shape({0}), {.name = "points"}}; }

const auto exact = boost::test_tools::tolerance(1e-12);  // a few operations on numbers near 1

}  // namespace

BOOST_AUTO_TEST_SUITE(pca)

BOOST_AUTO_TEST_CASE(points_on_a_line_have_one_component_along_it) {
  // (1, 2) + t·(3, 4) for t = −1, 0, 1: the direction is (0.6, 0.8), the coordinates 5·t, their variance 25·2/2.
  const Dataset<double> line = points({{-2.0, -2.0}, {1.0, 2.0}, {4.0, 6.0}});
  const auto p = Pca<double>::fit(line, 1);
  BOOST_TEST(p.mean()(0) == 1.0, exact);
  BOOST_TEST(p.mean()(1) == 2.0, exact);
  BOOST_TEST(p.components()(0, 0) == 0.6, exact);
  BOOST_TEST(p.components()(0, 1) == 0.8, exact);
  BOOST_TEST(p.variances()(0) == 25.0, exact);
  BOOST_TEST(p.explained() == 1.0, exact);
  const Array<double> t = p.apply(line).features();
  BOOST_TEST(t(0, 0) == -5.0, exact);
  BOOST_TEST(std::abs(t(1, 0)) < 1e-12);
  BOOST_TEST(t(2, 0) == 5.0, exact);
}

BOOST_AUTO_TEST_CASE(the_first_component_is_the_one_that_varies_most) {
  // A cross: ±3 along the second axis, ±1 along the first. Variances 18/3 and 2/3; shares 0.9 and 0.1.
  const Dataset<double> cross = points({{0.0, 3.0}, {0.0, -3.0}, {1.0, 0.0}, {-1.0, 0.0}});
  const auto both = Pca<double>::fit(cross, 2), one = Pca<double>::fit(cross, 1);
  BOOST_TEST(both.variances()(0) == 6.0, exact);
  BOOST_TEST(both.variances()(1) == 2.0 / 3, exact);
  BOOST_TEST(one.explained() == 0.9, exact);
  BOOST_TEST(both.components()(0, 1) == 1.0, exact);  // positive, of the two directions
  BOOST_TEST(both.components()(1, 0) == 1.0, exact);
}

BOOST_AUTO_TEST_CASE(coordinates_are_uncorrelated_and_the_test_set_uses_the_training_sets_mean) {
  const auto train = data::gaussian_blobs<double>({.samples = 200, .features = 6, .classes = 3, .seed = 1});
  const auto p = Pca<double>::fit(train, 6);
  const Array<double> t = p.apply(train).features();
  for (std::size_t a = 0; a < 6; ++a)
    for (std::size_t b = 0; b < 6; ++b) {
      double product = 0;
      for (std::size_t i = 0; i < 200; ++i) product += t(i, a) * t(i, b) / 199;
      BOOST_TEST(std::abs(product - (a == b ? p.variances()(a) : 0)) < 1e-9 * p.variances()(0));
    }
  const auto other = data::gaussian_blobs<double>({.samples = 10, .features = 6, .classes = 3, .seed = 2});
  const Array<double> x = other.features(), moved = p.apply(other).features();
  double expected = 0;
  for (std::size_t j = 0; j < 6; ++j) expected += (x(4, j) - p.mean()(j)) * p.components()(2, j);
  BOOST_TEST(moved(4, 2) == expected, boost::test_tools::tolerance(1e-10));
  BOOST_TEST((p.apply(other).labels() == other.labels()));
  BOOST_TEST((p.apply(other).description().class_names == other.description().class_names));
}

BOOST_AUTO_TEST_CASE(the_result_does_not_depend_on_the_number_of_threads) {
  const auto train = data::gaussian_blobs<float>({.samples = 3000, .features = 40, .classes = 3, .seed = 1});
  const auto one = Pca<float>::fit(train, 7).apply(train).features();
  set_thread_count(3);
  const auto three = Pca<float>::fit(train, 7).apply(train).features();
  set_thread_count(1);
  BOOST_TEST((one == three));
}

BOOST_AUTO_TEST_CASE(samples_that_are_all_alike_have_components_without_variance) {
  const auto p = Pca<double>::fit(points({{1.0, 2.0}, {1.0, 2.0}, {1.0, 2.0}}), 2);
  BOOST_TEST(p.variances()(0) == 0.0);
  BOOST_TEST(p.explained() == 1.0);
  BOOST_TEST(p.components()(0, 0) * p.components()(1, 0) + p.components()(0, 1) * p.components()(1, 1) == 0.0);
}

BOOST_AUTO_TEST_CASE(what_makes_no_sense_is_refused) {
  const Dataset<double> cross = points({{0.0, 3.0}, {0.0, -3.0}, {1.0, 0.0}});
  BOOST_CHECK_EXCEPTION(Pca<double>::fit(cross, 3), ConfigError, says({"3 components", "2 features"}));
  BOOST_CHECK_EXCEPTION(Pca<double>::fit(cross, 0), ConfigError, says({"0 components"}));
  BOOST_CHECK_EXCEPTION(Pca<double>::fit(cross.first(1), 1), ConfigError, says({"1 samples"}));
  const auto p = Pca<double>::fit(cross, 1);
  BOOST_CHECK_EXCEPTION(p.apply(Array<double>{{1.0, 2.0, 3.0}}), ShapeError, says({"(1, 3)", "2 features"}));
}

BOOST_AUTO_TEST_SUITE_END()
