#include <chrono>
#include <csignal>
#include <fstream>
#include <thread>

#include <boost/test/unit_test.hpp>

#include "paths.hpp"
#include "workplace.hpp"

namespace {

using Words = std::vector<std::string>;

// Two networks on the small data set; `published` decides what holds.
void write_study(const Workplace& place, const std::string& published, const std::string& more = "") {
  std::ofstream(place / "tiny.yaml") << R"(
name: tiny
title: A tiny study
options: {dataset: fashion_mnist, epochs: 3, batch_size: 16, learning_rate: 0.01, val_fraction: 0.2, monitor: val_accuracy)"
                                     << more << R"(}
parts:
  - name: widths
    metrics: [val_accuracy, test_accuracy]
    samples: one_per_class
    rows:
      - {name: wide, options: {hidden: [32]}, published: {test_accuracy: )"
                                     << published << R"(}}
      - {name: narrow, options: {hidden: [4]}, published: {test_accuracy: 99.9}, defect: printed from another run}
    select: {by: val_accuracy}
    curves: [{title: Loss, metric: loss}]
findings:
  - claim: wide beats narrow
    part: widths
    metric: test_accuracy
    groups: [{name: wide, where: {hidden: [[32]]}}, {name: narrow, where: {hidden: [[4]]}}]
    holds: [[wide.mean, ">", narrow.mean]]
)";
}

Finished run_study(const Workplace& place, const Words& more = {}) {
  Words words{"reproduce", "tiny.yaml", "--seeds", "2", "--jobs", "2", "--out", "out", "--data_dir", "data"};
  words.insert(words.end(), more.begin(), more.end());
  return place.xgrad(words);
}

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

BOOST_AUTO_TEST_SUITE(reproduce)

BOOST_AUTO_TEST_CASE(a_study_that_holds_ends_with_status_0_and_shows_ours_beside_the_published) {
  const Workplace place;
  write_study(place, "20");
  const Finished finished = run_study(place);
  check_succeeds(finished);
  BOOST_TEST(contains(finished.output, "everything holds"));
  const Json study = place.json("out/tiny/study.json");
  BOOST_TEST(study["holds"] == true);
  const Json& metric = study["parts"][0]["rows"][0]["metrics"][1];
  double sum = 0;
  for (int seed = 1; seed <= 2; ++seed)
    sum +=
        place.json("out/tiny/runs/widths/wide/seed_" + std::to_string(seed) + "/summary.json")["test_accuracy"].get<double>();
  BOOST_TEST(metric["mean"].get<double>() == 100 * sum / 2, boost::test_tools::tolerance(1e-12));
  BOOST_TEST(metric["holds"] == true);
  BOOST_TEST(study["parts"][0]["rows"][1]["metrics"][1]["holds"].is_null());  // a defect is not judged
  BOOST_TEST(study["parts"][0]["samples"]["images"].size() == 10u);
  BOOST_TEST(study["findings"][0]["verdict"] == "confirmed");
}

BOOST_AUTO_TEST_CASE(a_study_that_does_not_hold_ends_with_status_1_and_says_which_row) {
  const Workplace place;
  write_study(place, "100.6");  // more than 0.5 points above what can be
  const Finished finished = run_study(place);
  BOOST_TEST(finished.status == 1);
  BOOST_TEST(contains(finished.output, "DOES NOT HOLD"), finished.output);
  BOOST_TEST(contains(finished.output, "not everything holds"));
}

BOOST_AUTO_TEST_CASE(the_outcome_does_not_depend_on_how_many_runs_go_at_once) {
  const Workplace place;
  write_study(place, "20");
  check_succeeds(run_study(place, {"--out", "a", "--jobs", "1"}));
  check_succeeds(run_study(place, {"--out", "b", "--jobs", "4"}));
  Json a = place.json("a/tiny/study.json"), b = place.json("b/tiny/study.json");
  a.erase("seconds");
  b.erase("seconds");
  BOOST_TEST((a == b));
}

BOOST_AUTO_TEST_CASE(finished_runs_are_not_done_again_also_after_an_interruption) {
  const Workplace place;
  write_study(place, "20");
  ChildProcess process(xgrad::test::program_path(),
                       {"reproduce", "tiny.yaml", "--seeds", "2", "--jobs", "1", "--out", "out", "--data_dir", "data"},
                       {.folder = place.path()});
  while (process.is_running() && !place.exists("out/tiny/runs/widths/wide/seed_1/summary.json"))
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  process.send(SIGINT);
  const Finished stopped = process.wait();
  BOOST_TEST((stopped.status == 130 || stopped.status == 0), stopped.errors);
  const std::string first = place.bytes("out/tiny/runs/widths/wide/seed_1/summary.json");
  const Finished finished = run_study(place);
  check_succeeds(finished);
  BOOST_TEST(place.bytes("out/tiny/runs/widths/wide/seed_1/summary.json") == first);
}

BOOST_AUTO_TEST_CASE(runs_with_other_options_in_the_same_folder_are_told_and_not_touched) {
  const Workplace place;
  write_study(place, "20");
  check_succeeds(run_study(place));
  const std::string before = place.bytes("out/tiny/runs/widths/wide/seed_1/summary.json");
  write_study(place, "20", ", dropout: 0.5");
  check_fails(run_study(place), 1, {"holds a run with other options", "dropout"});
  BOOST_TEST(place.bytes("out/tiny/runs/widths/wide/seed_1/summary.json") == before);
}

BOOST_AUTO_TEST_CASE(runs_begun_before_an_option_existed_count_as_having_its_default) {
  const Workplace place;
  write_study(place, "20");
  check_succeeds(run_study(place));
  const std::string run = "out/tiny/runs/widths/wide/seed_1/";
  Json config = place.json(run + "config.json");
  config.erase("augment");
  std::ofstream(place / (run + "config.json")) << config.dump();
  const std::string before = place.bytes(run + "summary.json");
  check_succeeds(run_study(place));
  BOOST_TEST(place.bytes(run + "summary.json") == before);
}

BOOST_AUTO_TEST_CASE(a_run_that_fails_is_told_is_not_counted_and_is_done_again) {
  const Workplace place;
  write_study(place, "20");
  const std::string run = "out/tiny/runs/widths/wide/seed_1/";
  std::filesystem::create_directories(place / (run + "pictures.json/in the way"));
  const Finished failed = run_study(place);
  BOOST_TEST(failed.status == 1);
  BOOST_TEST(contains(failed.errors, "failed with status 1; see " + run + "log.txt"), failed.errors);
  BOOST_TEST(contains(failed.output, "1 run failed"), failed.output);
  std::filesystem::remove_all(place / (run + "pictures.json"));
  check_succeeds(run_study(place));
  BOOST_TEST(place.exists(run + "model.safetensors"));
}

BOOST_AUTO_TEST_CASE(missing_data_is_told_once_and_before_anything_is_run) {
  const Workplace place;
  write_study(place, "20");
  const Finished refused = place.xgrad({"reproduce", "tiny.yaml", "--out", "out", "--data_dir", "elsewhere"});
  BOOST_TEST(refused.status == 1);
  BOOST_TEST(contains(refused.errors, "the data set fashion_mnist was not found"), refused.errors);
  BOOST_TEST(!contains(refused.errors, "log.txt"), refused.errors);
  BOOST_TEST(!place.exists("out/tiny"));
}

BOOST_AUTO_TEST_CASE(a_folder_is_the_same_however_it_is_written) {
  const Workplace place;
  std::ofstream(place / "two.yml") << "name: two\noptions: {epochs: 1, batch_size: 32}\nparts: [{name: p, rows: [{name: a, "
                                      "options: {hidden: [8]}}, {name: b, options: {features_from: '@p/a'}}]}]\n";
  const auto words = [](const Words& more) {
    Words all{"reproduce", "two.yml", "--seeds", "1"};
    all.insert(all.end(), more.begin(), more.end());
    return all;
  };
  check_succeeds(place.xgrad(words({"--out", "out", "--data_dir", "data"})));
  const std::string before = place.bytes("out/two/runs/p/b/seed_1/summary.json");
  check_succeeds(place.xgrad(words({"--out", "./out", "--data_dir", "./data"})));
  std::filesystem::create_directory(place / "other");
  std::filesystem::copy(place / "two.yml", place / "other/two.yml");
  check_succeeds(place.xgrad(words({"--out", "../out", "--data_dir", "../data"}), {.folder = place / "other"}));
  BOOST_TEST(place.bytes("out/two/runs/p/b/seed_1/summary.json") == before);
}

BOOST_AUTO_TEST_CASE(a_study_whose_runs_diverge_without_a_figure_goes_on) {
  const Workplace place;
  std::ofstream(place / "tiny.yaml") << "name: tiny\noptions: {epochs: 1, batch_size: 1000, optimizer: sgd, learning_rate: "
                                        "1e38, val_fraction: 0, task: reconstruct}\nparts: [{name: p, metrics: [test_loss], "
                                        "rows: [{name: a, options: {hidden: [8]}}, {name: b, options: {hidden: [4]}}]}]\n";
  const Finished finished = run_study(place);
  BOOST_TEST(finished.signal == 0);
  BOOST_TEST(contains(finished.errors, "[4/4 done"), finished.errors);
  BOOST_TEST(contains(finished.errors, "diverged"), finished.errors);
}

BOOST_AUTO_TEST_CASE(a_study_or_part_that_does_not_exist_is_told_with_the_nearest_name) {
  const Workplace place;
  write_study(place, "20");
  check_fails(place.xgrad({"reproduce", "s9"}), 2, {"unknown study 's9'"});
  check_fails(run_study(place, {"--part", "width"}), 2, {"did you mean 'widths'?"});
  check_fails(place.xgrad({"reproduce", "missing.yaml"}), 1, {"missing.yaml", "cannot be opened"});
  std::filesystem::create_directory(place / "folder.yaml");
  check_fails(place.xgrad({"reproduce", "folder.yaml"}), 2, {"folder.yaml", "is a folder"});
}

BOOST_AUTO_TEST_CASE(the_list_names_every_study_with_its_parts_and_their_time) {
  const Workplace place;
  const Finished listed = place.xgrad({"reproduce", "list"});
  check_succeeds(listed);
  for (const char* word : {"s0", "s1", "s2", "s3", "s4", "autoencoders", "runs, about", "all: about"})
    BOOST_TEST(contains(listed.output, word), word);
}

BOOST_AUTO_TEST_SUITE_END()
