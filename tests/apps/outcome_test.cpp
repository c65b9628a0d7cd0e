#include "studies/outcome.hpp"

#include <cmath>
#include <filesystem>
#include <fstream>

#include <boost/test/unit_test.hpp>

#include "studies/campaign.hpp"
#include "studies/outcome_markdown.hpp"
#include "studies/outcome_text.hpp"
#include "temporary_folder.hpp"

using namespace xgrad::apps;

namespace {

// A study of one row whose runs have ended with these test accuracies.
class Ended {
 public:
  Ended(const std::string& row, const std::vector<double>& accuracies, const std::string& outcome = "finished")
      : study_(parse_study("name: x\nparts: [{name: y, metrics: [test_accuracy], rows: [{name: z, " + row +
                               "}], select: {by: val_accuracy}}]\n",
                           "x.yaml")),
        plan_(make_plan({study_}, {"", accuracies.size(), folder_.path(), ""})) {
    for (std::size_t i = 0; i < accuracies.size(); ++i) write(plan_.runs[i].folder, accuracies[i], outcome);
  }

  Json outcome() const { return study_outcome(plan_.studies[0], plan_.runs); }
  Json metric() const { return outcome().at("parts")[0].at("rows")[0].at("metrics")[0]; }
  void remove(std::size_t run) { std::filesystem::remove(plan_.runs[run].folder / "summary.json"); }

 private:
  static void write(const std::filesystem::path& folder, double accuracy, const std::string& outcome) {
    std::filesystem::create_directories(folder);
    Json summary{{"outcome", outcome}, {"best_epoch", 2}, {"epochs_run", 3}, {"duration", 1.5}};
    if (outcome != "diverged") summary["test_accuracy"] = accuracy / 100;
    std::ofstream(folder / "summary.json") << summary.dump();
    std::ofstream metrics(folder / "metrics.jsonl");
    for (int epoch = 1; epoch <= 3; ++epoch)
      metrics << Json{{"epoch", epoch}, {"val_accuracy", epoch == 2 ? accuracy / 100 : 0.1}, {"val_loss", nullptr}}.dump()
              << '\n';
  }

