#include "xgrad/nn/data/standardizer.hpp"

#include <cmath>
#include <limits>

#include <boost/test/unit_test.hpp>

#include "error_text.hpp"
#include "xgrad/nn/data/gaussian_blobs.hpp"
#include "xgrad/tensor/error.hpp"

using namespace xgrad;
using namespace xgrad::data;

namespace {

const Indices no_labels = empty_array<std::int64_t>({0});

// The columns have means 2, 5, 0.1 and (population) deviations √(2/3), 0 and, in exact arithmetic, 0.
Dataset<double> small() { return Dataset<double>(Array<double>{{1, 5, 0.1}, {2, 5, 0.1}, {3, 5, 0.1}}, no_labels, {}); }

double largest_difference(const Array<double>& a, const Array<double>& b) {
  double largest = 0;
  for (std::size_t i = 0; i < a.size(); ++i) largest = std::max(largest, std::abs(a.data()[i] - b.data()[i]));
  return largest;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(standardizer)

BOOST_AUTO_TEST_CASE(each_feature_gets_its_own_mean_and_deviation_and_a_constant_one_only_its_mean) {
  const auto statistics = Standardizer<double>::fit(small());
  BOOST_TEST(statistics.mean()(0) == 2.0);
  BOOST_TEST(std::abs(statistics.deviation()(0) - std::sqrt(2.0 / 3)) < 1e-15);
  BOOST_TEST(statistics.deviation()(1) == 1.0);
  BOOST_TEST(statistics.deviation()(2) == 1.0);  // though the mean of three times 0.1 is not 0.1 in binary
  const Array<double> features = statistics.apply(small()).features();
  BOOST_TEST(std::abs(features(0, 0) + std::sqrt(1.5)) < 1e-15);
  BOOST_TEST(features(1, 0) == 0.0);
  BOOST_TEST(features(2, 1) == 0.0);
  BOOST_TEST(std::abs(features(2, 2)) < 1e-16);
}

BOOST_AUTO_TEST_CASE(the_global_scope_has_one_mean_and_deviation_for_all) {
  const auto statistics =
      Standardizer<double>::fit(Dataset<double>(Array<double>{{1, 2}, {3, 6}}, no_labels, {}), Scope::Global);
  BOOST_CHECK((statistics.mean().shape() == Shape{1}));
  BOOST_TEST(statistics.mean()(0) == 3.0);
  BOOST_TEST(std::abs(statistics.deviation()(0) - std::sqrt(3.5)) < 1e-15);  // (4 + 1 + 0 + 9) / 4
}

BOOST_AUTO_TEST_CASE(what_was_measured_on_the_training_set_serves_the_test_set) {
  const auto train = gaussian_blobs<float>({.samples = 500, .features = 5, .deviation = 2, .seed = 1});
  const auto test = gaussian_blobs<float>({.samples = 50, .features = 5, .seed = 2});
  const auto statistics = Standardizer<float>::fit(train);
  const auto again = Standardizer<float>::fit(statistics.apply(train));
  for (std::size_t j = 0; j < 5; ++j) {
    BOOST_TEST(std::abs(again.mean()(j)) < 1e-5f);  // values of size 10 rounded to float: 10 · 2⁻²⁴ · a few
    BOOST_TEST(std::abs(again.deviation()(j) - 1) < 1e-5f);
  }
  const Array<float> raw = test.features(), standardised = statistics.apply(test).features();
  for (std::size_t i = 0; i < raw.size(); ++i) {
    const std::size_t j = i % 5;
    const float expected = (raw.data()[i] - statistics.mean()(j)) / statistics.deviation()(j);
    BOOST_TEST(std::abs(standardised.data()[i] - expected) <= 1e-6f * std::abs(expected));
  }
}

BOOST_AUTO_TEST_CASE(subsets_of_a_standardised_set_are_standardised_and_pixels_are_measured_as_numbers) {
  Bytes bytes = empty_array<std::uint8_t>({2, 1});
  bytes.data()[0] = 0;
  bytes.data()[1] = 255;
  const Dataset<double> pixels(bytes, no_labels, {});
  const auto statistics = Standardizer<double>::fit(pixels);
  BOOST_TEST(statistics.mean()(0) == 0.5);
  BOOST_TEST(statistics.deviation()(0) == 0.5);
  BOOST_TEST(statistics.apply(pixels).subset(Indices{1}).features()(0, 0) == 1.0);
  BOOST_TEST(statistics.apply(pixels.subset(Indices{0})).features()(0, 0) == -1.0);
}

BOOST_AUTO_TEST_CASE(standardising_twice_is_one_after_the_other) {
  const Standardizer<double> each(Array<double>{1, 2, 3}, Array<double>{2, 4, 0.5}), all(Array<double>{10}, Array<double>{5});
  const Array<double> x{{1.5, -2, 7}};
  Array<double> step = x;
  each.apply(step.data(), 3);
  all.apply(step.data(), 3);
  const Dataset<double> dataset(x, no_labels, {});
  BOOST_TEST(largest_difference(all.apply(each.apply(dataset)).features(), step) < 1e-14);
}

BOOST_AUTO_TEST_CASE(what_does_not_fit_is_refused) {
  BOOST_CHECK_EXCEPTION(Standardizer<double>({1, 2}, {1}), ShapeError, says({"(2,)", "(1,)"}));
  BOOST_CHECK_EXCEPTION(Standardizer<double>({1, 2}, {1, 0}), ConfigError, says({"feature 1 is 0"}));
  BOOST_CHECK_THROW(Standardizer<double>({1}, {std::numeric_limits<double>::quiet_NaN()}), ConfigError);
  BOOST_CHECK_THROW(Standardizer<double>({1}, {std::numeric_limits<double>::infinity()}), ConfigError);
  BOOST_CHECK_EXCEPTION(Standardizer<double>({1, 2}, {1, 1}).apply(small()), ShapeError, says({"2 features", "has 3"}));
  BOOST_CHECK_THROW(Standardizer<double>::fit(Dataset<double>()), ConfigError);
}

BOOST_AUTO_TEST_SUITE_END()
