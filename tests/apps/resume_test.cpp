#include <algorithm>
#include <chrono>
#include <csignal>
#include <string>
#include <thread>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "has_bf16.hpp"
#include "paths.hpp"
#include "workplace.hpp"

namespace {

using Words = std::vector<std::string>;

// Everything whose state must survive: masks, running statistics, a scheduler, averaged weights, an order of images.
const Words demanding{
    "-e",  "6",           "--dropout", "0.3", "--noise", "0.1",   "--batch_norm", "--scheduler", "one_cycle",          "--ema",
    "0.9", "--log_steps", "-b",        "16",  "-o",      "nadam", "--threads",    "1",           "--checkpoint_steps", "5"};

Words in_folder(const std::string& name, const Words& more = {}) {
  Words words = demanding;
  words.insert(words.end(), more.begin(), more.end());
  words.insert(words.end(), {"--run_dir", name});
  return Workplace::training(words);
}

std::size_t line_count(const std::filesystem::path& file) {
  if (!std::filesystem::exists(file)) return 0;
  const std::string text = read_bytes(file);
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

// Starts a run and sends it a signal as soon as its log holds so many steps.
Finished run_until(const Workplace& place, const std::string& name, std::size_t steps, int signal, const Words& more = {}) {
  ChildProcess process(xgrad::test::program_path(), in_folder(name, more), {.folder = place.path()});
  while (process.is_running() && line_count(place / (name + "/steps.jsonl")) < steps)
    std::this_thread::sleep_for(std::chrono::microseconds(200));
  process.send(signal);
  return process.wait();
}

void check_same_run(const Workplace& place, const std::string& name, const std::string& reference) {
  BOOST_TEST((place.bytes(name + "/model.safetensors") == place.bytes(reference + "/model.safetensors")));
  BOOST_TEST((place.bytes(name + "/steps.jsonl") == place.bytes(reference + "/steps.jsonl")));
  BOOST_TEST(
      (without_timings(place.lines(name + "/metrics.jsonl")) == without_timings(place.lines(reference + "/metrics.jsonl"))));
  Json a = place.json(name + "/summary.json"), b = place.json(reference + "/summary.json");
  a.erase("duration");
  b.erase("duration");
  BOOST_TEST((a == b));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(resume)

BOOST_AUTO_TEST_CASE(a_killed_run_goes_on_as_if_it_had_never_stopped) {
  const Workplace place;
  check_succeeds(place.xgrad(in_folder("whole")));  // 17 steps an epoch, 102 in all
  for (const std::size_t steps : {1u, 5u, 17u, 34u, 42u, 85u}) {
    BOOST_TEST_CONTEXT("killed after step " << steps) {
      const std::string name = "killed_" + std::to_string(steps);
      const Finished killed = run_until(place, name, steps, SIGKILL);
      BOOST_TEST((killed.signal == SIGKILL || killed.status == 0));
      check_succeeds(place.xgrad({"train", "--resume", name}));
      check_same_run(place, name, "whole");
    }
  }
}

BOOST_AUTO_TEST_CASE(a_run_with_products_in_bfloat16_goes_on_with_them, *boost::unit_test::precondition(has_bf16)) {
  const Workplace place;
  const Words wide{"--precision", "bf16", "--hidden", "128,128", "-b", "64"};
  check_succeeds(place.xgrad(in_folder("whole", wide)));
  run_until(place, "killed", 8, SIGKILL, wide);
  check_succeeds(place.xgrad({"train", "--resume", "killed"}));
  check_same_run(place, "killed", "whole");
}

BOOST_AUTO_TEST_CASE(a_run_killed_again_and_again_still_arrives) {
  const Workplace place;
  check_succeeds(place.xgrad(in_folder("whole")));
  run_until(place, "often", 8, SIGKILL);
  for (const std::size_t steps : {25u, 40u, 70u}) {
    ChildProcess process(xgrad::test::program_path(), {"train", "--resume", "often", "--quiet"}, {.folder = place.path()});
    while (process.is_running() && line_count(place / "often/steps.jsonl") < steps)
      std::this_thread::sleep_for(std::chrono::microseconds(200));
    process.send(SIGKILL);
    process.wait();
  }
  check_succeeds(place.xgrad({"train", "--resume", "often"}));
  check_same_run(place, "often", "whole");
}

BOOST_AUTO_TEST_CASE(an_interrupted_run_finishes_its_step_saves_says_how_to_go_on_and_exits_130) {
  const Workplace place;
  check_succeeds(place.xgrad(in_folder("whole", {"-e", "40"})));
  // Also at the very end of an epoch, and where no checkpoint is due for long.
  for (const std::size_t steps : {1u, 20u, 33u}) {
    const std::string name = "stopped_" + std::to_string(steps);
    const Finished stopped = run_until(place, name, steps, SIGINT, {"-e", "40", "--checkpoint_steps", "0"});
    BOOST_TEST(stopped.status == 130);
    BOOST_TEST((stopped.errors.find("xgrad train --resume " + name) != stopped.errors.npos), stopped.errors);
    BOOST_TEST(place.json(name + "/summary.json")["outcome"] == "interrupted");
    check_succeeds(place.xgrad({"train", "--resume", name, "--threads", "2"}));
    check_same_run(place, name, "whole");
  }
}

BOOST_AUTO_TEST_CASE(a_run_pauses_after_the_epoch_that_is_named_and_goes_on_as_if_it_had_not) {
  const Workplace place;
  check_succeeds(place.xgrad(in_folder("whole")));
  const Finished paused = place.xgrad(in_folder("run", {"--stop_after_epoch", "1"}));
  check_succeeds(paused);
  BOOST_TEST((paused.output.find("xgrad train --resume run") != paused.output.npos), paused.output);
  for (const std::size_t epoch : {1u, 4u}) {
    if (epoch > 1)
      check_succeeds(place.xgrad({"train", "--resume", "run", "--stop_after_epoch", std::to_string(epoch), "--quiet"}));
    const Json summary = place.json("run/summary.json");
    BOOST_TEST(summary["outcome"] == "paused");
    BOOST_TEST(summary["epochs_run"] == epoch);
    BOOST_TEST(!summary.contains("test_accuracy"));
    BOOST_TEST(place.lines("run/metrics.jsonl").size() == epoch);
  }
  BOOST_TEST(!place.json("run/config.json").contains("stop_after_epoch"));
  check_succeeds(place.xgrad({"train", "--resume", "run"}));
  check_same_run(place, "run", "whole");
}

BOOST_AUTO_TEST_CASE(a_pause_at_the_last_epoch_or_beyond_is_none_and_one_that_is_past_changes_nothing) {
  const Workplace place;
  check_succeeds(place.train({"--run_dir", "run", "--stop_after_epoch", "2"}));
  BOOST_TEST(place.json("run/summary.json")["outcome"] == "finished");
  check_succeeds(place.train({"--run_dir", "late", "-e", "5", "--stop_after_epoch", "3"}));
  check_succeeds(place.xgrad({"train", "--resume", "late", "--stop_after_epoch", "2"}));
  BOOST_TEST(place.json("late/summary.json")["epochs_run"] == 3);
  for (const char* wrong : {"0", "-1", "1.5"})
    check_fails(place.train({"--run_dir", "no", "--stop_after_epoch", wrong}), 2, {"--stop_after_epoch"});
  BOOST_TEST(!place.exists("no"));
}

BOOST_AUTO_TEST_CASE(a_folder_with_nothing_but_a_config_is_a_run_that_has_not_begun) {
  const Workplace place;
  check_succeeds(place.xgrad(in_folder("whole")));
  std::filesystem::create_directory(place / "run");
  std::filesystem::copy(place / "whole/config.json", place / "run/config.json");
  check_succeeds(place.xgrad({"train", "--resume", "run", "--quiet"}));
  check_same_run(place, "run", "whole");
}

BOOST_AUTO_TEST_CASE(a_finished_run_that_is_resumed_stays_as_it_is) {
  const Workplace place;
  check_succeeds(place.xgrad(in_folder("whole")));
  check_succeeds(place.xgrad(in_folder("again")));
  check_succeeds(place.xgrad({"train", "--resume", "again"}));
  check_same_run(place, "again", "whole");
}

BOOST_AUTO_TEST_CASE(resuming_takes_no_options_that_would_change_the_run) {
  const Workplace place;
  check_succeeds(place.train({"--run_dir", "run"}));
  check_fails(place.xgrad({"train", "--resume", "run", "-lr", "0.5"}), 2, {"--resume", "--learning_rate"});
  check_fails(place.xgrad({"train", "--resume", "nothing"}), 1, {"nothing", "config.json"});
}

BOOST_AUTO_TEST_CASE(a_run_that_diverges_says_so_exits_3_and_keeps_its_logs) {
  const Workplace place;
  const Finished finished =
      place.train({"--run_dir", "run", "-lr", "1e30", "-o", "sgd", "-l", "cross_entropy", "--log_steps", "-e", "5"});
  check_fails(finished, 3, {"diverged", "epoch 1", "--learning_rate", "run"});
  BOOST_TEST(place.json("run/summary.json")["outcome"] == "diverged");
  const std::vector<Json> steps = place.lines("run/steps.jsonl");
  BOOST_REQUIRE(!steps.empty());
  BOOST_TEST(steps.front()["loss"].is_number());
  BOOST_TEST(steps.back()["loss"].is_null());
}

BOOST_AUTO_TEST_CASE(a_run_whose_very_last_update_ruins_the_weights_has_diverged_too) {
  const Workplace place;
  const Finished finished = place.train({"--run_dir", "run", "-lr", "1e38", "-o", "sgd", "-e", "1", "-b", "1000"});
  check_fails(finished, 3, {"diverged", "epoch 1"});
  BOOST_TEST(place.lines("run/metrics.jsonl").size() == 1u);
}

BOOST_AUTO_TEST_CASE(without_validation_images_it_is_the_test_that_shows_ruined_weights) {
  const Workplace place;
  const Words words{"-lr", "1e38", "-o", "sgd", "-e", "1", "-b", "1000", "--val_fraction", "0"};
  for (const Words& more : {Words{"--run_dir", "run"}, {"--run_dir", "coder", "--task", "reconstruct"}}) {
    Words all = words;
    all.insert(all.end(), more.begin(), more.end());
    check_fails(place.train(all), 3, {"diverged", "epoch 1"});
    BOOST_TEST(place.json(more[1] + "/summary.json")["outcome"] == "diverged");
  }
}

BOOST_AUTO_TEST_CASE(a_run_goes_on_from_every_folder) {
  const Workplace place;
  std::filesystem::create_directory(place / "other");
  check_succeeds(place.train({"--run_dir", "source", "-e", "1"}));
  check_succeeds(place.train(
      {"--run_dir", "run", "--features_from", "source", "--save_model", "best.safetensors", "--stop_after_epoch", "1"}));
  check_succeeds(place.xgrad({"train", "--resume", "../run"}, {.folder = place / "other"}));
  BOOST_TEST(place.exists("best.safetensors"));
  check_succeeds(place.xgrad({"evaluate", "../run"}, {.folder = place / "other"}));
}

BOOST_AUTO_TEST_CASE(a_run_goes_on_with_data_that_were_moved) {
  const Workplace place;
  check_succeeds(place.train({"--run_dir", "run", "--stop_after_epoch", "1"}));
  std::filesystem::rename(place / "data", place / "moved");
  check_fails(place.xgrad({"train", "--resume", "run"}), 1, {"data", "--data_dir"});
  check_succeeds(place.xgrad({"train", "--resume", "run", "--data_dir", "moved"}));
}

BOOST_AUTO_TEST_CASE(a_run_whose_metrics_were_lost_gets_them_back) {
  const Workplace place;
  check_succeeds(place.train({"--run_dir", "run", "-e", "3", "--stop_after_epoch", "2"}));
  const std::vector<Json> before = place.lines("run/metrics.jsonl");
  std::filesystem::remove(place / "run/metrics.jsonl");
  check_succeeds(place.xgrad({"train", "--resume", "run"}));
  const std::vector<Json> after = place.lines("run/metrics.jsonl");
  BOOST_REQUIRE(after.size() == 3u);
  BOOST_TEST((without_timings(before) == without_timings({after[0], after[1]})));
}

BOOST_AUTO_TEST_CASE(a_run_took_as_long_as_all_its_sessions) {
  const Workplace place;
  check_succeeds(place.train({"--run_dir", "run", "--stop_after_epoch", "1"}));
  Json paused = place.json("run/summary.json");
  paused["duration"] = 1000.0;
  write_bytes(place / "run/summary.json", paused.dump());
  check_succeeds(place.xgrad({"train", "--resume", "run"}));
  BOOST_TEST(place.json("run/summary.json")["duration"].get<double>() > 1000);
}

BOOST_AUTO_TEST_CASE(a_run_whose_terminal_is_closed_is_saved) {
  const Workplace place;
  const Finished stopped = run_until(place, "run", 5, SIGHUP, {"-e", "1000", "--checkpoint_steps", "0"});
  BOOST_TEST(stopped.status == 130);
  BOOST_TEST(place.json("run/summary.json")["outcome"] == "interrupted");
}

BOOST_AUTO_TEST_SUITE_END()