  TemporaryFolder folder_;
  Study study_;
  Plan plan_;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(outcome)

BOOST_AUTO_TEST_CASE(ours_is_the_mean_over_the_seeds_with_the_deviation_of_a_sample_and_the_best) {
  const Json metric = Ended("published: {test_accuracy: 80}", {79, 80, 84}).metric();
  BOOST_TEST(metric.at("mean").get<double>() == 81, boost::test_tools::tolerance(1e-12));
  BOOST_TEST(metric.at("sd").get<double>() == std::sqrt(7.0), boost::test_tools::tolerance(1e-12));
  BOOST_TEST(metric.at("best").get<double>() == 84, boost::test_tools::tolerance(1e-12));
  BOOST_TEST(metric.at("difference").get<double>() == 1, boost::test_tools::tolerance(1e-9));
}

BOOST_AUTO_TEST_CASE(a_row_holds_down_to_half_a_point_below_the_published_value) {
  BOOST_TEST(Ended("published: {test_accuracy: 80}", {79.51}).metric().at("holds") == true);
  BOOST_TEST(Ended("published: {test_accuracy: 80}", {79.49}).metric().at("holds") == false);
  BOOST_TEST(Ended("published: {test_accuracy: 80}", {79.49}).outcome().at("holds") == false);
}

BOOST_AUTO_TEST_CASE(a_published_failure_holds_if_ours_fails_too_and_if_it_does_better) {
  const std::string row = "published: {test_accuracy: 11.35}, fails: true";
  BOOST_TEST(Ended(row, {10.0}).metric().at("holds") == true);
  BOOST_TEST(Ended(row, {10.0}).metric().at("fails_too") == true);
  BOOST_TEST(Ended(row, {50.0}).metric().at("holds") == true);
  BOOST_TEST(Ended(row, {50.0}).metric().at("fails_too") == false);
  const Json diverged = Ended(row, {0}, "diverged").metric();
  BOOST_TEST(diverged.at("holds") == true);
  BOOST_TEST(diverged.at("fails_too") == true);
  BOOST_TEST(diverged.at("note") == "diverged");
}

BOOST_AUTO_TEST_CASE(a_defect_is_judged_by_what_is_true_instead_or_not_at_all) {
  const std::string row = "published: {test_accuracy: 99}, defect: printed twice";
  BOOST_TEST(Ended(row, {50.0}).metric().at("holds").is_null());
  BOOST_TEST(Ended(row + ", at_least: {test_accuracy: 97}", {96.9}).metric().at("holds") == false);
  BOOST_TEST(Ended(row + ", at_least: {test_accuracy: 97}", {97.1}).metric().at("holds") == true);
}

BOOST_AUTO_TEST_CASE(a_row_with_a_run_that_diverged_or_is_missing_does_not_hold) {
  BOOST_TEST(Ended("published: {test_accuracy: 80}", {90}, "diverged").metric().at("holds") == false);
  Ended ended("published: {test_accuracy: 80}", {90, 91});
  ended.remove(1);
  BOOST_TEST(ended.metric().at("holds") == false);
  BOOST_TEST(ended.metric().at("mean").is_null());
}

BOOST_AUTO_TEST_CASE(figures_of_validation_are_those_of_the_best_epoch) {
  const Json selected = Ended("published: {test_accuracy: 80}", {85, 86}).outcome().at("parts")[0].at("selected");
  BOOST_TEST(selected.at("run") == "runs/y/z/seed_2");
  BOOST_TEST(selected.at("by") == "val_accuracy");
}

BOOST_AUTO_TEST_CASE(the_text_says_what_does_not_hold_and_the_markdown_keeps_its_columns) {
  const Json outcome = Ended("published: {test_accuracy: 80}", {70, 71}).outcome();
  BOOST_TEST((outcome_text(outcome).find("DOES NOT HOLD") != std::string::npos));
  BOOST_TEST((outcome_line(outcome).find("0 of 1 judged figures hold") != std::string::npos), outcome_line(outcome));
  BOOST_TEST((outcome_markdown(outcome).find(
                  "| z | test accuracy, % | 80.00 | 70.50 ± 0.71 | 71.00 | -9.50 | DOES NOT HOLD |") != std::string::npos),
             outcome_markdown(outcome));
}

BOOST_AUTO_TEST_CASE(the_text_says_by_which_rule_a_figure_holds) {
  const std::string text = outcome_text(Ended("published: {test_accuracy: 11.35}, fails: true", {10, 10}).outcome());
  BOOST_TEST((text.find("no lower than it minus 0.5 points") != std::string::npos), text);
  BOOST_TEST((text.find("11.35  10.00 ± 0.00  10.00       -1.35  fails too") != std::string::npos), text);
}

BOOST_AUTO_TEST_CASE(names_that_make_a_table_too_wide_stand_on_lines_of_their_own) {
  const Json outcome = Ended("published: {test_accuracy: 80}", {70, 71}).outcome();
  const std::string wide = outcome_text(outcome), narrow = outcome_text(outcome, 78);
  BOOST_TEST((wide.find("  z                                   test accuracy, %      80.00") != std::string::npos), wide);
  BOOST_TEST((narrow.find("\n  z\n    test accuracy, %") != std::string::npos), narrow);
  for (std::size_t begin = 0, end; (end = narrow.find('\n', begin)) != narrow.npos; begin = end + 1)
    BOOST_TEST(columns_of(narrow.substr(begin, end - begin)) <= 90u);
}

BOOST_AUTO_TEST_CASE(without_published_figures_there_is_nothing_to_judge_by) {
  const Json outcome = Ended("options: {seed: 1}", {70, 71}).outcome();
  BOOST_TEST((outcome_text(outcome).find("0.5 points") == std::string::npos), outcome_text(outcome));
  BOOST_TEST(outcome_line(outcome) == "x: nothing was published to judge by (2 runs, 3 s of training on one core each)");
}

BOOST_AUTO_TEST_CASE(the_overview_has_a_line_for_each_study) {
  Json good = Ended("published: {test_accuracy: 80}", {90, 91}).outcome(),
       bad = Ended("published: {test_accuracy: 80}", {70}).outcome();
  good["command"] = "xgrad reproduce x";
  good["title"] = "One | two";
  for (const char* verdict : {"refuted", "confirmed", "refuted"})
    good["findings"].push_back({{"verdict", verdict}, {"claim", "c"}, {"figures", "f"}});
  const std::string text = overview_markdown({good, bad}, "All of it.");
  BOOST_TEST((text.find("\n\nAll of it.\n\n") != std::string::npos), text);
  BOOST_TEST(
      (text.find("| [x](x/study.md) | One \\| two | `xgrad reproduce x` | 2 refuted, 1 confirmed | 2 | 3 s | 1 of 1 |") !=
       std::string::npos),
      text);
  BOOST_TEST((text.find("| – | 1 | 2 s | 0 of 1 |") != std::string::npos), text);
}

BOOST_AUTO_TEST_CASE(durations_are_told_as_people_tell_them) {
  BOOST_TEST(duration_text(45.4) == "45 s");
  BOOST_TEST(duration_text(89) == "1 min");
  BOOST_TEST(duration_text(3600 + 20 * 60) == "1 h 20 min");
}

BOOST_AUTO_TEST_SUITE_END()
