#include <cmath>
#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "experiment.hpp"
#include "has_bf16.hpp"
#include "workplace.hpp"

namespace {

using Words = std::vector<std::string>;

const Surroundings without_avx512{.environment = {"XGRAD_ISA=avx2"}};

}  // namespace

BOOST_AUTO_TEST_SUITE(precision)

BOOST_AUTO_TEST_CASE(what_cannot_be_had_is_refused_and_leaves_nothing) {
  const Workplace place;
  const auto refused = [&](const Words& more, const Words& parts, const Surroundings& surroundings = {}) {
    Words words{"--run_dir", "run"};
    words.insert(words.end(), more.begin(), more.end());
    check_fails(place.train(words, surroundings), 2, parts);
    BOOST_TEST(!place.exists("run"));
  };
  refused({"--precision", "bf16"}, {"--precision bf16", "AVX"}, without_avx512);
  refused({"--precision", "bf16", "--dtype", "float64"}, {"--precision bf16", "--dtype float32"});
  refused({"--precision", "half"}, {"precision", "half", "bf16"});
}

BOOST_AUTO_TEST_CASE(bfloat16_that_does_not_pay_is_told) {
  BOOST_TEST(xgrad::apps::bf16_advice(1.7).empty());
  const std::string advice = xgrad::apps::bf16_advice(0.62);
  BOOST_TEST(advice.find("--precision bf16") != advice.npos);
  BOOST_TEST(advice.find("only 0.6 times") != advice.npos);
  BOOST_TEST(advice.ends_with("train faster\n"));
}

BOOST_AUTO_TEST_CASE(a_run_says_its_precision_and_is_evaluated_with_it, *boost::unit_test::precondition(has_bf16)) {
  const Workplace place;
  const Words wide{"--hidden", "128,128", "-b", "100"};
  const auto with = [&](Words more) {
    more.insert(more.end(), wide.begin(), wide.end());
    return more;
  };
  check_succeeds(place.train(with({"--run_dir", "bf16", "--precision", "bf16"})));
  check_succeeds(place.train(with({"--run_dir", "float32"})));
  BOOST_TEST(place.json("bf16/config.json")["precision"] == "bf16");
  BOOST_TEST(place.json("float32/config.json")["precision"] == "float32");
  const Json summary = place.json("bf16/summary.json");
  BOOST_TEST(summary["test_loss"] != place.json("float32/summary.json")["test_loss"]);
  BOOST_TEST(summary["versions"]["bf16"] == std::string(xgrad::bf16_unit()));
  BOOST_TEST(!place.json("float32/summary.json")["versions"].contains("bf16"));
  const Json again = Json::parse(place.xgrad({"evaluate", "bf16", "--json"}).output);
  BOOST_TEST(again["loss"] == summary["test_loss"]);
  // Elsewhere the model is as good, but for the rounding of products.
  const Finished elsewhere = place.xgrad({"evaluate", "bf16", "--json"}, without_avx512);
  check_succeeds(elsewhere);
  BOOST_TEST(elsewhere.errors.find("float32") != std::string::npos);
  BOOST_TEST(std::abs(Json::parse(elsewhere.output)["loss"].get<double>() - summary["test_loss"].get<double>()) < 0.05);
}

BOOST_AUTO_TEST_SUITE_END()
