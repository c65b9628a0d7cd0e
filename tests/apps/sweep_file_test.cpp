#include "sweep/sweep_file.hpp"

#include <set>
#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "embedded.hpp"
#include "error_text.hpp"
#include "sweep/run_options.hpp"
#include "sweep/search.hpp"
#include "xgrad/tensor/error.hpp"

using namespace xgrad;
using namespace xgrad::apps;
using namespace xgrad::apps::sweep;

namespace {

const std::string parameters = "parameters: {learning_rate: {values: [0.1, 0.01]}}\n";

SweepFile parse(const std::string& text) { return parse_sweep(text, "folder/mine.yaml"); }

void check_refused(const std::string& text, std::vector<std::string> parts) {
  parts.push_back("folder/mine.yaml");
  BOOST_CHECK_EXCEPTION(parse(text), ConfigError, says(parts));
}

void check_parameter_refused(const std::string& one, const std::vector<std::string>& parts) {
  check_refused("method: random\nparameters: {" + one + "}\n", parts);
}

void check_metric_refused(const std::string& metric, const std::vector<std::string>& parts) {
  check_refused("method: bayes\n" + parameters + "metric: " + metric + "\n", parts);
}

void check_hyperband_refused(const std::string& hyperband, const std::vector<std::string>& parts) {
  check_refused("method: grid\n" + parameters + "metric: {name: val_loss}\nearly_terminate: " + hyperband + "\n", parts);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(sweep_file)

BOOST_AUTO_TEST_CASE(a_whole_file_is_understood) {
  const SweepFile file = parse(R"(
program: train.py
name: widths
description: How wide?
project: mnist
method: bayes
run_cap: 40
command: ["${env}", python, "${program}", "${args}"]
metric: {name: val_loss, goal: minimize}
early_terminate: {type: hyperband, max_iter: 27, s: 2, eta: 3, strict: true}
parameters:
  lr: {distribution: log_uniform_values, min: 1e-4, max: 0.1}
  hidden: {values: ["512,256", [128]]}
  o: {value: adam}
)");
  BOOST_TEST(file.name == "widths");
  BOOST_TEST(file.description == "How wide?");
  BOOST_TEST(file.method == "bayes");
  BOOST_TEST(file.run_cap == 40u);
  BOOST_TEST(file.metric.name == "val_loss");
  BOOST_TEST(!file.metric.maximize);
  BOOST_TEST((file.early_terminate->brackets(100) == std::vector<std::size_t>{3, 9}));
  BOOST_TEST(file.early_terminate->strict);
  BOOST_REQUIRE(file.parameters.size() == 3u);
  BOOST_TEST(file.parameters[0].name() == "learning_rate");
  BOOST_TEST(file.parameters[1].name() == "hidden");
  BOOST_TEST(file.parameters[2].name() == "optimizer");
  BOOST_TEST(file.notes.size() == 2u);  // program and command
}

BOOST_AUTO_TEST_CASE(what_is_left_out_has_defaults) {
  const SweepFile file = parse("method: grid\n" + parameters);
  BOOST_TEST(file.name == "mine");
  BOOST_TEST(file.metric.name == "val_accuracy");
  BOOST_TEST(file.metric.maximize);
  BOOST_TEST(!file.early_terminate);
  BOOST_TEST(file.run_cap == 0u);
  BOOST_TEST(file.notes.empty());
}

BOOST_AUTO_TEST_CASE(values_become_the_options_of_a_run) {
  const SweepFile file = parse(R"(
method: grid
parameters:
  nhl: {values: [3]}
  w_i: {values: [Xavier]}
  b: {values: [16, 32]}
  shuffle: {value: on}
  hidden: {value: "8,4"}
  batch_norm: {values: [true]}
  weight_decay: {value: 0}
  lr: {value: 1e-3}
)");
  const std::vector<Json> values = Space(file.parameters).values(Space(file.parameters).grid_point(1));
  const TrainOptions options = run_options(file, values);
  BOOST_TEST(options.num_layers == 3u);
  BOOST_TEST(options.weight_init == "Xavier");
  BOOST_TEST(options.batch_size == 32u);
  BOOST_TEST(options.shuffle == "on");
  BOOST_TEST((options.hidden == std::vector<std::size_t>{8, 4}));
  BOOST_TEST(options.batch_norm);
  BOOST_TEST(options.weight_decay == 0);
  BOOST_TEST(options.learning_rate == 1e-3);
  BOOST_TEST(options.recipe == "plain");
  BOOST_TEST(options.monitor == "val_accuracy");  // the metric's
  BOOST_TEST(run_name(11, file.parameters, values) == "00012_bs_32");
}

BOOST_AUTO_TEST_CASE(truth_is_written_as_weights_and_biases_takes_it) {
  for (const std::string values : {"[True, False]", "[TRUE, FALSE]", "[yes, no]", "[true, false]"}) {
    const SweepFile file = parse("method: grid\nparameters: {batch_norm: {values: " + values + "}}\n");
    BOOST_TEST(run_options(file, Space(file.parameters).values(Space(file.parameters).grid_point(0))).batch_norm);
    BOOST_TEST(!run_options(file, Space(file.parameters).values(Space(file.parameters).grid_point(1))).batch_norm);
  }
  BOOST_CHECK_NO_THROW(parse("method: grid\n" + parameters +
                             "metric: {name: val_loss}\nearly_terminate: {type: hyperband, min_iter: 1, strict: True}\n"));
}

BOOST_AUTO_TEST_CASE(names_of_runs_say_what_varies_and_are_fit_for_folders) {
  const SweepFile file = parse(R"(
method: random
run_cap: 3
parameters:
  num_layers: {values: [3, 4]}
  batch_size: {values: [16, 32]}
  activation: {values: [tanh, ReLU]}
  hidden: {values: ["512,256", "64"]}
  learning_rate: {min: 0.0, max: 0.1}
)");
  BOOST_TEST(run_name(6, file.parameters, {3, 16, "tanh", "512,256", 0.0123456789}) ==
             "00007_hl_3_bs_16_ac_tanh_hidden_512-256_lr_0.01235");
}

BOOST_AUTO_TEST_CASE(the_built_in_sweep_has_11664_points_and_every_one_can_run) {
  const SweepFile file = parse_sweep(std::string(embedded_text("studies/s2_sweep.yaml")), "s2");
  const Space space(file.parameters);
  BOOST_TEST(space.size() == 11664u);
  std::set<std::string> names;
  for (std::size_t i = 0; i < space.size(); ++i) {
    const std::vector<Json> values = space.values(space.grid_point(i));
    names.insert(run_name(0, file.parameters, values));
    if (i % 7 == 0) BOOST_REQUIRE_NO_THROW(run_options(file, values));
  }
  BOOST_TEST(names.size() == 11664u);
  BOOST_TEST((file.early_terminate->brackets(5) == std::vector<std::size_t>{1, 3}));
  BOOST_TEST((file.early_terminate->brackets(10) == std::vector<std::size_t>{1, 3, 9}));
}

BOOST_AUTO_TEST_CASE(what_is_not_a_sweep_is_refused) {
  check_refused("", {"method"});
  check_refused("[1, 2]", {"method"});
  check_refused("method: [grid", {"not YAML"});
  check_refused("method: grid\nmethod: grid\n", {"'method' is given twice"});
  check_refused("method: grid\n" + parameters + "metrics: {name: val_loss}\n", {"'metrics'", "did you mean 'metric'"});
  check_refused("method: gird\n" + parameters, {"'gird'", "did you mean 'grid'"});
  check_refused(parameters, {"method"});
  check_refused("method: grid\n", {"parameters", "learning_rate"});
  check_refused("method: grid\nparameters: {}\n", {"parameters"});
  for (const char* cap : {"0", "-3", "many", "1.5"})
    check_refused("method: grid\n" + parameters + "run_cap: " + cap + "\n", {"run_cap", cap, "whole number from 1"});
}

BOOST_AUTO_TEST_CASE(a_metric_that_runs_do_not_have_or_should_not_be_chosen_by_is_refused) {
  check_refused("method: bayes\n" + parameters, {"bayes", "metric"});
  check_metric_refused("val_loss", {"name and goal"});
  check_metric_refused("{name: val_acuracy, goal: maximize}", {"'val_acuracy'", "did you mean 'val_accuracy'"});
  check_metric_refused("{name: test_accuracy, goal: maximize}", {"test_accuracy", "val_accuracy"});
  check_metric_refused("{name: val_loss, goal: lower}", {"'lower'", "minimize"});
  check_metric_refused("{name: val_accuracy}", {"goal: maximize"});
  check_metric_refused("{name: val_loss, target: 0.1}", {"target", "run_cap"});
  check_metric_refused("{name: val_loss, gaol: minimize}", {"'gaol'", "did you mean 'goal'"});
}

BOOST_AUTO_TEST_CASE(early_termination_that_makes_no_sense_is_refused) {
  check_hyperband_refused("hyperband", {"type"});
  check_hyperband_refused("{type: median, min_iter: 1}", {"'median'", "hyperband"});
  check_hyperband_refused("{type: hyperband}", {"min_iter"});
  check_hyperband_refused("{type: hyperband, max_iter: 9}", {"min_iter", "max_iter with s"});
  check_hyperband_refused("{type: hyperband, s: 2}", {"max_iter with s"});
  check_hyperband_refused("{type: hyperband, min_iter: 1, max_iter: 9, s: 2}", {"not both"});
  check_hyperband_refused("{type: hyperband, min_iter: 0}", {"min_iter", "0"});
  check_hyperband_refused("{type: hyperband, min_iter: 1, eta: 1}", {"eta", "1.1"});
  check_hyperband_refused("{type: hyperband, min_iter: 1, strict: 1}", {"strict", "true or false"});
  check_hyperband_refused("{type: hyperband, min_iter: 1, etta: 3}", {"'etta'", "did you mean 'eta'"});
}

BOOST_AUTO_TEST_CASE(parameters_that_train_does_not_have_are_refused_with_near_names) {
  check_parameter_refused("learning_rte: {value: 1}", {"'learning_rte'", "did you mean 'learning_rate'"});
  check_parameter_refused("lr: {value: 1}, learning_rate: {value: 2}", {"'learning_rate'", "second time"});
  check_parameter_refused("-config=more.yaml: {value: 1}", {"'-config=more.yaml'"});
  check_parameter_refused("run_dir: {value: here}", {"'run_dir'", "leave it out"});
  check_parameter_refused("threads: {value: 2}", {"'threads'", "leave it out"});
  check_parameter_refused("recipe: {value: tuned}", {"'recipe'"});
}

BOOST_AUTO_TEST_CASE(values_that_an_option_does_not_take_are_refused) {
  check_parameter_refused("optimizer: {values: [adam, adm]}", {"'optimizer'", "'adm'"});
  check_parameter_refused("batch_size: {values: [16, 2.5]}", {"batch_size", "2.5"});
  check_parameter_refused("epochs: {values: [0]}", {"epochs", "at least 1"});
  check_parameter_refused("dropout: {values: [0.5, 1.5]}", {"dropout", "1.5"});
  check_parameter_refused("batch_size: {distribution: log_uniform_values, min: 8, max: 64}", {"batch_size", "whole numbers"});
  check_parameter_refused("hidden: {values: [\"64,x\"]}", {"hidden"});
  check_parameter_refused("learning_rate: {value: null}", {"learning_rate", "null"});
}

BOOST_AUTO_TEST_CASE(a_value_that_needs_another_beside_it_is_accepted) {
  BOOST_CHECK_NO_THROW(
      parse("method: grid\nparameters: {scheduler: {values: [none, multi_step]}, milestones: {values: [[3], [3, 5]]}}\n"));
}

BOOST_AUTO_TEST_CASE(a_grid_without_end_is_refused) {
  check_refused("method: grid\nparameters: {learning_rate: {min: 0.01, max: 0.1}}\n", {"grid", "learning_rate", "values"});
}

BOOST_AUTO_TEST_SUITE_END()
