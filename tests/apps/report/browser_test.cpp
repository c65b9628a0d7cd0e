#include <algorithm>
#include <set>
#include <string>

#include <boost/test/unit_test.hpp>

#include "report/driven_page.hpp"
#include "report/result_folders.hpp"
#include "workplace.hpp"

namespace {

// More rows than are shown unfolded; the later, the better.
Json study_of_many_rows() {
  Json rows = Json::array();
  for (int i = 0; i < 30; ++i) {
    const Json metric{{"metric", "test_accuracy"}, {"unit", "%"}, {"mean", 60 + i}, {"holds", nullptr}};
    rows.push_back({{"name", "row " + std::to_string(i)}, {"runs", Json::array()}, {"metrics", {metric}}});
  }
  const Json part{{"name", "all"}, {"title", "Many rows"}, {"rows", rows}};
  return {{"study", "many"}, {"title", "Many rows"}, {"seconds", 1}, {"parts", {part}}};
}

// The report of everything, opened once; the tests look at what the driver wrote down.
Json driven() {
  const ResultFolders made;
  made.run("hostile", {{"optimizer", "<script>window.hacked = true</script>"}});
  made.run("without_an_epoch", Json::object(), 0.9, 0);
  made.sweep("swept", 12);
  made.study("s9");
  made.write("many/study.json", study_of_many_rows());
  return driven_page(made, "driver.js");
}

const Json& result() {
  static const Json once = driven();
  return once;
}

Json marks(const std::string& ending) {
  for (const Json& figure : result()["figures"])
    if (figure["name"].get<std::string>().ends_with(ending)) return figure["marks"];
  BOOST_FAIL("there is no figure " << ending);
  return {};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(browser)

BOOST_AUTO_TEST_CASE(the_page_opens_without_errors_or_warnings) {
  BOOST_TEST(result()["errors"] == Json::array(), result()["errors"]);
  BOOST_TEST(result()["problems"] == Json::array(), result()["problems"]);
}

BOOST_AUTO_TEST_CASE(every_chart_draws_its_marks_and_says_in_words_what_it_shows) {
  BOOST_TEST(result()["figures"].size() >= 20u);
  for (const Json& figure : result()["figures"]) {
    const std::string name = figure["name"];
    BOOST_TEST(!figure["marks"].empty(), name);
    BOOST_TEST(figure["text"].get<std::string>().size() > 10u, name);
    BOOST_TEST((figure["label"] == figure["title"]), name);
    BOOST_TEST(figure["rows"].get<int>() > 0, name);
  }
}

BOOST_AUTO_TEST_CASE(each_kind_of_chart_draws_as_many_marks_as_there_are_data) {
  BOOST_TEST(marks("sweep-swept-parallel-coordinates")["path"] == 11);  // one of twelve has diverged
  BOOST_TEST(marks("sweep-swept-best-so-far")["symbol"] == 11);
  BOOST_TEST(marks("sweep-swept-importance")["rect"] == 2);
  BOOST_TEST(marks("s9-grid-confusion-matrix")["rect"] == 9);
  BOOST_TEST(marks("s9-grid-confusion-matrix")["text"] == 18);  // counts and rates
  BOOST_TEST(marks("s9-grid-classes")["symbol"] == 9);
  BOOST_TEST(marks("s9-grid-confused-images")["image"] == 2);
  BOOST_TEST(marks("s9-grid-first-layer-weights")["image"] == 2);
  BOOST_TEST(marks("s9-grid-reconstructions")["image"] == 2);
  BOOST_TEST(marks("s9-grid-samples")["image"] == 1);
  BOOST_TEST(marks("s9-grid-published")["symbol"] == 4);
  BOOST_TEST(marks("s9-grid-loss-of-both")["line"] == 2);  // training and validation
  BOOST_TEST(marks("curves")["line"] == 25);               // of five runs: two losses, two accuracies, macro-F1
}

BOOST_AUTO_TEST_CASE(charts_out_of_sight_wait) {
  BOOST_TEST(result()["drawnAtOnce"].get<std::size_t>() < result()["figures"].size());
}

BOOST_AUTO_TEST_CASE(brushing_keeps_the_runs_that_pass_through_all_brushes) {
  const auto kept = [](const char* when) { return result()[when].get<std::set<std::string>>(); };
  BOOST_TEST((kept("all") == std::set<std::string>{"adam 0.01", "adam 0.001", "sgd 0.01", "sgd 0.001"}));
  BOOST_TEST((kept("brushed") == std::set<std::string>{"sgd 0.01", "sgd 0.001"}));
  BOOST_TEST((kept("brushedTwice") == std::set<std::string>{"sgd 0.001"}));
  BOOST_TEST(result()["brushedTwice"].size() + result()["faint"].get<std::size_t>() == 11u);
  BOOST_TEST(result()["cleared"] == 11);
}

BOOST_AUTO_TEST_CASE(brushes_that_no_run_passes_keep_none) { BOOST_TEST(result()["keptNone"] == 0); }

BOOST_AUTO_TEST_CASE(brushes_stay_when_the_window_becomes_narrow_and_wide_again) {
  BOOST_TEST(result()["brushedNarrow"] == result()["brushedTwice"]);
  BOOST_TEST(result()["brushedWide"] == result()["brushedTwice"]);
}

BOOST_AUTO_TEST_CASE(the_legend_hides_a_run_and_shows_it_again) {
  BOOST_TEST((result()["lines"] == Json{25, 20, 25, 20}));  // the last by its box in the table
}

BOOST_AUTO_TEST_CASE(buttons_for_the_keyboard_hide_runs_which_stay_hidden_when_the_chart_is_drawn_anew) {
  BOOST_TEST((result()["pressed"] == Json{"true", 20, "false", 25, "true"}));
}

BOOST_AUTO_TEST_CASE(runs_keep_their_colours_while_others_come_and_go) {
  BOOST_TEST(result()["colors"][0] == result()["colors"][1]);
  BOOST_TEST(result()["manyColors"] == 14);
}

BOOST_AUTO_TEST_CASE(without_a_run_the_curves_say_what_to_do) {
  BOOST_TEST(result()["nothing"] == "Tick runs in the table to see their curves.");
}

BOOST_AUTO_TEST_CASE(charts_of_one_seed_say_which) {
  const auto title = [](const std::string& ending) {
    for (const Json& figure : result()["figures"])
      if (figure["name"].get<std::string>().ends_with(ending)) return figure["title"].get<std::string>();
    return std::string();
  };
  BOOST_TEST(title("s9-grid-loss-of-both") == "Loss of both, seed 1");
  BOOST_TEST(title("s9-grid-confusion-matrix") == "Confusion matrix on the test images, 16 wide, seed 1");
}

BOOST_AUTO_TEST_CASE(a_study_says_by_which_rule_its_figures_hold) {
  const std::string text = result()["study"];
  BOOST_TEST((text.find("2 figures hold, 0 do not") != std::string::npos), text);
  BOOST_TEST((text.find("no lower than it minus 0.5 points") != std::string::npos), text);
}

BOOST_AUTO_TEST_CASE(many_rows_of_a_study_are_folded_up_with_the_best_first) {
  BOOST_TEST(result()["many"]["text"].get<std::string>().starts_with("Nothing was published to judge by."));
  BOOST_TEST(result()["many"]["open"] == false);
  BOOST_TEST(result()["many"]["first"] == "row 29");
}

BOOST_AUTO_TEST_CASE(no_level_of_headings_is_left_out) {
  int last = 0;
  for (const Json& level : result()["headings"]) {
    BOOST_TEST(level.get<int>() <= last + 1);
    last = level.get<int>();
  }
}

BOOST_AUTO_TEST_CASE(the_table_filters_and_sorts) {
  BOOST_TEST((result()["rows"] == Json{18, 6, 5, 0, 18}));
  const auto losses = result()["byLoss"].get<std::vector<double>>();
  BOOST_TEST(losses.size() == 17u);                            // and one run without
  BOOST_TEST(std::is_sorted(losses.rbegin(), losses.rend()));  // numbers begin with the largest
  BOOST_TEST(losses.front() > losses.back());
  BOOST_TEST((result()["byName"][0] == result()["byName"][1]));  // a second click turns the order round
}

BOOST_AUTO_TEST_CASE(the_filter_compares_columns_and_says_how_it_understood) {
  const Json& filtered = result()["filtered"];
  BOOST_TEST((filtered["optimizer = ADAM"] == Json{11, "11 of 18 match: optimizer = adam"}));
  BOOST_TEST((filtered["outcome = finished"] == Json{18, "18 of 18 match: Outcome = finished"}));
  BOOST_TEST((filtered["validation accuracy > 85"] == Json{5, "5 of 18 match: Val. accuracy > 85"}));
  BOOST_TEST((filtered["lr > 0.005"] == Json{6, "6 of 18 match: learning rate > 0.005"}));
  BOOST_TEST((filtered["time < 3 s"] == Json{18, "18 of 18 match: Time < 3 s"}));
  BOOST_TEST((filtered["epochs run > 2"] == Json{5, "5 of 18 match: Epochs run > 2"}));
  BOOST_TEST((filtered["val loss <= 0.4, sgd"] == Json{0, "0 of 18 match: Val. loss <= 0.4"}));
  BOOST_TEST((filtered["val. loss < 1000"] == Json{17, "17 of 18 match: Val. loss < 1000"}));  // one run has none
  BOOST_TEST((filtered["momentum < 1"] == Json{0, "0 of 18 match: there is no column “momentum” of numbers"}));
  BOOST_TEST((filtered["test accuracy > high"] == Json{0, "0 of 18 match: “high” is no number"}));
  BOOST_TEST((filtered["test accuracy >"] == Json{18, ""}));  // not yet complete
}

BOOST_AUTO_TEST_CASE(the_link_of_a_run_leads_the_focus_to_its_details) { BOOST_TEST((result()["focused"] == Json{"run"})); }

BOOST_AUTO_TEST_CASE(names_of_runs_cannot_run_scripts) { BOOST_TEST(result()["hostile"] == true); }

BOOST_AUTO_TEST_CASE(other_runs_and_dark_colours_are_drawn_too) {
  BOOST_TEST(result()["afterwards"] == true);
  BOOST_TEST((result()["saved"] == Json{true, true}));  // with their titles
}

BOOST_AUTO_TEST_CASE(every_figure_becomes_a_png_file_of_its_name) {
  const ResultFolders made;
  const Workplace here;
  const Finished finished = here.xgrad({"report", made.run_with_pictures("run"), "-o", "r.html", "--png", "png"});
  check_succeeds(finished);
  const std::vector<std::string> names = names_in(here / "png");
  BOOST_TEST(
      names == (std::vector<std::string>{"curves.png", "run-classes.png", "run-confused-images.png", "run-confusion-matrix.png",
                                         "run-first-layer-weights.png", "run-reconstructions.png"}),
      boost::test_tools::per_element());
  for (const std::string& name : names) {
    const std::string bytes = here.bytes("png/" + name);
    BOOST_TEST(bytes.starts_with("\x89PNG\r\n"), name);
    BOOST_TEST(bytes.size() > 1000u, name);
  }
}

BOOST_AUTO_TEST_SUITE_END()
