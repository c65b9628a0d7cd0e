#include <boost/test/unit_test.hpp>

#include "report/driven_page.hpp"

namespace {

using xgrad::apps::Json;

// A sweep of a run for each of these validation losses, over an optimizer, a learning rate and a width.
void loss_sweep(const ResultFolders& made, const std::string& name, const std::vector<double>& losses) {
  Json runs = Json::array();
  for (std::size_t i = 0; i < losses.size(); ++i) {
    const Json parameters{
        {"optimizer", i % 2 == 0 ? "adam" : "sgd"}, {"learning_rate", i % 4 < 2 ? 0.01 : 0.001}, {"width", i % 3}};
    const std::string folder = "runs/" + std::to_string(i);
    made.run(name + "/" + folder, parameters, 0.5 + 0.01 * static_cast<double>(i), 2);
    runs.push_back({{"run", folder}, {"status", "finished"}, {"parameters", parameters}, {"metric", losses[i]}, {"epochs", 2}});
  }
  const Json names{{{"name", "optimizer"}}, {{"name", "learning_rate"}}, {{"name", "width"}}};
  made.write(name + "/sweep.json", {{"name", name},
                                    {"method", "random"},
                                    {"metric", {{"name", "val_loss"}, {"goal", "minimize"}}},
                                    {"parameters", names},
                                    {"runs", runs}});
}

Json driven() {
  const ResultFolders made;
  loss_sweep(made, "ordinary", {40, 2, 1, 3, 0.6, 60, 2, 1.5});
  loss_sweep(made, "extreme", {3, 2, 1, 7e13});
  write_bytes(made.path("extreme/runs/3/metrics.jsonl"), R"({"epoch": 1, "train_loss": 9.7e6, "val_loss": 2e3})"
                                                         "\n"
                                                         R"({"epoch": 2, "train_loss": 4.5e6, "val_loss": 3e3})"
                                                         "\n");
  const std::vector<std::vector<int>> ten_classes(10, std::vector<int>(10, 7));
  Json classes = Json::array();
  for (int i = 0; i < 10; ++i) classes.push_back({{"class", std::to_string(i)}, {"f1", 0.1}});
  made.write(
      "ordinary/runs/7/summary.json",
      {{"outcome", "finished"}, {"best_epoch", 2}, {"confusion_matrix", ten_classes}, {"report", {{"classes", classes}}}});
  return driven_page(made, "losses_driver.js");
}

const Json& result() {
  static const Json once = driven();
  return once;
}

std::string text(const char* key) { return result()[key].get<std::string>(); }

}  // namespace

BOOST_AUTO_TEST_SUITE(losses)

BOOST_AUTO_TEST_CASE(charts_of_losses_draw_without_errors) {
  BOOST_TEST(result()["errors"] == Json::array(), result()["errors"]);
  BOOST_TEST(result()["problems"] == Json::array(), result()["problems"]);
}

BOOST_AUTO_TEST_CASE(bars_of_deviations_stay_within_the_axis_and_leave_it_its_width) {
  const double width = result()["plotWidth"];
  BOOST_TEST(width > 400);
  BOOST_TEST(result()["bars"].size() == 7u);
  for (const Json& bar : result()["bars"]) {
    BOOST_TEST(bar[0].get<double>() >= 0);
    BOOST_TEST(bar[1].get<double>() <= width);
  }
}

BOOST_AUTO_TEST_CASE(the_best_loss_fell) {
  BOOST_TEST(text("history").find("so far fell in 4 steps") != std::string::npos, text("history"));
}

BOOST_AUTO_TEST_CASE(few_runs_tell_nothing_of_pairs) {
  BOOST_TEST(text("importance").find("there are too few runs to tell") != std::string::npos, text("importance"));
}

BOOST_AUTO_TEST_CASE(large_losses_are_labelled_in_full) {
  const auto labels = result()["metricAxis"].get<std::vector<std::string>>();
  BOOST_TEST(std::count(labels.begin(), labels.end(), "1e+12") > 0);
}

BOOST_AUTO_TEST_CASE(the_axes_of_curves_follow_the_runs_that_are_shown) {
  const auto has = [](const Json& labels, const char* label) {
    return std::find(labels.begin(), labels.end(), label) != labels.end();
  };
  BOOST_TEST(has(result()["losses"][0], "1e+6"));
  BOOST_TEST(!has(result()["losses"][1], "1e+6"));
  BOOST_TEST(result()["hidden"] == 0);
}

BOOST_AUTO_TEST_CASE(where_counts_and_rates_have_no_room_counts_are_shown) {
  BOOST_TEST((result()["confusion"] == Json{{"true", "false", "false"}, {"hidden", "true", "false"}}), result()["confusion"]);
}

BOOST_AUTO_TEST_CASE(on_narrow_pages_names_stand_above_their_rows) { BOOST_TEST(result()["narrow"] == 7); }

BOOST_AUTO_TEST_SUITE_END()
