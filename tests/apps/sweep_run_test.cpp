#include <algorithm>
#include <chrono>
#include <csignal>
#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "paths.hpp"
#include "workplace.hpp"

namespace fs = std::filesystem;

namespace {

using Words = std::vector<std::string>;

const std::string constants = "  data_dir: {value: data}\n  batch_size: {value: 32}\n  num_layers: {value: 1}\n";
const std::string rates =
    "  learning_rate: {distribution: log_uniform_values, min: 1e-4, max: 0.1}\n  hidden_size: {values: [4, 16]}\n";
const std::string metric = "metric: {name: val_accuracy, goal: maximize}\n";
const std::string hyperband = "early_terminate: {type: hyperband, min_iter: 1, eta: 2}\n";

std::string tiny(const std::string& method) {
  return "method: " + method + "\nrun_cap: 20\n" + metric + hyperband + "parameters:\n  epochs: {value: 4}\n" + constants +
         rates;
}

std::vector<Words> csv(const Workplace& place, const std::string& folder) {
  std::istringstream lines(place.bytes(folder + "/sweep.csv"));
  std::vector<Words> rows;
  for (std::string line; std::getline(lines, line);) {
    Words cells{""};
    for (const char c : line)
      if (c == ',')
        cells.emplace_back();
      else
        cells.back() += c;
    rows.push_back(cells);
  }
  return rows;
}

// The results but for the seconds, which come last.
std::vector<Words> results(const Workplace& place, const std::string& folder) {
  std::vector<Words> rows = csv(place, folder);
  for (Words& row : rows) row.pop_back();
  return rows;
}

Words column(const std::vector<Words>& rows, const std::string& name) {
  const auto at = std::find(rows.at(0).begin(), rows.at(0).end(), name) - rows[0].begin();
  Words values;
  for (std::size_t i = 1; i < rows.size(); ++i) values.push_back(rows[i].at(static_cast<std::size_t>(at)));
  return values;
}

// The processes whose arguments hold a text.
std::vector<pid_t> processes_with(const std::string& text) {
  std::vector<pid_t> found;
  for (const auto& entry : fs::directory_iterator("/proc")) {
    const std::string name = entry.path().filename().string();
    if (name.find_first_not_of("0123456789") != name.npos) continue;
    std::ifstream file(entry.path() / "cmdline", std::ios::binary);
    const std::string arguments{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    if (arguments.find(text) != arguments.npos) found.push_back(static_cast<pid_t>(std::stol(name)));
  }
  return found;
}

template <class Condition>
bool wait_for(ChildProcess& process, Condition&& condition) {
  while (process.is_running() && !condition()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  return process.is_running();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(sweep_run)

BOOST_AUTO_TEST_CASE(results_do_not_depend_on_the_number_of_jobs) {
  const Workplace place;
  for (const std::string method : {"random", "bayes"}) {
    write_bytes(place / (method + ".yaml"), tiny(method));
    check_succeeds(place.xgrad({"sweep", method + ".yaml", "--out", method + "_1", "--jobs", "1"}));
    check_succeeds(place.xgrad({"sweep", method + ".yaml", "--out", method + "_3", "--jobs", "3"}));
    BOOST_TEST((results(place, method + "_1") == results(place, method + "_3")));
    BOOST_TEST(results(place, method + "_1").size() == 21u);
  }
  BOOST_TEST((results(place, "random_1") != results(place, "bayes_1")));
}

BOOST_AUTO_TEST_CASE(a_sweep_leaves_tables_and_run_folders_that_agree) {
  const Workplace place;
  write_bytes(place / "mine.yaml", tiny("random"));
  const Finished finished = place.xgrad({"sweep", "mine.yaml", "--jobs", "2", "--run_cap", "9"});
  check_succeeds(finished);
  BOOST_TEST((finished.output.find("9 of 9 runs done") != std::string::npos), finished.output);
  const std::string out = "runs/sweep_mine";
  BOOST_TEST(place.bytes(out + "/sweep.yaml") == tiny("random"));
  const std::vector<Words> rows = csv(place, out);
  const Words expected{
      "run",           "status",         "learning_rate", "hidden_size",  "epochs_run",   "best_epoch", "best_val_accuracy",
      "train_loss",    "train_accuracy", "val_loss",      "val_accuracy", "val_macro_f1", "test_loss",  "test_accuracy",
      "test_macro_f1", "seconds"};
  BOOST_TEST((rows.at(0) == expected));
  const Json json = place.json(out + "/sweep.json");
  BOOST_TEST(json["method"] == "random");
  BOOST_TEST((json["metric"] == Json{{"name", "val_accuracy"}, {"goal", "maximize"}}));
  BOOST_REQUIRE(json["parameters"].size() == 2u);
  BOOST_TEST(json["parameters"][0]["scale"] == "log");
  BOOST_TEST((json["parameters"][1]["values"] == Json{4, 16}));
  BOOST_REQUIRE(rows.size() == 10u);
  BOOST_REQUIRE(json["runs"].size() == 9u);
  std::set<std::string> statuses;
  for (std::size_t i = 0; i < 9; ++i) {
    const Words& row = rows[i + 1];
    const Json& run = json["runs"][i];
    const std::string folder = out + "/" + row[0];
    const Json summary = place.json(folder + "/summary.json"), config = place.json(folder + "/config.json");
    statuses.insert(row[1]);
    BOOST_TEST(run["run"] == row[0]);
    BOOST_TEST(run["status"] == row[1]);
    BOOST_TEST(config["learning_rate"] == std::stod(row[2]));
    BOOST_TEST(run["parameters"]["learning_rate"] == std::stod(row[2]));
    BOOST_TEST(config["hidden_size"] == std::stoul(row[3]));
    BOOST_TEST(summary["epochs_run"] == std::stoul(row[4]));
    double best = 0;
    for (const Json& epoch : place.lines(folder + "/metrics.jsonl")) best = std::max(best, epoch["val_accuracy"].get<double>());
    BOOST_TEST(std::stod(row[6]) == best);
    BOOST_TEST(std::stod(row[10]) == best);
    BOOST_TEST(run["metric"] == best);
    BOOST_TEST((row[1] == "finished") == !row[13].empty());
    if (row[1] == "finished") BOOST_TEST(summary["test_accuracy"] == std::stod(row[13]));
    BOOST_TEST((row[1] == "finished") == place.exists(folder + "/model.safetensors"));
    BOOST_TEST(!place.exists(folder + "/checkpoint.safetensors"));
  }
  BOOST_TEST((statuses == std::set<std::string>{"finished", "stopped"}));
}

BOOST_AUTO_TEST_CASE(a_sweep_that_was_killed_goes_on_to_the_same_results) {
  const Workplace place;
  for (const std::string method : {"random", "bayes"}) {
    write_bytes(place / (method + ".yaml"), tiny(method));
    check_succeeds(place.xgrad({"sweep", method + ".yaml", "--out", "whole_" + method, "--jobs", "2"}));
    const Words command{"sweep", method + ".yaml", "--out", "killed_" + method, "--jobs", "2"};
    for (const std::size_t folders : {1u, 6u, 12u, 17u}) {
      ChildProcess process(xgrad::test::program_path(), command, {.folder = place.path()});
      wait_for(process, [&] {
        return place.exists("killed_" + method + "/runs") && names_in(place / ("killed_" + method + "/runs")).size() > folders;
      });
      process.send(SIGKILL);
      process.wait();
    }
    check_succeeds(place.xgrad(command));
    BOOST_TEST((results(place, "killed_" + method) == results(place, "whole_" + method)));
  }
}

BOOST_AUTO_TEST_CASE(an_interrupted_sweep_says_how_to_go_on_and_exits_130) {
  const Workplace place;
  write_bytes(place / "long.yaml",
              "method: grid\nparameters:\n  epochs: {value: 1000000}\n  seed: {values: [1, 2, 3]}\n" + constants);
  ChildProcess process(xgrad::test::program_path(), {"sweep", "long.yaml", "--out", "out", "--jobs", "2"},
                       {.folder = place.path()});
  // Both runs that go at once must have begun: one that is stopped before its first epoch leaves no summary.
  wait_for(process, [&] {
    return place.exists("out/runs/00001_seed_1/metrics.jsonl") && place.exists("out/runs/00002_seed_2/metrics.jsonl");
  });
  process.send(SIGINT);
  const Finished finished = process.wait();
  BOOST_TEST(finished.status == 130);
  BOOST_TEST((finished.errors.find("xgrad sweep long.yaml --out out") != std::string::npos), finished.errors);
  BOOST_TEST((column(csv(place, "out"), "status") == Words(3, "unfinished")));
  BOOST_TEST(place.json("out/runs/00001_seed_1/summary.json")["outcome"] == "interrupted");
}

BOOST_AUTO_TEST_CASE(after_its_time_a_sweep_saves_and_ends_and_can_go_on) {
  const Workplace place;
  write_bytes(place / "some.yaml",
              "method: grid\nparameters:\n  epochs: {value: 3000}\n  seed: {values: [1, 2]}\n" + constants);
  const Finished stopped = place.xgrad({"sweep", "some.yaml", "--out", "out", "--jobs", "1", "--time_limit", "0.005"});
  check_succeeds(stopped);
  BOOST_TEST((stopped.errors.find("the time is over") != std::string::npos), stopped.errors);
  BOOST_TEST((stopped.errors.find("xgrad sweep some.yaml --out out") != std::string::npos), stopped.errors);
}

BOOST_AUTO_TEST_CASE(runs_that_diverge_or_are_killed_are_recorded_and_the_sweep_goes_on) {
  const Workplace place;
  write_bytes(
      place / "hard.yaml",
      "method: grid\nparameters:\n  optimizer: {value: sgd}\n  learning_rate: {values: [1e30, 0.01]}\n  epochs: {values: [3, "
      "1000000]}\n" +
          constants);
  // The last of the four would train for days.
  const std::string folder = (place / "out/runs/00004_lr_0.01_ep_1000000").string();
  const Words command{"sweep", "hard.yaml", "--out", (place / "out").string(), "--jobs", "1"};
  ChildProcess process(xgrad::test::program_path(), command, {.folder = place.path()});
  BOOST_REQUIRE(wait_for(process, [&] { return fs::exists(folder + "/metrics.jsonl"); }));
  for (const pid_t pid : processes_with(folder)) kill(pid, SIGKILL);
  check_succeeds(process.wait());
  const std::vector<Words> before = csv(place, "out");
  BOOST_TEST((column(before, "status") == Words{"diverged", "diverged", "finished", "failed"}));
  BOOST_TEST((column(before, "best_val_accuracy")[0] == ""));
  BOOST_TEST(place.json("out/sweep.json")["runs"][3]["reason"] == "killed by signal 9");
  check_succeeds(place.xgrad(command));  // nothing is left to do
  BOOST_TEST((csv(place, "out") == before));
}

BOOST_AUTO_TEST_CASE(where_every_run_fails_the_sweep_ends_says_why_and_can_be_tried_again) {
  const Workplace place;
  const std::string file =
      "method: grid\nparameters:\n  epochs: {value: 1}\n  data_dir: {value: later}\n  seed: {min: 1, max: 30}\n";
  write_bytes(place / "lost.yaml", file);
  const Words command{"sweep", "lost.yaml", "--out", "out", "--run_cap", "20"};
  const Finished finished = place.xgrad(command);
  BOOST_TEST(finished.status == 1);
  BOOST_TEST((finished.errors.find("xgrad: the first 8 runs all failed") != std::string::npos), finished.errors);
  BOOST_TEST((finished.errors.find("later") != std::string::npos), finished.errors);
  fs::rename(place / "data", place / "later");
  check_succeeds(place.xgrad(command));
  BOOST_TEST((column(csv(place, "out"), "status") == Words(20, "finished")));
}

BOOST_AUTO_TEST_CASE(bad_calls_are_refused) {
  const Workplace place;
  write_bytes(place / "mine.yaml", tiny("random"));
  write_bytes(place / "endless.yaml", "method: random\nparameters: {learning_rate: {min: 0.1, max: 1.0}}\n");
  write_bytes(place / "wrong.yaml", "method: random\nparameters: {learning_rat: {min: 0.1, max: 1.0}}\n");
  check_fails(place.xgrad({"sweep", "nothing.yaml"}), 1, {"nothing.yaml", "cannot be opened"});
  check_fails(place.xgrad({"sweep", "data"}), 2, {"data", "is a folder"});
  check_fails(place.xgrad({"sweep", "wrong.yaml"}), 2, {"wrong.yaml", "'learning_rat'", "learning_rate"});
  check_fails(place.xgrad({"sweep", "endless.yaml"}), 2, {"endless.yaml", "run_cap", "--time_limit"});
  check_fails(place.xgrad({"sweep", "mine.yaml", "--time_limit", "-1"}), 2, {"--time_limit"});
  check_fails(place.xgrad({"sweep", "mine.yaml", "--time_limit", "nan"}), 2, {"--time_limit"});
  check_fails(place.xgrad({"sweep", "mine.yaml", "--run_cap", "0"}), 2, {"--run_cap"});
  check_fails(place.xgrad({"sweep", "mine.yaml", "--seed", "-1"}), 2, {"--seed", "'-1' is not a whole number"});
  BOOST_TEST(!place.exists("runs"));
}

BOOST_AUTO_TEST_CASE(a_sweep_that_was_refused_leaves_its_folder_free) {
  const Workplace place;
  const std::string file = "method: random\nrun_cap: 2\n" + metric + "parameters:\n  epochs: {value: 1}\n" + constants + rates;
  write_bytes(place / "mine.yaml", file + "  val_fraction: {value: 0}\n");
  check_fails(place.xgrad({"sweep", "mine.yaml", "--out", "out"}), 2, {"val_fraction"});
  write_bytes(place / "mine.yaml", file);
  check_succeeds(place.xgrad({"sweep", "mine.yaml", "--out", "out"}));
  BOOST_TEST(place.bytes("out/sweep.yaml") == file);
}

BOOST_AUTO_TEST_CASE(a_sweep_that_forgot_how_it_began_does_not_go_on) {
  const Workplace place;
  write_bytes(place / "mine.yaml", tiny("random"));
  const Words command{"sweep", "mine.yaml", "--out", "out", "--run_cap", "2"};
  check_succeeds(place.xgrad({"sweep", "mine.yaml", "--out", "out", "--run_cap", "2", "--seed", "7"}));
  const std::string settings = place.bytes("out/settings.json");
  for (const std::string& damaged : {settings.substr(0, 9), std::string(), std::string("{\"seed\": 7}")}) {
    write_bytes(place / "out/settings.json", damaged);
    check_fails(place.xgrad(command), 1, {"out/settings.json", "--out"});
  }
  write_bytes(place / "out/settings.json", settings);
  check_succeeds(place.xgrad(command));
  BOOST_TEST(names_in(place / "out/runs").size() == 2u);
}

BOOST_AUTO_TEST_CASE(a_folder_takes_no_other_sweep) {
  const Workplace place;
  write_bytes(place / "mine.yaml", tiny("random"));
  write_bytes(place / "other.yaml", tiny("bayes"));
  check_succeeds(place.xgrad({"sweep", "mine.yaml", "--out", "out", "--run_cap", "2", "--seed", "5"}));
  check_fails(place.xgrad({"sweep", "other.yaml", "--out", "out"}), 2, {"out", "another sweep", "--out"});
  check_fails(place.xgrad({"sweep", "mine.yaml", "--out", "out", "--seed", "6"}), 2, {"--seed 5"});
  // The cap may grow, and the seed is known: the first runs stay.
  const std::vector<Words> before = csv(place, "out");
  check_succeeds(place.xgrad({"sweep", "mine.yaml", "--out", "out", "--run_cap", "10"}));
  const std::vector<Words> after = csv(place, "out");
  BOOST_TEST(after.size() == 11u);
  BOOST_TEST(after[1][0] == before[1][0]);
  BOOST_TEST(after[2][0] == before[2][0]);
}

BOOST_AUTO_TEST_SUITE_END()
