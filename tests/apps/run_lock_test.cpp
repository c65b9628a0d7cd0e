#include <chrono>
#include <csignal>
#include <string>
#include <thread>

#include <boost/test/unit_test.hpp>

#include "paths.hpp"
#include "workplace.hpp"

BOOST_AUTO_TEST_SUITE(run_lock)

BOOST_AUTO_TEST_CASE(a_folder_in_which_a_run_trains_takes_no_other_training) {
  const Workplace place;
  ChildProcess first(xgrad::test::program_path(), Workplace::training({"--run_dir", "run", "-e", "100000"}),
                     {.folder = place.path()});
  while (first.is_running() && !(place.exists("run/checkpoint.safetensors") && place.exists("run/model.safetensors")))
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  check_fails(place.train({"--run_dir", "run", "--seed", "2"}), 2, {"run", "another xgrad trains in it", "--run_dir"});
  check_fails(place.xgrad({"train", "--resume", "run"}), 2, {"run", "another xgrad trains in it"});
  check_succeeds(place.xgrad({"evaluate", "run"}));  // which only reads
  first.send(SIGINT);
  BOOST_TEST(first.wait().status == 130);
  const Json summary = place.json("run/summary.json");
  BOOST_TEST(place.lines("run/metrics.jsonl").size() == summary["epochs_run"].get<std::size_t>());
  check_succeeds(place.xgrad({"train", "--resume", "run", "--stop_after_epoch", "1"}));  // it is free again
}

BOOST_AUTO_TEST_CASE(of_two_trainings_that_begin_at_once_in_a_folder_one_is_refused) {
  const Workplace place;
  for (int attempt = 0; attempt < 5; ++attempt) {
    const std::string folder = "run_" + std::to_string(attempt);
    const auto words = [&](const char* seed) { return Workplace::training({"--run_dir", folder, "--seed", seed}); };
    ChildProcess a(xgrad::test::program_path(), words("1"), {.folder = place.path()});
    ChildProcess b(xgrad::test::program_path(), words("2"), {.folder = place.path()});
    const Finished first = a.wait(), second = b.wait();
    BOOST_TEST((first.status == 0) != (second.status == 0));
    const std::string said = first.errors + second.errors;
    BOOST_TEST((said.find("another xgrad trains in it") != said.npos || said.find("holds a run already") != said.npos), said);
    const Json config = place.json(folder + "/config.json"), summary = place.json(folder + "/summary.json");
    BOOST_TEST((config["seed"] == summary["seed"]));
    BOOST_TEST((config["seed"] == (first.status == 0 ? 1 : 2)));
  }
}

BOOST_AUTO_TEST_CASE(half_written_files_of_a_killed_training_are_removed) {
  const Workplace place;
  check_succeeds(place.train({"--run_dir", "run", "--stop_after_epoch", "1"}));
  write_bytes(place / "run/.xgrad.123.0.tmp", "half");
  write_bytes(place / "run/.notes", "mine");
  check_succeeds(place.xgrad({"train", "--resume", "run"}));
  BOOST_TEST(!place.exists("run/.xgrad.123.0.tmp"));
  BOOST_TEST(place.exists("run/.notes"));
}

BOOST_AUTO_TEST_SUITE_END()
