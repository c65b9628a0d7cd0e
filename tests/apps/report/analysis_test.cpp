#include "report/analysis.hpp"

#include <limits>

#include <boost/test/unit_test.hpp>

#include "report/parameter_columns.hpp"

using namespace xgrad::apps;

namespace {

// 0.5 for every run, 0.4 more with relu, and a small noise; the seed does nothing.
Json known_runs() {
  Json runs = Json::array();
  for (int i = 0; i < 24; ++i) {
    const bool relu = i % 2 == 0;
    runs.push_back({{"parameters", {{"activation", relu ? "relu" : "tanh"}, {"seed", i % 3}, {"constant", 7}}},
                    {"metric", 0.5 + (relu ? 0.4 : 0) + 0.001 * (i % 5)}});
  }
  return runs;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(analysis)

BOOST_AUTO_TEST_CASE(the_parameter_that_matters_comes_first) {
  const Json runs = known_runs();
  const Json result = analysis_json(parameter_columns(runs), metric_column(runs));
  BOOST_TEST(result["used"] == 24);
  BOOST_TEST(result["importance"].size() == 2u);  // what never changes is left out
  BOOST_TEST(result["importance"][0]["name"] == "activation");
  BOOST_TEST(result["importance"][0]["share"].get<double>() > 0.99);
  BOOST_TEST(result["importance"][1]["share"].get<double>() < 0.05);
}

BOOST_AUTO_TEST_CASE(words_correlate_value_by_value) {
  const Json runs = known_runs();
  const Json result = analysis_json(parameter_columns(runs), metric_column(runs));
  double relu = 0, tanh = 0;
  for (const Json& entry : result["correlation"]) {
    if (entry["value"] == "relu") relu = entry["correlation"].get<double>();
    if (entry["value"] == "tanh") tanh = entry["correlation"].get<double>();
  }
  BOOST_TEST(relu > 0.8);
  BOOST_TEST(tanh == -relu, boost::test_tools::tolerance(1e-12));
}

BOOST_AUTO_TEST_CASE(each_value_has_its_mean_deviation_and_best) {
  const Json runs = Json::parse(R"([{"parameters": {"a": 1}, "metric": 0.2}, {"parameters": {"a": 1}, "metric": 0.4},
                                    {"parameters": {"a": 2}, "metric": 0.9}])");
  const Json highest = analysis_json(parameter_columns(runs), metric_column(runs))["values"][0];
  BOOST_TEST(highest["name"] == "a");
  BOOST_TEST(highest["rows"][0]["value"] == "1");
  BOOST_TEST(highest["rows"][0]["runs"] == 2);
  BOOST_TEST(highest["rows"][0]["mean"].get<double>() == 0.3, boost::test_tools::tolerance(1e-12));
  BOOST_TEST(highest["rows"][0]["sd"].get<double>() == std::sqrt(0.02), boost::test_tools::tolerance(1e-12));
  BOOST_TEST(highest["rows"][0]["best"] == 0.4);
  BOOST_TEST(highest["rows"][1]["sd"].is_null());
  const Json lowest = analysis_json(parameter_columns(runs), metric_column(runs), false)["values"][0];
  BOOST_TEST(lowest["rows"][0]["best"] == 0.2);
}

BOOST_AUTO_TEST_CASE(with_too_few_runs_pairs_have_no_share) {
  Json runs = known_runs();
  const Json many = analysis_json(parameter_columns(runs), metric_column(runs))["pairs"];
  BOOST_TEST(many.size() == 1u);
  BOOST_TEST(many[0]["share"] == 0.0);
  runs.erase(runs.begin() + 12, runs.end());  // 12 runs of 6 pairs of values
  BOOST_TEST(analysis_json(parameter_columns(runs), metric_column(runs))["pairs"][0]["share"].is_null());
}

BOOST_AUTO_TEST_CASE(a_run_that_nearly_diverged_does_not_decide_what_is_important) {
  Json runs = known_runs();
  runs[4]["metric"] = 1e13;
  const Json result = analysis_json(parameter_columns(runs), metric_column(runs));
  BOOST_TEST(result["logarithm"] == true);
  // Of the metric itself, activation and seed together would explain all that one run of 24 can.
  for (const Json& entry : result["importance"]) BOOST_TEST(entry["share"].get<double>() < 0.05);
  BOOST_TEST(analysis_json(parameter_columns(known_runs()), metric_column(known_runs()))["logarithm"] == false);
}

BOOST_AUTO_TEST_CASE(runs_without_a_metric_take_no_part) {
  Json runs = known_runs();
  runs.push_back({{"parameters", {{"activation", "relu"}, {"seed", 0}}}, {"metric", nullptr}});
  runs.push_back({{"parameters", Json::object()}});
  BOOST_TEST(analysis_json(parameter_columns(runs), metric_column(runs))["used"] == 24);
}

BOOST_AUTO_TEST_CASE(a_sweep_without_any_result_has_an_analysis_too) {
  const Json runs = Json::parse(R"([{"parameters": {"a": 1}, "metric": null}, {"parameters": {"a": 2}, "metric": null}])");
  const Json result = analysis_json(parameter_columns(runs), metric_column(runs));
  BOOST_TEST(result["used"] == 0);
  BOOST_TEST(result["importance"][0]["share"].is_null());
}

BOOST_AUTO_TEST_CASE(lists_are_compared_as_texts) {
  Json runs =
      Json::parse(R"([{"parameters": {"hidden": [512, 256]}, "metric": 1}, {"parameters": {"hidden": [64]}, "metric": 2}])");
  make_plain(runs);
  BOOST_TEST(runs[0]["parameters"]["hidden"] == "512, 256");
  BOOST_TEST(parameter_columns(runs)[0].levels[1] == "64");
}

BOOST_AUTO_TEST_CASE(a_parameter_that_some_runs_lack_is_no_number) {
  const Json runs = Json::parse(R"([{"parameters": {"momentum": 0.9}, "metric": 1}, {"parameters": {}, "metric": 2}])");
  const std::vector<Column> columns = parameter_columns(runs);
  BOOST_REQUIRE(columns.size() == 1u);
  BOOST_TEST(!columns[0].numeric);
  BOOST_TEST(columns[0].levels[1] == "–");
}

BOOST_AUTO_TEST_SUITE_END()
