#include "report/importance.hpp"

#include <cmath>
#include <vector>

#include <boost/test/unit_test.hpp>

using namespace xgrad::apps;

namespace {

Column words(const std::vector<std::string>& levels) {
  return {.name = "word", .numeric = false, .numbers = std::vector<double>(levels.size()), .levels = levels};
}

Column numbers(const std::vector<double>& values) {
  Column column{.name = "number", .numeric = true, .numbers = values, .levels = {}};
  for (double value : values) column.levels.push_back(std::to_string(value));
  return column;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(importance)

BOOST_AUTO_TEST_CASE(the_rank_correlation_of_anything_rising_is_one_and_of_anything_falling_minus_one) {
  const std::vector<double> x{1, 2, 3, 4, 5}, cubes{1, 8, 27, 64, 125}, falling{9, 7, 1, 0.5, 0};
  BOOST_TEST(rank_correlation(x, cubes) == 1.0);
  BOOST_TEST(rank_correlation(x, falling) == -1.0);
}

BOOST_AUTO_TEST_CASE(equal_values_share_the_mean_of_their_ranks) {
  // Ranks 0, 1.5, 1.5, 3 against 0, 1, 2, 3: covariance 4.5, variances 4.5 and 5.
  BOOST_TEST(rank_correlation({1, 2, 2, 3}, {1, 2, 3, 4}) == 4.5 / std::sqrt(4.5 * 5), boost::test_tools::tolerance(1e-14));
}

BOOST_AUTO_TEST_CASE(a_constant_has_no_correlation) {
  BOOST_TEST(std::isnan(rank_correlation({1, 1, 1}, {1, 2, 3})));
  BOOST_TEST(std::isnan(rank_correlation({1, 2, 3}, {4, 4, 4})));
  BOOST_TEST(std::isnan(rank_correlation({}, {})));
}

BOOST_AUTO_TEST_CASE(a_parameter_that_decides_everything_explains_all_of_the_variance) {
  const auto share = variance_explained(grouping(words({"a", "b", "a", "b"})), {1, 5, 1, 5});
  BOOST_REQUIRE(share);
  BOOST_TEST(*share == 1.0);
}

BOOST_AUTO_TEST_CASE(a_parameter_without_effect_explains_nothing) {
  const auto share = variance_explained(grouping(words({"a", "b", "a", "b"})), {1, 1, 5, 5});
  BOOST_REQUIRE(share);
  BOOST_TEST(*share == 0.0);
}

BOOST_AUTO_TEST_CASE(what_groups_explain_of_noise_is_taken_off) {
  // Means 2 and 3 around 2.5: between 4·0.25 = 1, within 2·1 + 2·1 = 4, by chance 4/(4 − 2) = 2, more than there is.
  BOOST_TEST(*variance_explained(grouping(words({"a", "a", "b", "b"})), {1, 3, 2, 4}) == 0.0);
  // Means 2 and 6 around 4: between 16, within 4, by chance 2: (16 − 2)/20.
  BOOST_TEST(*variance_explained(grouping(words({"a", "a", "b", "b"})), {1, 3, 5, 7}) == 0.7,
             boost::test_tools::tolerance(1e-14));
}

BOOST_AUTO_TEST_CASE(runs_that_cannot_tell_give_no_share) {
  BOOST_TEST(!variance_explained(grouping(words({"a", "b", "c"})), {1, 2, 3}));                  // each value once
  BOOST_TEST(!variance_explained(grouping(words({"a", "a", "b", "b"})), {0.1, 0.1, 0.1, 0.1}));  // the metric never changes
  BOOST_TEST(!variance_explained(grouping(words({})), {}));
}

BOOST_AUTO_TEST_CASE(two_parameters_together_tell_what_neither_tells_alone) {
  const Grouping a = grouping(words({"0", "0", "1", "1", "0", "0", "1", "1"}));
  const Grouping b = grouping(words({"0", "1", "0", "1", "0", "1", "0", "1"}));
  const std::vector<double> exclusive_or{0, 1, 1, 0, 0, 1, 1, 0};
  BOOST_TEST(*variance_explained(a, exclusive_or) == 0.0);
  BOOST_TEST(*variance_explained(b, exclusive_or) == 0.0);
  BOOST_TEST(*variance_explained(crossed(a, b), exclusive_or) == 1.0);
}

BOOST_AUTO_TEST_CASE(an_interaction_needs_three_runs_for_each_pair_of_values) {
  const Grouping a = grouping(words({"0", "0", "1", "1", "0", "0", "1", "1", "0", "0", "1", "1"}));
  const Grouping b = grouping(words({"0", "1", "0", "1", "0", "1", "0", "1", "0", "1", "0", "1"}));
  const auto first = [](Grouping groups, std::size_t runs) {
    groups.group.resize(runs);
    return groups;
  };
  const std::vector<double> exclusive_or{0, 1, 1, 0, 0, 1, 1, 0, 0, 1, 1, 0};
  BOOST_TEST(*interaction(a, b, exclusive_or) == 1.0);
  BOOST_TEST(!interaction(first(a, 8), first(b, 8), {0, 1, 1, 0, 0, 1, 1, 0}));
}

BOOST_AUTO_TEST_CASE(an_interaction_that_noise_could_have_made_counts_as_none) {
  const Grouping a = grouping(words({"0", "0", "1", "1", "0", "0", "1", "1", "0", "0", "1", "1"}));
  const Grouping b = grouping(words({"0", "1", "0", "1", "0", "1", "0", "1", "0", "1", "0", "1"}));
  // Noise gives ε² a standard deviation of √(6/(8·13)) = 0.24, of which 2.5 are 0.60. Neither parameter explains anything
  // alone.
  const std::vector<double> weak{3, 5, 8, 1, 4, 9, 3, 6, 2, 7, 9, 3};    // between 40.7 of 84, by chance 16.2: 0.29
  const std::vector<double> strong{3, 7, 8, 1, 4, 9, 6, 4, 2, 7, 9, 3};  // between 70.2 of 84.2, by chance 5.2: 0.77
  BOOST_TEST(*variance_explained(crossed(a, b), weak) > 0.29);
  BOOST_TEST(*interaction(a, b, weak) == 0.0);
  BOOST_TEST(*interaction(a, b, strong) == 65.0 / 84.25, boost::test_tools::tolerance(1e-12));
}

BOOST_AUTO_TEST_CASE(numbers_with_many_values_become_intervals_of_equally_many_runs) {
  std::vector<double> values;
  for (int i = 59; i >= 0; --i) values.push_back(i);
  const Grouping groups = grouping(numbers(values));
  BOOST_TEST(groups.names.size() == 6u);
  BOOST_TEST(groups.names.front() == "0 to 9");
  BOOST_TEST(groups.names.back() == "50 to 59");
  BOOST_TEST(groups.group.front() == 5u);
  BOOST_TEST(groups.group.back() == 0u);
}

BOOST_AUTO_TEST_CASE(few_numbers_stay_as_they_are_in_their_order) {
  Column column{.name = "lr", .numeric = true, .numbers = {0.1, 0.01, 0.1, 1e-5}, .levels = {"0.1", "0.01", "0.1", "1e-05"}};
  const Grouping groups = grouping(column);
  BOOST_TEST(groups.names == (std::vector<std::string>{"1e-05", "0.01", "0.1"}), boost::test_tools::per_element());
  BOOST_TEST(groups.group == (std::vector<std::size_t>{2, 1, 2, 0}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(equal_numbers_are_never_torn_apart) {
  std::vector<double> values(50, 1.0);
  for (int i = 2; i < 20; ++i) values.push_back(i);
  const Grouping groups = grouping(numbers(values));
  for (std::size_t i = 0; i < 50; ++i) BOOST_TEST(groups.group[i] == 0u);
  BOOST_TEST(groups.group[50] > 0u);
}

BOOST_AUTO_TEST_SUITE_END()
