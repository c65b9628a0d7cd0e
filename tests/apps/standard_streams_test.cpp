#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "workplace.hpp"

namespace {

using Words = std::vector<std::string>;

// A run that shows its progress.
const Words talking{"train", "--data_dir", "data", "--hidden", "16", "-b", "32", "-e", "2", "--log_steps", "--run_dir", "run"};

const std::string sweep_file =
    "method: grid\nparameters:\n  data_dir: {value: data}\n  epochs: {value: 1}\n  hidden_size: {values: [4, 8]}\n";

}  // namespace

BOOST_AUTO_TEST_SUITE(standard_streams)

BOOST_AUTO_TEST_CASE(a_stream_that_was_closed_lends_its_number_to_no_file_of_a_run) {
  for (const std::vector<int>& closed : {std::vector<int>{2}, {1, 2}, {0, 1, 2}}) {
    const Workplace place;
    const Finished finished = place.xgrad(talking, {.closed = closed});
    BOOST_TEST(finished.signal == 0);
    BOOST_TEST(finished.status == (closed.size() == 1 ? 0 : 1));  // the result could not be printed
    BOOST_TEST(place.lines("run/metrics.jsonl").size() == 2u);
    BOOST_TEST(place.lines("run/steps.jsonl").size() == 18u);
    BOOST_TEST(place.json("run/summary.json")["outcome"] == "finished");
  }
}

BOOST_AUTO_TEST_CASE(a_sweep_without_standard_error_writes_its_progress_nowhere) {
  const Workplace place;
  write_bytes(place / "some.yaml", sweep_file);
  check_succeeds(place.xgrad({"sweep", "some.yaml", "--out", "out", "--jobs", "1"}, {.closed = {2}}));
  BOOST_TEST(place.bytes("out/lock") == "");
}

BOOST_AUTO_TEST_CASE(standard_error_that_cannot_be_written_ends_no_work) {
  const Workplace place;
  write_bytes(place / "some.yaml", sweep_file);
  check_succeeds(place.xgrad(talking, {.errors_to = "/dev/full"}));
  BOOST_TEST(place.exists("run/model.safetensors"));
  check_succeeds(place.xgrad({"sweep", "some.yaml", "--out", "out", "--jobs", "1"}, {.errors_to = "/dev/full"}));
  for (const Words& words : {Words{"nonsense"}, {"sweep", "nothing.yaml"}, {"reproduce", "nothing"}}) {
    const Finished finished = place.xgrad(words, {.errors_to = "/dev/full"});
    BOOST_TEST(finished.signal == 0);
    BOOST_TEST((finished.status == 1 || finished.status == 2));
  }
}

BOOST_AUTO_TEST_SUITE_END()
