#include <array>
#include <map>
#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "workplace.hpp"
#include "xgrad/tensor/kernels/isa.hpp"

namespace {

using Words = std::vector<std::string>;

// A run that does nothing but write down its options as fast as possible.
Json options_of(const Workplace& place, const Words& words) {
  std::filesystem::remove_all(place / "run");
  Words arguments{"train", "--data_dir", "data", "--run_dir", "run", "--quiet", "--limit_train", "40"};
  arguments.insert(arguments.end(), words.begin(), words.end());
  check_succeeds(place.xgrad(arguments));
  return place.exists("run/config.json") ? place.json("run/config.json") : Json::object();
}

const std::map<std::string, Json> study_options{{"wandb_project", "myprojectname"},
                                                {"wandb_entity", "myname"},
                                                {"dataset", "fashion_mnist"},
                                                {"epochs", 2},
                                                {"batch_size", 4},
                                                {"loss", "mean_squared_error"},
                                                {"optimizer", "rmsprop"},
                                                {"learning_rate", 0.1},
                                                {"momentum", 0.5},
                                                {"beta", 0.5},
                                                {"beta1", 0.6},
                                                {"beta2", 0.7},
                                                {"epsilon", 0.000001},
                                                {"weight_decay", 0.0005},
                                                {"weight_init", "Xavier"},
                                                {"num_layers", 3},
                                                {"hidden_size", 5},
                                                {"activation", "ReLU"}};

// The study's options, in its own order: short form, long form, value.
const std::vector<std::array<std::string, 3>> study_words{{"-wp", "--wandb_project", "myprojectname"},
                                                          {"-we", "--wandb_entity", "myname"},
                                                          {"-d", "--dataset", "fashion_mnist"},
                                                          {"-e", "--epochs", "2"},
                                                          {"-b", "--batch_size", "4"},
                                                          {"-l", "--loss", "mean_squared_error"},
                                                          {"-o", "--optimizer", "rmsprop"},
                                                          {"-lr", "--learning_rate", "0.1"},
                                                          {"-m", "--momentum", "0.5"},
                                                          {"-beta", "--beta", "0.5"},
                                                          {"-beta1", "--beta1", "0.6"},
                                                          {"-beta2", "--beta2", "0.7"},
                                                          {"-eps", "--epsilon", "0.000001"},
                                                          {"-w_d", "--weight_decay", "0.0005"},
                                                          {"-w_i", "--weight_init", "Xavier"},
                                                          {"-nhl", "--num_layers", "3"},
                                                          {"-sz", "--hidden_size", "5"},
                                                          {"-a", "--activation", "ReLU"}};

void check_study_options(const Json& config) {
  for (const auto& [name, value] : study_options) BOOST_TEST((config.value(name, Json()) == value), name);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(command_line)

BOOST_AUTO_TEST_CASE(the_short_form_of_each_of_the_studys_options_arrives) {
  const Workplace place;
  Words words;
  for (const auto& [brief, full, value] : study_words) words.insert(words.end(), {brief, value});
  check_study_options(options_of(place, words));
}

BOOST_AUTO_TEST_CASE(the_long_form_of_each_of_the_studys_options_arrives) {
  const Workplace place;
  Words words;
  for (const auto& [brief, full, value] : study_words) words.insert(words.end(), {full, value});
  check_study_options(options_of(place, words));
}

BOOST_AUTO_TEST_CASE(both_forms_take_their_value_after_an_equals_sign) {
  const Workplace place;
  Words brief_words, full_words;
  for (const auto& [brief, full, value] : study_words) {
    brief_words.push_back(brief + "=" + value);
    full_words.push_back(full + "=" + value);
  }
  check_study_options(options_of(place, brief_words));
  check_study_options(options_of(place, full_words));
}

BOOST_AUTO_TEST_CASE(the_other_values_that_the_study_lists_are_known) {
  const Workplace place;
  for (const char* optimizer : {"sgd", "momentum", "nag", "adam", "nadam"})
    BOOST_TEST(options_of(place, {"-o", optimizer, "-e", "1"}).value("optimizer", "") == optimizer);
  for (const char* activation : {"identity", "sigmoid", "tanh"})
    BOOST_TEST(options_of(place, {"-a", activation, "-e", "1"}).value("activation", "") == activation);
  BOOST_TEST(options_of(place, {"-w_i", "random", "-l", "cross_entropy", "-e", "1"}).value("weight_init", "") == "random");
}

BOOST_AUTO_TEST_CASE(of_an_option_given_twice_the_last_counts) {
  const Workplace place;
  const Json config = options_of(place, {"-e", "3", "--hidden", "9,8", "-e", "1", "--hidden", "7"});
  BOOST_TEST(config.value("epochs", 0) == 1);
  BOOST_TEST((config.value("hidden", Json()) == Json{7}));
}

BOOST_AUTO_TEST_CASE(options_come_from_a_yaml_file_and_the_command_line_wins) {
  const Workplace place;
  write_bytes(place / "options.yaml",
              "epochs: 1\nhidden: [12, 7]\nlearning_rate: 5.0e-3\nbatch_norm: true\nlog_steps: true\ndrop_last: false\n"
              "optimizer: nadam\nrun_name_is_not_here: ~\nseed: 5\n");
  for (const Words& words : {Words{"--config", "options.yaml", "-o", "sgd", "--hidden", "6", "--log_steps=false"},
                             Words{"-o=sgd", "--hidden=6", "--log_steps=false", "--config=options.yaml"}}) {
    const Json config = options_of(place, words);
    BOOST_TEST(config.value("epochs", 0) == 1);
    BOOST_TEST(config.value("learning_rate", 0.0) == 5e-3);
    BOOST_TEST(config.value("batch_norm", false));
    BOOST_TEST(!config.value("drop_last", true));
    BOOST_TEST(config.value("seed", 0) == 5);
    BOOST_TEST(config.value("optimizer", "") == "sgd");
    BOOST_TEST((config.value("hidden", Json()) == Json{6}));
    BOOST_TEST(!config.value("log_steps", true));
  }
}

BOOST_AUTO_TEST_CASE(a_yaml_file_may_name_options_as_the_command_line_does_for_short) {
  const Workplace place;
  write_bytes(place / "options.yaml", "lr: 0.5\nw_d: 0.25\ne: 1\nbatch_norm: True\n");
  const Json config = options_of(place, {"--config", "options.yaml"});
  BOOST_TEST(config.value("learning_rate", 0.0) == 0.5);
  BOOST_TEST(config.value("weight_decay", 0.0) == 0.25);
  BOOST_TEST(config.value("epochs", 0) == 1);
  BOOST_TEST(config.value("batch_norm", false));
}

BOOST_AUTO_TEST_CASE(a_batch_may_be_larger_than_all_the_images) {
  const Workplace place;
  BOOST_TEST(options_of(place, {"-e", "1", "-b", "18446744073709551615"}).contains("batch_size"));
}

BOOST_AUTO_TEST_CASE(a_run_repeats_from_its_own_config_json) {
  const Workplace place;  // JSON is YAML
  const Json config = options_of(place, {"-e", "1", "--hidden", "6,5", "--batch_norm", "-lr", "0.003"});
  std::filesystem::rename(place / "run", place / "first");
  Json again = Json::parse(place.bytes("first/config.json"));
  check_succeeds(place.xgrad({"train", "--config", "first/config.json", "--run_dir", "second"}));
  again["run_dir"] = "second";
  BOOST_TEST((place.json("second/config.json") == again));
  BOOST_TEST(place.bytes("first/model.safetensors") == place.bytes("second/model.safetensors"));
}

BOOST_AUTO_TEST_CASE(a_mistyped_name_gets_the_nearest_suggested) {
  const Workplace place;
  check_fails(place.xgrad({"trian"}), 2, {"trian", "did you mean 'train'?"});
  check_fails(place.xgrad({"train", "--epoch", "3"}), 2, {"--epoch", "did you mean '--epochs'?"});
  check_fails(place.xgrad({"train", "--lerning_rate=3"}), 2, {"did you mean '--learning_rate'?"});
  check_fails(place.xgrad({"data", "lst"}), 2, {"did you mean 'list'?"});
  check_fails(place.xgrad({"evaluate", "run", "--splt", "test"}), 2, {"did you mean '--split'?"});
  check_fails(place.train({"-o", "adma"}), 2, {"optimizer 'adma'", "did you mean 'adam'?", "rmsprop"});
  check_fails(place.train({"-a", "rleu"}), 2, {"activation 'rleu'", "did you mean 'relu'?"});
  check_fails(place.train({"-w_i", "xaver"}), 2, {"initialiser 'xaver'", "did you mean 'xavier'?"});
  check_fails(place.train({"--scheduler", "cosin"}), 2, {"scheduler 'cosin'", "did you mean 'cosine'?"});
  check_fails(place.train({"-d", "fashion_mist"}), 2, {"'fashion_mist'", "did you mean 'fashion_mnist'?"});
  check_fails(place.train({"-l", "cross_entrop"}), 2, {"'cross_entrop'", "did you mean 'cross_entropy'?"});
  check_fails(place.train({"--monitor", "val_los"}), 2, {"'val_los'", "did you mean 'val_loss'?"});
}

BOOST_AUTO_TEST_CASE(a_name_in_other_letters_is_never_taken_for_another_choice) {
  const Workplace place;
  check_fails(place.train({"-l", "Mean_Squared_Error"}), 2, {"did you mean 'mean_squared_error'?"});
  check_fails(place.train({"--scheduler", "COSINE"}), 2, {"did you mean 'cosine'?"});
  check_fails(place.train({"--dtype", "Float64"}), 2, {"did you mean 'float64'?"});
  check_fails(place.train({"--shuffle", "ON"}), 2, {"did you mean 'on'?"});
  check_fails(place.train({"-o", "Adam"}), 2, {"did you mean 'adam'?"});
}

BOOST_AUTO_TEST_CASE(help_shows_defaults_units_and_both_forms) {
  const Workplace place;
  const Finished help = place.xgrad({"train", "--help"});
  check_succeeds(help);
  BOOST_TEST(help.errors == "");
  for (const char* part : {"--learning_rate", "also -lr", "=0.001", "--epochs", "=10", "--val_fraction", "from 0 to below 1",
                           "also -w_i", "also -nhl", "passes over the training images", "--resume", "--config"})
    BOOST_TEST((help.output.find(part) != help.output.npos), part << " is not in the help");
  for (const Words& words : {Words{"--help"}, {"evaluate", "--help"}, {"predict", "--help"}, {"data", "--help"}}) {
    const Finished other = place.xgrad(words);
    check_succeeds(other);
    BOOST_TEST(other.output.size() > 100u);
  }
}

BOOST_AUTO_TEST_CASE(the_version_says_what_the_program_computes_with) {
  const Workplace place;
  const Finished version = place.xgrad({"--version"});
  check_succeeds(version);
  BOOST_TEST(version.output.rfind("xgrad ", 0) == 0u);
  for (const char* part : {"BLAS", "vector loops", "bfloat16: "})
    BOOST_TEST(version.output.find(part) != version.output.npos, part);
  BOOST_TEST(!version.output.ends_with("\n\n"));
}

BOOST_AUTO_TEST_CASE(the_version_says_how_openblas_gets_kernels_with_avx) {
  if (xgrad::kernels::active_isa() == xgrad::kernels::Isa::Baseline) return;
  const Workplace place;
  const Finished slow = place.xgrad({"--version"}, {.environment = {"OPENBLAS_CORETYPE=Prescott"}});
  check_succeeds(slow);
  BOOST_TEST(slow.output.find("OPENBLAS_CORETYPE=") != slow.output.npos);
  const Finished fast = place.xgrad({"--version"}, {.environment = {"OPENBLAS_CORETYPE=Haswell"}});
  BOOST_TEST(fast.output.find("OPENBLAS_CORETYPE=") == fast.output.npos);
}

BOOST_AUTO_TEST_CASE(no_subcommand_is_an_error_that_says_what_to_do) {
  const Workplace place;
  check_fails(place.xgrad({}), 2, {"subcommand"});
}

BOOST_AUTO_TEST_CASE(what_is_not_given_is_the_tuned_recipes_unless_network_or_optimizer_are) {
  const Workplace place;
  const Json tuned = options_of(place, {"-e", "1", "-a", "tanh"});
  BOOST_TEST(tuned.value("recipe", "") == "tuned");
  BOOST_TEST((tuned.value("hidden", Json()) == Json{800, 400}));
  BOOST_TEST(tuned.value("batch_norm", false));
  BOOST_TEST(tuned.value("optimizer", "") == "adamw");
  BOOST_TEST(tuned.value("epochs", 0) == 1);
  BOOST_TEST(tuned.value("activation", "") == "tanh");
  for (const Words& words :
       {Words{"-nhl", "1", "-sz", "4"}, Words{"--hidden", "4"}, Words{"-o", "sgd"}, Words{"--recipe", "plain"}}) {
    const Json plain = options_of(place, {words[0], words[1], "-e", "1", "-b", "40"});
    BOOST_TEST(plain.value("recipe", "") == "plain", words[0]);
    BOOST_TEST(!plain.value("batch_norm", true), words[0]);
    BOOST_TEST(plain.value("scheduler", "") == "none", words[0]);
  }
}

BOOST_AUTO_TEST_CASE(a_tuned_run_keeps_what_is_given) {
  const Workplace place;
  const Json given = options_of(place, {"--recipe", "tuned", "-nhl", "1", "-sz", "4", "-e", "1", "-l", "mean_squared_error"});
  BOOST_TEST((given.value("hidden", Json()) == Json::array()));
  BOOST_TEST(given.value("label_smoothing", 1.0) == 0);
  BOOST_TEST(given.value("batch_norm", false));
  check_fails(place.xgrad({"train", "--recipe", "tunned"}), 2, {"recipe", "tunned", "tuned"});
}

BOOST_AUTO_TEST_SUITE_END()
