// Kinds of training beside the usual one: folds, sums of losses, autoencoders, features of another run, L-BFGS.
#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "workplace.hpp"

namespace {

using Words = std::vector<std::string>;

double figure(const Workplace& place, const std::string& run, const char* name) {
  return place.json(run + "/summary.json").at(name).get<double>();
}

void check_same_model(const Workplace& place, const std::string& a, const std::string& b) {
  BOOST_TEST((place.bytes(a + "/model.safetensors") == place.bytes(b + "/model.safetensors")), a << " and " << b);
  BOOST_TEST((without_timings(place.lines(a + "/metrics.jsonl")) == without_timings(place.lines(b + "/metrics.jsonl"))));
}

// A run in two parts ends as one that was not paused.
void check_pauses(const Workplace& place, const std::string& whole, const Words& words) {
  Words more = words;
  more.insert(more.end(), {"--run_dir", whole + "_paused", "--stop_after_epoch", "2", "--threads", "1"});
  check_succeeds(place.train(more));
  check_succeeds(place.xgrad({"train", "--resume", whole + "_paused", "--threads", "2"}));
  check_same_model(place, whole, whole + "_paused");
}

// Training images are changed with these options: the same on two threads and on one that pauses, and not as without them.
void check_changed_images(const Workplace& place, const Words& words) {
  Words first = words;
  first.insert(first.end(), {"--run_dir", "run", "--threads", "2"});
  check_succeeds(place.train(first));
  check_pauses(place, "run", words);
  check_succeeds(place.train({"--run_dir", "plain", "-e", "4", "-b", "16"}));
  BOOST_TEST((place.bytes("run/model.safetensors") != place.bytes("plain/model.safetensors")));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(train_kinds)

BOOST_AUTO_TEST_CASE(the_summary_holds_the_figures_of_the_best_epoch) {
  const Workplace place;
  check_succeeds(place.train({"--run_dir", "run", "-e", "12", "-lr", "0.05"}));
  check_succeeds(place.train({"--run_dir", "last", "-e", "3", "--val_fraction", "0"}));
  for (const char* run : {"run", "last"}) {
    const Json summary = place.json(std::string(run) + "/summary.json");
    const std::vector<Json> epochs = place.lines(std::string(run) + "/metrics.jsonl");
    const std::size_t best = summary["best_epoch"];
    const Json& epoch = best > 0 ? epochs.at(best - 1) : epochs.back();
    for (const char* name : {"train_loss", "train_accuracy", "val_loss", "val_accuracy", "val_macro_f1"})
      BOOST_TEST(summary.at(name) == epoch.at(name), name);
  }
}

BOOST_AUTO_TEST_CASE(a_share_held_out_of_a_limited_set_is_exact) {
  const Workplace place;
  const Finished finished = place.xgrad({"train", "--data_dir", "data", "--hidden", "8", "-e", "1", "--limit_train", "200",
                                         "--val_fraction", "0.2", "--limit_test", "50", "--run_dir", "run"});
  BOOST_TEST((finished.errors.find("160 training, 40 validation, 50 test images") != finished.errors.npos), finished.errors);
}

BOOST_AUTO_TEST_CASE(folds_hold_out_a_part_each) {
  const Workplace place;
  std::set<std::string> models;
  for (const char* fold : {"1/4", "2/4", "3/4", "4/4"}) {
    const std::string run = std::string("fold_") + fold[0];
    const Finished finished = place.xgrad({"train", "--data_dir", "data", "--hidden", "8", "-e", "1", "--val_fraction", "0.5",
                                           "--limit_train", "200", "--fold", fold, "--run_dir", run});
    BOOST_TEST((finished.errors.find("150 training, 50 validation") != finished.errors.npos), finished.errors);
    models.insert(place.bytes(run + "/model.safetensors"));
    check_succeeds(place.xgrad({"evaluate", run, "--split", "validation"}));
  }
  BOOST_TEST(models.size() == 4u);
  for (const char* wrong : {"0/3", "4/3", "1", "1/1", "a/b", "1/3x", "-1/3", "1/"})
    check_fails(place.train({"--fold", wrong, "--run_dir", "no"}), 2, {"--fold", wrong, "1/3"});
  check_fails(place.train({"--fold", "1/400", "--run_dir", "no"}), 2, {"--fold 1/400", "300"});
  BOOST_TEST(!place.exists("no"));
}

BOOST_AUTO_TEST_CASE(a_sum_of_losses_steps_as_far_as_the_mean_with_a_rate_as_many_times_larger) {
  const Workplace place;
  const Words words{"-o", "sgd", "-b", "30", "--limit_train", "300", "--val_fraction", "0.1", "--dtype", "float64", "-e", "4"};
  const auto train = [&](const std::string& run, const Words& more) {
    Words all = words;
    all.insert(all.end(), more.begin(), more.end());
    all.insert(all.end(), {"--run_dir", run});
    check_succeeds(place.train(all));
    return place.lines(run + "/metrics.jsonl");
  };
  // 270 images: nine whole batches.
  const std::vector<Json> mean = train("mean", {"-lr", "0.06"}),
                          sum = train("sum", {"-lr", "0.002", "--loss_reduction", "sum"});
  for (std::size_t i = 0; i < 4; ++i)
    for (const char* name : {"train_loss", "val_loss"})
      BOOST_TEST(mean[i][name].get<double>() == sum[i][name].get<double>(), boost::test_tools::tolerance(1e-9));
  check_pauses(place, "sum",
               {"-o", "sgd", "-b", "30", "--limit_train", "300", "--dtype", "float64", "-e", "4", "-lr", "0.002",
                "--loss_reduction", "sum"});
  check_fails(place.train({"--loss_reduction", "median"}), 2, {"median", "mean", "sum"});
}

BOOST_AUTO_TEST_CASE(an_autoencoder_learns_to_give_its_inputs_back) {
  const Workplace place;
  const Words words{"--task", "reconstruct", "--hidden", "24,12,24", "-a", "tanh", "-e", "6", "--early_stopping", "3"};
  Words first = words;
  first.insert(first.end(), {"--run_dir", "run"});
  const Finished finished = place.train(first);
  check_succeeds(finished);
  BOOST_TEST((finished.output.find("test loss") != finished.output.npos), finished.output);
  const std::vector<Json> epochs = place.lines("run/metrics.jsonl");
  for (const Json& epoch : epochs) {
    BOOST_TEST(epoch["train_loss"].is_number());
    BOOST_TEST(epoch["val_loss"].is_number());
    for (const char* name : {"train_accuracy", "val_accuracy", "val_macro_f1"}) BOOST_TEST(epoch[name].is_null(), name);
  }
  BOOST_TEST(epochs.back()["val_loss"].get<double>() < 0.9 * epochs.front()["val_loss"].get<double>());
  const Json summary = place.json("run/summary.json");
  for (const char* name : {"test_accuracy", "test_macro_f1", "confusion_matrix", "report", "val_accuracy"})
    BOOST_TEST(summary.at(name).is_null(), name);
  const Finished evaluated = place.xgrad({"evaluate", "run", "--json"});
  BOOST_TEST(Json::parse(evaluated.output)["loss"] == summary["test_loss"]);
  check_fails(place.xgrad({"predict", "run"}), 2, {"reconstructs", "pictures.json"});
  check_pauses(place, "run", words);
  check_fails(place.train({"--task", "reconstruct", "--monitor", "val_accuracy"}), 2, {"val_accuracy", "val_loss"});
  check_fails(place.train({"--task", "reconstruct", "--standardize"}), 2, {"--standardize"});
  check_fails(place.train({"--task", "dream"}), 2, {"dream", "reconstruct"});
}

BOOST_AUTO_TEST_CASE(a_network_trains_on_a_hidden_layer_of_another_run) {
  const Workplace place;
  check_succeeds(
      place.train({"--run_dir", "coder", "--task", "reconstruct", "--hidden", "24,12,24", "-a", "tanh", "-e", "20"}));
  const Words words{"--features_from", "coder", "--features_layer", "2", "--hidden", "16", "-e", "12"};
  Words first = words;
  first.insert(first.end(), {"--run_dir", "run"});
  check_succeeds(place.train(first));
  BOOST_TEST(place.json("run/summary.json")["parameters"] == 12 * 16 + 16 + 16 * 10 + 10);
  BOOST_TEST(figure(place, "run", "test_accuracy") > 0.4);  // a guess is right in one case of ten
  const Finished evaluated = place.xgrad({"evaluate", "run", "--json"});
  BOOST_TEST(Json::parse(evaluated.output)["accuracy"] == place.json("run/summary.json")["test_accuracy"]);
  const Finished own = place.xgrad({"predict", "run", "--json"}),
                 file = place.xgrad({"predict", "run", "--json", "--input", "data/t10k-images-idx3-ubyte.gz"});
  check_succeeds(own);
  BOOST_TEST(own.output == file.output);
  BOOST_TEST(place.json("run/pictures.json")["first_layer"].empty());
  BOOST_TEST(place.json("run/pictures.json")["confused"].size() == 12u);
  check_pauses(place, "run", words);
}

BOOST_AUTO_TEST_CASE(a_linear_classifier_on_the_last_hidden_layer_does_as_well_as_the_network) {
  const Workplace place;
  // With the output layer of that network it would be that network.
  check_succeeds(place.train({"--run_dir", "one", "--hidden", "16", "--standardize", "--seed", "5"}));
  check_succeeds(place.xgrad({"train", "--data_dir", "data", "--run_dir", "two", "--features_from", "one", "--num_layers", "0",
                              "-lr", "0.01", "-e", "30", "-b", "32"}));
  BOOST_TEST(place.json("two/summary.json")["parameters"] == 16 * 10 + 10);
  BOOST_TEST(figure(place, "two", "test_accuracy") >= figure(place, "one", "test_accuracy") - 0.05);
}

BOOST_AUTO_TEST_CASE(a_network_learns_from_the_networks_of_other_runs) {
  const Workplace place;
  for (const char* seed : {"5", "6"})
    check_succeeds(place.train({"--run_dir", std::string("teacher") + seed, "--seed", seed, "-e", "8"}));
  const Words words{"--teachers", "teacher5,teacher6", "--distill_temperature", "2", "-e", "6"};
  Words first = words;
  first.insert(first.end(), {"--run_dir", "run"});
  check_succeeds(place.train(first));
  BOOST_TEST(figure(place, "run", "test_accuracy") > 0.4);  // a guess is right in one case of ten
  BOOST_TEST(figure(place, "run", "teachers_test_accuracy") > 0.4);
  check_pauses(place, "run", words);
  // Their share of the loss is what is learnt from: without one, they change nothing.
  check_succeeds(place.train({"--run_dir", "alone", "-e", "6"}));
  check_succeeds(place.train({"--run_dir", "ignoring", "-e", "6", "--teachers", "teacher5", "--distill_weight", "0"}));
  BOOST_TEST(place.json("alone/summary.json")["test_loss"] == place.json("ignoring/summary.json")["test_loss"]);
  BOOST_TEST(place.json("alone/summary.json")["test_loss"] != place.json("run/summary.json")["test_loss"]);
  BOOST_TEST(!place.json("alone/summary.json").contains("teachers_test_accuracy"));
  BOOST_TEST(figure(place, "ignoring", "teachers_test_accuracy") == figure(place, "teacher5", "test_accuracy"));
}

BOOST_AUTO_TEST_CASE(what_cannot_teach_is_refused) {
  const Workplace place;
  check_succeeds(place.train({"--run_dir", "one", "-e", "1"}));
  check_succeeds(place.train({"--run_dir", "coder", "-e", "1", "--task", "reconstruct"}));
  check_succeeds(place.train({"--run_dir", "grey", "-e", "1", "--standardize"}));
  check_fails(place.train({"--run_dir", "no", "--teachers", "one,nowhere"}), 1, {"nowhere", "config.json"});
  check_fails(place.train({"--run_dir", "no", "--teachers", "coder"}), 2, {"--teachers coder", "reconstructs"});
  check_fails(place.train({"--run_dir", "no", "--teachers", "grey"}), 2, {"--teachers grey", "--standardize"});
  check_fails(place.train({"--run_dir", "no", "--teachers", "one", "-d", "mnist"}), 2, {"--teachers one", "mnist"});
  check_fails(place.train({"--run_dir", "no", "--teachers", "one", "--standardize"}), 2, {"--teachers", "--standardize"});
  check_fails(place.train({"--run_dir", "no", "--teachers", "one", "--distill_weight", "2"}), 2, {"--distill_weight 2"});
  check_fails(place.train({"--run_dir", "no", "--teachers", "one", "--distill_temperature", "0"}), 2,
              {"--distill_temperature 0"});
  std::filesystem::create_directory(place / "empty");
  std::filesystem::copy(place / "one/config.json", place / "empty/config.json");
  check_fails(place.train({"--run_dir", "no", "--teachers", "empty"}), 1, {"empty", "no model"});
  BOOST_TEST(!place.exists("no"));
}

BOOST_AUTO_TEST_CASE(what_gives_no_features_is_refused) {
  const Workplace place;
  check_succeeds(place.train({"--run_dir", "one", "-e", "1"}));
  check_fails(place.train({"--run_dir", "no", "--features_from", "nowhere"}), 1, {"nowhere", "config.json"});
  check_fails(place.train({"--run_dir", "no", "--features_from", "one", "--features_layer", "2"}), 2,
              {"--features_layer 2", "1 hidden layer"});
  check_fails(place.train({"--run_dir", "no", "--features_from", "one", "--features_layer", "0"}), 2, {"--features_layer"});
  std::filesystem::create_directory(place / "empty");
  std::filesystem::copy(place / "one/config.json", place / "empty/config.json");
  check_fails(place.train({"--run_dir", "no", "--features_from", "empty"}), 1, {"empty", "no model"});
  // A run that names itself.
  Json config = place.json("one/config.json");
  config["features_from"] = "one";
  write_bytes(place / "one/config.json", config.dump());
  check_fails(place.train({"--run_dir", "no", "--features_from", "one"}), 2, {"--features_from one"});
  BOOST_TEST(!place.exists("no"));
}

BOOST_AUTO_TEST_CASE(lbfgs_takes_all_images_in_one_step_an_epoch_and_finds_the_minimum_sooner_than_adam) {
  const Workplace place;
  const Words words{"-o", "lbfgs", "-e", "25", "--monitor", "train_loss"};
  Words first = words;
  first.insert(first.end(), {"--run_dir", "run"});
  check_succeeds(place.train(first));  // -b 32 and -lr 0.01 are for others
  check_succeeds(place.train({"--run_dir", "adam", "-b", "1000", "-e", "25"}));
  BOOST_TEST(place.json("run/summary.json")["steps"] == 25);
  const std::vector<Json> epochs = place.lines("run/metrics.jsonl");
  for (std::size_t i = 1; i < epochs.size(); ++i)  // a line search never goes uphill
    BOOST_TEST(epochs[i]["train_loss"].get<double>() <= epochs[i - 1]["train_loss"].get<double>());
  BOOST_TEST(epochs.back()["train_loss"].get<double>() < figure(place, "adam", "train_loss"));
  check_pauses(place, "run", words);
  check_fails(place.train({"-o", "lbfgs", "--scheduler", "cosine"}), 2, {"--scheduler cosine", "lbfgs"});
}

BOOST_AUTO_TEST_CASE(distorted_images_come_out_the_same_on_any_threads_and_after_a_pause) {
  const Workplace place;
  check_changed_images(place, {"--augment", "shift:1,flip,affine,elastic:8", "-e", "4", "-b", "16"});
  for (const char* wrong : {"shake", "shift:1.5", "shift:-1", "flip:2", "elastic:", "affine:x", "shift:nan"})
    check_fails(place.train({"--run_dir", "no", "--augment", wrong}), 2, {wrong});
  check_fails(place.train({"--run_dir", "no", "--augment", "shift:6"}), 2, {"shift is 6"});  // images of 6 by 6 pixels
  check_fails(place.train({"--run_dir", "no", "--augment", "flip", "--pca", "3"}), 2, {"--augment", "--pca"});
  BOOST_TEST(!place.exists("no"));
}

BOOST_AUTO_TEST_CASE(blended_images_come_out_the_same_on_any_threads_and_after_a_pause) {
  check_changed_images(Workplace(), {"--mixup", "0.4", "-e", "4", "-b", "16"});
}

BOOST_AUTO_TEST_CASE(oriented_gradients_are_seen_in_training_by_teachers_and_afterwards) {
  const Workplace place(8);
  check_succeeds(place.train({"--run_dir", "run", "--oriented_gradients", "4", "-e", "4", "--augment", "flip"}));
  check_pauses(place, "run", {"--oriented_gradients", "4", "-e", "4", "--augment", "flip"});
  BOOST_TEST(place.json("run/summary.json")["parameters"] == (64 + 16) * 16 + 16 + 16 * 10 + 10);
  const Finished evaluated = place.xgrad({"evaluate", "run", "--json"});
  BOOST_TEST(Json::parse(evaluated.output)["loss"] == place.json("run/summary.json")["test_loss"]);
  check_succeeds(place.train({"--run_dir", "taught", "--teachers", "run"}));
  BOOST_TEST(figure(place, "taught", "teachers_test_accuracy") == figure(place, "run", "test_accuracy"));
  check_fails(place.train({"--run_dir", "no", "--oriented_gradients", "4", "--pca", "3"}), 2,
              {"--oriented_gradients", "--pca"});
  check_fails(Workplace().train({"--run_dir", "no", "--oriented_gradients", "4"}), 2, {"36 pixels", "multiple of 4"});
  BOOST_TEST(!place.exists("no"));
}

BOOST_AUTO_TEST_CASE(a_kernel_machine_on_principal_components_learns_and_goes_on) {
  const Workplace place;
  const Words words{"--pca",
                    "12",
                    "--random_features",
                    "200",
                    "--kernel_gamma",
                    "0.2",
                    "--loss",
                    "hinge",
                    "-e",
                    "30",
                    "-lr",
                    "0.1",
                    "-b",
                    "32",
                    "-nhl",
                    "0",
                    "--data_dir",
                    "data",
                    "--quiet"};
  Words first{"train", "--run_dir", "run"}, part{"train", "--run_dir", "part", "--stop_after_epoch", "7"};
  first.insert(first.end(), words.begin(), words.end());
  part.insert(part.end(), words.begin(), words.end());
  check_succeeds(place.xgrad(first));
  check_succeeds(place.xgrad(part));
  check_succeeds(place.xgrad({"train", "--resume", "part", "--quiet"}));
  check_same_model(place, "run", "part");
  BOOST_TEST(figure(place, "run", "test_accuracy") > 0.5);
  BOOST_TEST(place.json("run/summary.json")["parameters"] == 200 * 10 + 10);
  const Finished evaluated = place.xgrad({"evaluate", "run", "--json"});
  BOOST_TEST(Json::parse(evaluated.output)["loss"] == place.json("run/summary.json")["test_loss"]);
  check_fails(place.train({"--run_dir", "no", "--pca", "37"}), 2, {"--pca 37", "36"});
  check_fails(place.train({"--run_dir", "no", "--kernel_gamma", "0"}), 2, {"--kernel_gamma 0"});
  check_fails(place.train({"--run_dir", "no", "--random_features", "-1"}), 2, {"--random_features", "-1"});
  BOOST_TEST(!place.exists("no"));
}

BOOST_AUTO_TEST_CASE(runs_that_know_the_validation_images_are_pointed_out) {
  const Workplace place;
  check_succeeds(place.train({"--run_dir", "other"}));
  const auto advice = [&](const Words& more) {
    Words words{"train", "--data_dir", "data", "--hidden", "8", "-e", "1"};
    words.insert(words.end(), more.begin(), more.end());
    const Finished finished = place.xgrad(words);
    check_succeeds(finished);
    return finished.errors.find("other: it has learnt from images that are held out here") != std::string::npos;
  };
  for (const std::string option : {"--teachers", "--features_from"}) {
    BOOST_TEST(!advice({option, "other", "--run_dir", "same" + option}));
    BOOST_TEST(!advice({option, "other", "--run_dir", "none" + option, "--seed", "2", "--val_fraction", "0"}));
    BOOST_TEST(advice({option, "other", "--run_dir", "seed" + option, "--seed", "2"}));
    BOOST_TEST(advice({option, "other", "--run_dir", "share" + option, "--val_fraction", "0.2"}));
    BOOST_TEST(!advice({option, "other", "--run_dir", "quiet" + option, "--seed", "2", "--quiet"}));
  }
}

BOOST_AUTO_TEST_SUITE_END()
