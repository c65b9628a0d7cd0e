#include "sweep/sweep_summary.hpp"

#include <boost/test/unit_test.hpp>

#include "sweep/run_result.hpp"
#include "temporary_folder.hpp"

using namespace xgrad::apps::sweep;

namespace {

const char* const yaml = R"(name: small
description: Two options
method: grid
metric: {name: val_accuracy, goal: maximize}
early_terminate: {type: hyperband, min_iter: 1, eta: 3}
parameters:
  optimizer: {values: [sgd, adam]}
  batch_size: {values: [16, 32]}
  epochs: {value: 9}
)";

Run run(const char* optimizer, int batch, Status status, std::size_t passed, std::vector<double> costs) {
  Run r;
  r.values = {optimizer, batch, 9};
  r.status = status;
  r.passed = passed;
  r.costs = std::move(costs);
  return r;
}

bool has(const std::string& text, const std::string& line) { return text.find(line) != text.npos; }

}  // namespace

BOOST_AUTO_TEST_SUITE(sweep_summary)

BOOST_AUTO_TEST_CASE(every_value_has_its_runs_shares_median_and_best) {
  const SweepFile file = parse_sweep(yaml, "small.yaml");
  const std::vector<Run> runs{
      run("sgd", 16, Status::Stopped, 0, {-0.1}),         run("sgd", 32, Status::Stopped, 1, {-0.2, -0.3, -0.3}),
      run("adam", 16, Status::Finished, 2, {-0.5, -0.8}), run("adam", 16, Status::Diverged, 0, {}),
      run("adam", 32, Status::Finished, 2, {-0.7, -0.9}), run("adam", 32, Status::Running, 0, {-0.95})};
  const std::string text = summary_markdown(file, runs, 8);
  BOOST_TEST(has(text, "# Sweep small\n\nTwo options.\n\n5 of 8 runs done (2 finished, 2 stopped, 1 diverged)."), text);
  BOOST_TEST(has(text, "| optimizer | runs | stopped at once, % | finished, % | median val_accuracy | best |"), text);
  BOOST_TEST(has(text, "| sgd | 2 | 50.0 | 0.0 | 0.1000 | 0.3000 |"), text);
  // Of three the middle one: 0.9, 0.8, and the one that diverged, which is worse than any other. The one under way is left out.
  BOOST_TEST(has(text, "| adam | 3 | 0.0 | 66.7 | 0.8000 | 0.9000 |"), text);
  BOOST_TEST(has(text, "| 16 | 3 | 33.3 | 33.3 | 0.1000 | 0.8000 |"), text);
  BOOST_TEST(!has(text, "| epochs | runs |"), text);  // it is the same in all
}

BOOST_AUTO_TEST_CASE(the_best_runs_come_first_with_their_values) {
  const SweepFile file = parse_sweep(yaml, "small.yaml");
  const std::string text = summary_markdown(
      file, {run("sgd", 16, Status::Stopped, 0, {-0.1}), run("adam", 32, Status::Finished, 2, {-0.7, -0.9})}, 4);
  BOOST_TEST(has(text,
                 "| val_accuracy | status | epochs | run | optimizer | batch_size |\n|---:|---|---:|---:|---|---|\n"
                 "| 0.9000 | finished | 2 | 2 | adam | 32 |\n| 0.1000 | stopped | 1 | 1 | sgd | 16 |\n"),
             text);
}

BOOST_AUTO_TEST_CASE(before_any_run_has_ended_there_are_no_figures) {
  const std::string text = summary_markdown(parse_sweep(yaml, "small.yaml"), {}, 4);
  BOOST_TEST(has(text, "0 of 4 runs done."), text);
}

BOOST_AUTO_TEST_CASE(a_note_of_a_failure_that_was_damaged_is_still_one) {
  const TemporaryFolder folder;
  write_bytes(folder / "failed.json", "{\"reason\": 5}");
  const RunResult result = read_result(folder.path());
  BOOST_TEST(result.outcome == "failed");
  BOOST_TEST(result.reason == "5");
}

BOOST_AUTO_TEST_SUITE_END()
