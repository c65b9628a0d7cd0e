#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "workplace.hpp"

namespace {

struct Trained : Workplace {
  Trained() {
    check_succeeds(train({"--run_dir", "run", "--batch_norm", "--dropout", "0.2", "--noise", "0.1", "--standardize"}));
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(evaluate, Trained)

BOOST_AUTO_TEST_CASE(the_test_set_gives_what_the_summary_says) {
  const Finished finished = xgrad({"evaluate", "run", "--json"});
  check_succeeds(finished);
  BOOST_TEST(finished.errors == "");
  const Json result = Json::parse(finished.output), summary = json("run/summary.json");
  BOOST_TEST(result["images"] == 100);
  BOOST_TEST(result["loss"] == summary["test_loss"]);
  BOOST_TEST(result["accuracy"] == summary["test_accuracy"]);
  BOOST_TEST(result["macro_f1"] == summary["test_macro_f1"]);
  BOOST_TEST((result["report"] == summary["report"]));
}

BOOST_AUTO_TEST_CASE(the_validation_images_give_what_the_best_epoch_gave) {
  const Json result = Json::parse(xgrad({"evaluate", "run", "--split", "validation", "--json"}).output);
  const Json best = lines("run/metrics.jsonl").at(json("run/summary.json")["best_epoch"].get<std::size_t>() - 1);
  BOOST_TEST(result["images"] == 30);
  BOOST_TEST(result["loss"] == best["val_loss"]);
  BOOST_TEST(result["accuracy"] == best["val_accuracy"]);
}

BOOST_AUTO_TEST_CASE(the_report_is_readable) {
  const Finished finished = xgrad({"evaluate", "run"});
  check_succeeds(finished);
  for (const char* part : {"Ankle boot", "precision", "recall", "100 test images: accuracy"})
    BOOST_TEST((finished.output.find(part) != finished.output.npos), part);
}

BOOST_AUTO_TEST_CASE(what_cannot_be_measured_is_refused) {
  check_fails(xgrad({"evaluate", "nowhere"}), 1, {"nowhere", "config.json"});
  check_fails(xgrad({"evaluate", "run", "--split", "tests"}), 2, {"tests"});
  check_fails(xgrad({"evaluate", "run", "--model", "missing.safetensors"}), 1, {"missing.safetensors"});
  check_fails(xgrad({"evaluate", "run", "--data_dir", "missing"}), 1, {"missing"});
  check_succeeds(train({"--run_dir", "all", "--val_fraction", "0"}));
  check_fails(xgrad({"evaluate", "all", "--split", "validation"}), 2, {"--split validation", "--val_fraction"});
  check_fails(xgrad({"evaluate", "run", "--model", "all/model.safetensors"}), 2, {"all/model.safetensors"});
}

BOOST_AUTO_TEST_SUITE_END()
