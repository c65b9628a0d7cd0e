#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "error_text.hpp"
#include "sweep/normal.hpp"
#include "sweep/parameter.hpp"
#include "xgrad/tensor/error.hpp"
#include "xgrad/tensor/random.hpp"

using namespace xgrad;
using xgrad::apps::sweep::Parameter;
using Json = nlohmann::ordered_json;

namespace {

constexpr std::size_t samples = 20000;

Parameter parameter(const std::string& json, bool whole = false) { return Parameter("p", Json::parse(json), whole); }

// Values at random coordinates, in ascending order.
std::vector<double> draw(const Parameter& p) {
  Generator generator(3);
  std::vector<double> values(samples);
  random::fill_uniform(generator, values.data(), values.size());
  for (double& value : values) value = p.value(value).get<double>();
  std::sort(values.begin(), values.end());
  return values;
}

// The largest distance between the share of n samples below a value and its probability exceeds ε with a probability of at most
// 2 exp(−2nε²) (Dvoretzky, Kiefer, Wolfowitz; Massart's constant). With 10⁻⁹ for it:
const double farthest = std::sqrt(std::log(2e9) / (2 * samples));

void check_distribution(const Parameter& p, const std::function<double(double)>& share_below) {
  const std::vector<double> values = draw(p);
  double distance = 0;
  for (std::size_t i = 0; i < samples; ++i) {
    const double share = share_below(values[i]), n = samples;
    distance =
        std::max({distance, std::abs(share - static_cast<double>(i) / n), std::abs(share - static_cast<double>(i + 1) / n)});
  }
  BOOST_TEST(distance < farthest);
}

// A distribution of few values, by the probability of each.
void check_shares(const Parameter& p, const std::map<double, double>& expected) {
  std::map<double, double> shares;
  for (const double value : draw(p)) shares[value] += 1.0 / samples;
  BOOST_TEST(shares.size() == expected.size());
  for (const auto& [value, share] : expected) {
    BOOST_TEST_CONTEXT("value " << value) BOOST_TEST(std::abs(shares[value] - share) < 2 * farthest);
  }
}

void check_refused(const std::string& json, const std::vector<std::string>& parts, bool whole = false) {
  BOOST_CHECK_EXCEPTION(parameter(json, whole), ConfigError, says(parts));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(sweep_parameter)

BOOST_AUTO_TEST_CASE(a_value_and_a_list_of_one_are_constants) {
  for (const char* json : {R"({"value": 0.5})", R"({"values": [0.5]})", R"({"distribution": "constant", "value": 0.5})"}) {
    const Parameter p = parameter(json);
    BOOST_TEST(p.is_constant());
    BOOST_TEST(p.count() == 1u);
    BOOST_TEST(p.value(0) == 0.5);
  }
}

BOOST_AUTO_TEST_CASE(listed_values_come_by_their_index) {
  const Parameter p = parameter(R"({"values": ["a", 2, [3, 4], true]})");
  BOOST_TEST(p.count() == 4u);
  BOOST_TEST(p.equally_likely());
  for (std::size_t i = 0; i < 4; ++i) BOOST_TEST((p.value(p.coordinate(i)) == p.values()[i]));
}

BOOST_AUTO_TEST_CASE(a_value_of_probability_zero_is_none) {
  const Parameter p = parameter(R"({"values": [1, 2, 3], "probabilities": [0.25, 0, 0.75]})");
  BOOST_TEST((p.values() == std::vector<Json>{1, 3}));
  BOOST_TEST((p.probabilities() == std::vector<double>{0.25, 0.75}));
}

BOOST_AUTO_TEST_CASE(without_a_distribution_the_type_of_the_bounds_decides) {
  BOOST_TEST(parameter(R"({"min": 1, "max": 4})").distribution() == "int_uniform");
  BOOST_TEST(parameter(R"({"min": 1.0, "max": 4})").distribution() == "uniform");
}

BOOST_AUTO_TEST_CASE(uniform_is_uniform_between_its_bounds) {
  check_distribution(parameter(R"({"distribution": "uniform", "min": -2, "max": 6})"), [](double x) { return (x + 2) / 8; });
}

BOOST_AUTO_TEST_CASE(the_ends_of_a_range_are_never_left_even_by_rounding) {
  for (const char* name : {"uniform", "log_uniform_values", "inv_log_uniform_values"}) {
    const Parameter p("p", Json{{"distribution", name}, {"min", 1e-4}, {"max", 0.1}}, false);
    for (const double u : {0.0, 1e-17, 0.5, std::nextafter(1.0, 0.0), 1.0}) {
      BOOST_TEST(p.value(u).get<double>() >= p.lowest());
      BOOST_TEST(p.value(u).get<double>() <= p.highest());
    }
  }
}

BOOST_AUTO_TEST_CASE(log_uniform_takes_logarithms_and_log_uniform_values_takes_values) {
  const auto share = [](double x) { return std::log(x / 1e-4) / std::log(1e3); };
  check_distribution(parameter(R"({"distribution": "log_uniform_values", "min": 1e-4, "max": 0.1})"), share);
  check_distribution(parameter(R"({"distribution": "log_uniform", "min": -9.210340371976182, "max": -2.302585092994046})"),
                     share);
}

BOOST_AUTO_TEST_CASE(inv_log_uniform_is_log_uniform_of_the_reciprocal) {
  // log(1/x) uniform between log(1/max) and log(1/min): then log x is uniform too.
  const auto share = [](double x) { return std::log(x / 1e-4) / std::log(1e3); };
  check_distribution(parameter(R"({"distribution": "inv_log_uniform_values", "min": 1e-4, "max": 0.1})"), share);
  check_distribution(parameter(R"({"distribution": "inv_log_uniform", "min": 2.302585092994046, "max": 9.210340371976182})"),
                     share);
}

BOOST_AUTO_TEST_CASE(normal_distributions_have_their_mean_and_deviation) {
  const auto share = [](double x) { return 0.5 * std::erfc(-(x - 2) / 0.5 / std::sqrt(2.0)); };
  check_distribution(parameter(R"({"distribution": "normal", "mu": 2, "sigma": 0.5})"), share);
  check_distribution(parameter(R"({"distribution": "log_normal", "mu": 2, "sigma": 0.5})"),
                     [&](double x) { return share(std::log(x)); });
  check_distribution(parameter(R"({"distribution": "normal"})"), [](double x) { return 0.5 * std::erfc(-x / std::sqrt(2.0)); });
}

BOOST_AUTO_TEST_CASE(the_normal_quantile_inverts_the_normal_share) {
  for (const double x : {-8.0, -3.0, -0.1, 0.0, 0.7, 4.0}) {
    // Φ has a relative error of some 1e-16·x², and 1/(Φ'·…) makes of it at most x·1e-14; above 0, Φ is rounded to 1e-16.
    const double tolerance = x > 0 ? 1e-15 / std::exp(-x * x / 2) : 1e-13;
    BOOST_TEST(std::abs(apps::sweep::normal_quantile(apps::sweep::normal_share(x)) - x) < tolerance);
  }
  BOOST_TEST(std::isfinite(apps::sweep::normal_quantile(0)));
  BOOST_TEST(std::isfinite(apps::sweep::normal_quantile(1)));
}

BOOST_AUTO_TEST_CASE(int_uniform_takes_both_ends_and_every_integer_as_often) {
  check_shares(parameter(R"({"min": 3, "max": 6})"), {{3, 0.25}, {4, 0.25}, {5, 0.25}, {6, 0.25}});
  const Parameter p = parameter(R"({"min": 3, "max": 6})");
  BOOST_TEST(p.count() == 4u);
  for (std::size_t i = 0; i < 4; ++i) BOOST_TEST(p.value(p.coordinate(i)) == 3 + i);
  BOOST_TEST(p.value(0.9).is_number_unsigned());
}

BOOST_AUTO_TEST_CASE(quantised_values_are_multiples_and_stay_within_the_bounds) {
  // 0.05 to 0.45 rounds to 0.1 … 0.4: [0.05, 0.15) is a quarter, and so on.
  check_shares(parameter(R"({"distribution": "q_uniform", "min": 0.05, "max": 0.45, "q": 0.1})"),
               {{0.1, 0.25}, {0.2, 0.25}, {0.3, 0.25}, {0.4, 0.25}});
  // Of the multiples of 8 from 8 to 32, log-uniform: the borders are at 12, 20 and 28.
  const auto share = [](double a, double b) { return std::log(b / a) / std::log(4.0); };
  check_shares(parameter(R"({"distribution": "q_log_uniform_values", "min": 8, "max": 32, "q": 8})"),
               {{8, share(8, 12)}, {16, share(12, 20)}, {24, share(20, 28)}, {32, share(28, 32)}});
  // 0 would be nearest to 1, but lies outside.
  const Parameter low = parameter(R"({"distribution": "q_log_uniform_values", "min": 1, "max": 64, "q": 16})", true);
  BOOST_TEST(low.value(0) == 16u);
  BOOST_TEST(low.value(0).is_number_unsigned());
}

BOOST_AUTO_TEST_CASE(a_quantised_range_can_be_walked) {
  const Parameter p = parameter(R"({"distribution": "q_uniform", "min": 0.05, "max": 0.45, "q": 0.1})");
  std::vector<double> values;
  for (std::size_t i = 0; i < p.count(); ++i) values.push_back(p.value(p.coordinate(i)).get<double>());
  BOOST_TEST((values == std::vector<double>{0.1, 0.2, 0.3, 0.4}));
}

BOOST_AUTO_TEST_CASE(quantised_normal_values_are_multiples) {
  const auto share = [](double a, double b) { return apps::sweep::normal_share(b) - apps::sweep::normal_share(a); };
  const Parameter p = parameter(R"({"distribution": "q_normal", "q": 20, "sigma": 10})");
  check_shares(p, {{-20, share(-3, -1)}, {0, share(-1, 1)}, {20, share(1, 3)}, {-40, share(-5, -3)}, {40, share(3, 5)}});
  for (const double value : draw(parameter(R"({"distribution": "q_log_normal", "q": 0.5})")))
    BOOST_REQUIRE(std::fmod(value, 0.5) == 0);
}

BOOST_AUTO_TEST_CASE(what_is_no_distribution_is_refused) {
  check_refused("3", {"'p'", "value"});
  check_refused("{}", {"'p'", "value"});
  check_refused(R"({"min": 1})", {"'p'", "min and max"});
  check_refused(R"({"distribution": "uniform", "min": 1})", {"needs min and max"});
  check_refused(R"({"distribution": "uniformly", "min": 1, "max": 2})", {"unifor", "did you mean 'uniform'"});
  check_refused(R"({"parameters": {"a": {"value": 1}}})", {"nested"});
  check_refused(R"({"min": 1, "max": 2, "values": [1]})", {"categorical does not take 'min'"});
  check_refused(R"({"distribution": "normal", "min": 1})", {"normal does not take 'min'"});
}

BOOST_AUTO_TEST_CASE(bounds_that_make_no_sense_are_refused) {
  check_refused(R"({"min": 2, "max": 1})", {"min (2)", "max (1)"});
  check_refused(R"({"min": 2.0, "max": 2.0})", {"min (2)"});
  check_refused(R"({"min": "a", "max": 1})", {"'min' must be a number", "\"a\""});
  check_refused(R"({"distribution": "log_uniform_values", "min": 0, "max": 1})", {"min above 0"});
  check_refused(R"({"distribution": "log_uniform", "min": 1, "max": 1000})", {"log_uniform_values"});
  check_refused(R"({"distribution": "int_uniform", "min": 1.5, "max": 3})", {"whole numbers"});
  check_refused(R"({"distribution": "normal", "sigma": 0})", {"sigma"});
  check_refused(R"({"distribution": "q_uniform", "min": 1, "max": 3, "q": 0})", {"q must be above 0"});
  check_refused(R"({"distribution": "q_uniform", "min": 1.1, "max": 1.9})", {"no multiple of q"});
}

BOOST_AUTO_TEST_CASE(lists_that_make_no_sense_are_refused) {
  check_refused(R"({"values": []})", {"at least one"});
  check_refused(R"({"values": 5})", {"must be a list"});
  check_refused(R"({"values": [1, 2, 1]})", {"1 is listed twice"});
  check_refused(R"({"values": [1, 2], "probabilities": [1]})", {"list of 2 numbers"});
  check_refused(R"({"values": [1, 2], "probabilities": [0.5, 0.6]})", {"add up to 1.1"});
  check_refused(R"({"values": [1, 2], "probabilities": [1.5, -0.5]})", {"-0.5 must be 0 or more"});
}

BOOST_AUTO_TEST_CASE(an_option_of_whole_numbers_takes_only_distributions_of_them) {
  check_refused(R"({"min": 16.0, "max": 64.0})", {"whole numbers", "q_uniform"}, true);
  check_refused(R"({"distribution": "log_uniform_values", "min": 16, "max": 64})", {"q_log_uniform_values"}, true);
  check_refused(R"({"distribution": "q_uniform", "min": 16, "max": 64, "q": 0.5})", {"whole q"}, true);
  check_refused(R"({"min": -1, "max": 4})", {"negative"}, true);
  BOOST_TEST(
      parameter(R"({"distribution": "q_uniform", "min": 16, "max": 64, "q": 16})", true).value(0.5).is_number_unsigned());
}

BOOST_AUTO_TEST_SUITE_END()
