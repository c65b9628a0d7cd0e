// Modules: names as PyTorch's, modes, freezing, the summary, and a module that a user writes.
#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "error_text.hpp"
#include "xgrad/autograd/ops/activation.hpp"
#include "xgrad/autograd/ops/arithmetic.hpp"
#include "xgrad/autograd/ops/reduction.hpp"
#include "xgrad/nn/activation.hpp"
#include "xgrad/nn/batch_norm.hpp"
#include "xgrad/nn/default_generator.hpp"
#include "xgrad/nn/dropout.hpp"
#include "xgrad/nn/gaussian_noise.hpp"
#include "xgrad/nn/layer_norm.hpp"
#include "xgrad/nn/linear.hpp"
#include "xgrad/nn/mlp.hpp"
#include "xgrad/nn/sequential.hpp"
#include "xgrad/nn/state_dict.hpp"
#include "xgrad/nn/train/evaluation.hpp"
#include "xgrad/tensor/error.hpp"

using namespace xgrad;
using namespace xgrad::nn;

namespace {

// As a user would write one: a layer with a parameter of its own, used twice, and a residual connection around it.
struct Scale : Module<double> {
  Tensor<double> factor{Tensor<double>(2.0, true)};
  const char* type_name() const override { return "Scale"; }
  Members<double> members() override { return {.parameters = {{"factor", &factor}}}; }
  Tensor<double> forward(const Tensor<double>& x) override { return factor * x; }
};

struct Net : Module<double> {
  Linear<double> fc1{3, 4}, fc2{4, 3};
  Sequential<double> tail{Sequential<double>(BatchNorm1d<double>(3), Dropout<double>(0.5))};
  Scale scale;
  const char* type_name() const override { return "Net"; }
  Members<double> members() override {
    return {.children = {{"fc1", &fc1}, {"fc2", &fc2}, {"tail", &tail}, {"scale", &scale}}};
  }
  Tensor<double> forward(const Tensor<double>& x) override { return tail(x + scale(fc2(relu(scale(fc1(x)))))); }
};

template <class List>
std::vector<std::string> names_of(const List& list) {
  std::vector<std::string> names;
  for (const auto& entry : list) names.push_back(entry.name);
  return names;
}

void check_names(const std::vector<std::string>& got, const std::vector<std::string>& expected) {
  BOOST_CHECK_EQUAL_COLLECTIONS(got.begin(), got.end(), expected.begin(), expected.end());
}

Tensor<double> some_input(std::size_t rows, std::size_t cols) {
  Generator generator(3);
  return Tensor<double>(random::normal<double>(generator, {rows, cols}));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(module)

BOOST_AUTO_TEST_CASE(sequential_counts_every_module_in_its_names_as_pytorch_does) {
  MLP<float> network({8, 5, 4, 3}, {.normalization = "batch", .dropout = 0.5});
  check_names(names_of(network.named_parameters()),
              {"0.weight", "0.bias", "1.weight", "1.bias", "4.weight", "4.bias", "5.weight", "5.bias", "8.weight", "8.bias"});
  check_names(names_of(network.named_buffers()), {"1.running_mean", "1.running_var", "5.running_mean", "5.running_var"});
  check_names(names_of(network.named_counters()), {"1.num_batches_tracked", "5.num_batches_tracked"});
  check_names(names_of(network.named_generators()), {"3.generator", "7.generator"});
  BOOST_TEST(to_string(network.parameters()[0].shape()) == "(5, 8)");
}

BOOST_AUTO_TEST_CASE(an_mlp_is_linear_normalisation_activation_dropout) {
  MLP<float> network({8, 5, 3}, {.activation = "tanh", .normalization = "layer", .dropout = 0.25, .bias = false});
  const std::vector<std::string> expected{"Linear(8, 5, no bias)", "LayerNorm(5)", "Tanh", "Dropout(0.25)",
                                          "Linear(5, 3, no bias)"};
  BOOST_REQUIRE(network.size() == expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) BOOST_TEST(network[i].describe() == expected[i]);
  check_names(names_of(network.named_parameters()), {"0.weight", "1.weight", "1.bias", "4.weight"});
}

BOOST_AUTO_TEST_CASE(a_users_module_has_the_names_of_its_members) {
  Net net;
  check_names(names_of(net.named_parameters()),
              {"fc1.weight", "fc1.bias", "fc2.weight", "fc2.bias", "tail.0.weight", "tail.0.bias", "scale.factor"});
  check_names(names_of(net.named_counters()), {"tail.0.num_batches_tracked"});
  BOOST_TEST(net.parameter_count() == 12u + 4 + 12 + 3 + 3 + 3 + 1);
}

BOOST_AUTO_TEST_CASE(a_users_module_is_trained_through_all_its_members) {
  Net net;
  sum(net(some_input(5, 3)) * some_input(5, 3)).backward();
  for (const auto& p : net.named_parameters()) BOOST_TEST(p.value.grad().defined(), p.name);
  net.zero_grad();
  for (const auto& p : net.named_parameters()) BOOST_TEST(!p.value.grad().defined(), p.name);
}

BOOST_AUTO_TEST_CASE(the_mode_reaches_every_module_below) {
  Net net;
  BOOST_TEST(net.tail[1].is_training());
  net.eval();
  BOOST_TEST(!net.is_training());
  BOOST_TEST(!net.tail[0].is_training());
  BOOST_TEST(!net.tail[1].is_training());
  net.train();
  BOOST_TEST(net.tail[0].is_training());
}

BOOST_AUTO_TEST_CASE(batches_are_counted_in_training_only) {
  BatchNorm1d<double> layer(3);
  const Tensor<double> x = some_input(5, 3);
  layer(x);
  layer(x);
  layer.eval();
  layer(x);
  BOOST_TEST(layer.num_batches_tracked == 2);
}

BOOST_AUTO_TEST_CASE(dropout_does_nothing_in_evaluation_and_never_repeats_a_mask_in_training) {
  Dropout<double> layer(0.5, Generator(7));
  const Tensor<double> ones(filled_array<double>({100}, 1));
  const Tensor<double> first = layer(ones), second = layer(ones);
  BOOST_TEST(!(first.value() == second.value()));
  for (double v : first.value()) BOOST_TEST((v == 0 || v == 2));
  layer.generator.set_position(0);
  BOOST_CHECK(layer(ones).value() == first.value());
  layer.eval();
  BOOST_CHECK(layer(ones).value() == ones.value());
  BOOST_CHECK_EXCEPTION(Dropout<double>(1.5), ConfigError, says({"1.5", "0 to 1"}));
}

BOOST_AUTO_TEST_CASE(noise_comes_before_the_first_layer_and_before_each_activation) {
  MLP<float> network({8, 5, 3}, {.normalization = "batch", .noise = 0.25});
  const std::vector<std::string> expected{"GaussianNoise(0.25)", "Linear(8, 5)", "BatchNorm1d(5)",
                                          "GaussianNoise(0.25)", "ReLU",         "Linear(5, 3)"};
  BOOST_REQUIRE(network.size() == expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) BOOST_TEST(network[i].describe() == expected[i]);
  check_names(names_of(network.named_generators()), {"0.generator", "3.generator"});
  BOOST_TEST(!(*network.named_generators()[0].value == *network.named_generators()[1].value));
}

BOOST_AUTO_TEST_CASE(noise_does_nothing_in_evaluation_and_never_repeats_in_training) {
  GaussianNoise<double> layer(0.5, Generator(7));
  const Tensor<double> ones(filled_array<double>({100}, 1));
  const Tensor<double> first = layer(ones), second = layer(ones);
  BOOST_TEST(!(first.value() == second.value()));
  layer.generator.set_position(0);
  BOOST_CHECK(layer(ones).value() == first.value());
  layer.eval();
  BOOST_CHECK(layer(ones).value() == ones.value());
  BOOST_CHECK_EXCEPTION(GaussianNoise<double>(-1), ConfigError, says({"-1", "0 or more"}));
}

BOOST_AUTO_TEST_CASE(frozen_parameters_get_no_gradients) {
  Net net;
  net.fc1.freeze();
  const Tensor<double> x = some_input(5, 3);
  sum(net(x) * x).backward();
  BOOST_TEST(!net.fc1.weight.grad().defined());
  BOOST_TEST(!net.fc1.bias.grad().defined());
  BOOST_TEST(net.fc2.weight.grad().defined());
  net.fc1.unfreeze();
  sum(net(x) * x).backward();
  BOOST_TEST(net.fc1.weight.grad().defined());
}

BOOST_AUTO_TEST_CASE(the_summary_is_a_table_of_layers_shapes_and_parameters) {
  MLP<float> network({784, 32, 10}, {.normalization = "batch", .dropout = 0.2});
  BOOST_TEST(network.summary({64, 784}) ==
             "name  layer            output shape  parameters\n"
             "0     Linear(784, 32)  (64, 32)          25,120\n"
             "1     BatchNorm1d(32)  (64, 32)              64\n"
             "2     ReLU             (64, 32)\n"
             "3     Dropout(0.2)     (64, 32)\n"
             "4     Linear(32, 10)   (64, 10)             330\n"
             "25,514 parameters\n");
  network[0].freeze();
  const std::string plain = network.summary();
  BOOST_TEST(plain.find("25,514 parameters, 25,120 of them frozen\n") != plain.npos);
  BOOST_TEST(plain.find("shape") == plain.npos);
}

BOOST_AUTO_TEST_CASE(the_summary_refuses_an_input_that_does_not_fit) {
  MLP<float> network({784, 10});
  BOOST_CHECK_EXCEPTION(network.summary({64, 100}), ShapeError, says({"Linear(784, 10)", "(64, 100)", "784"}));
}

BOOST_AUTO_TEST_CASE(layers_of_equal_shape_start_from_different_values_and_masks) {
  Linear<double> a(4, 4), b(4, 4);
  BOOST_CHECK(!(a.weight.value() == b.weight.value()));
  Dropout<double> c, d;
  BOOST_CHECK(!(c.generator == d.generator));
}

BOOST_AUTO_TEST_CASE(the_same_seed_makes_the_same_modules) {
  const auto values = [] { return Sequential<double>(Linear<double>(4, 4), Linear<double>(4, 4)); };
  manual_seed(11);
  Sequential<double> first = values();
  Sequential<double> other = values();
  manual_seed(11);
  Sequential<double> second = values();
  for (std::size_t k = 0; k < 4; ++k) {
    BOOST_CHECK(first.parameters()[k].value() == second.parameters()[k].value());
    BOOST_CHECK(!(first.parameters()[k].value() == other.parameters()[k].value()));
  }
  manual_seed(12);
  BOOST_CHECK(!(values().parameters()[0].value() == first.parameters()[0].value()));
}

BOOST_AUTO_TEST_CASE(every_activation_is_made_by_its_name_whatever_the_case) {
  const Tensor<double> x{-2.0, -0.5, 0.5, 2.0};
  BOOST_TEST(activation_names().size() == 11u);
  for (const std::string& name : activation_names()) BOOST_TEST(make_activation<double>(name)->forward(x).size() == 4u, name);
  BOOST_TEST(make_activation<double>("ReLU")->describe() == "ReLU");
  BOOST_TEST(make_activation<double>("leaky_relu")->describe() == "LeakyReLU(0.01)");
  BOOST_TEST(LeakyReLU<double>(0.5)(x).data()[0] == -1);
  BOOST_TEST(ELU<double>(2)(x).data()[0] == 2 * std::expm1(-2.0));
  BOOST_CHECK_EXCEPTION(make_activation<double>("tahn"), ConfigError, says({"tahn", "tanh"}));
}

BOOST_AUTO_TEST_CASE(options_that_make_no_network_are_refused) {
  BOOST_CHECK_EXCEPTION(MLP<double>({5}), ConfigError, says({"(5)", "widths"}));
  BOOST_CHECK_EXCEPTION(MLP<double>({5, 0, 2}), ConfigError, says({"5, 0, 2"}));
  BOOST_CHECK_EXCEPTION(MLP<double>({5, 4, 2}, {.normalization = "bath"}), ConfigError, says({"bath", "batch"}));
  BOOST_CHECK_EXCEPTION(MLP<double>({5, 4, 2}, {.initializer = "xaver"}), ConfigError, says({"xaver", "xavier"}));
  BOOST_CHECK_EXCEPTION(Linear<double>(0, 3), ConfigError, says({"0", "3"}));
  BOOST_CHECK_EXCEPTION(BatchNorm1d<double>(0), ConfigError, says({"0 features"}));
  BOOST_CHECK_EXCEPTION(LayerNorm<double>(0), ConfigError, says({"0 features"}));
}

BOOST_AUTO_TEST_CASE(a_module_in_two_places_has_its_parameters_once) {
  const auto shared = std::make_shared<Linear<double>>(3, 3);
  Sequential<double> model;
  model.add(std::static_pointer_cast<Module<double>>(shared)).add(ReLU<double>());
  model.add(std::static_pointer_cast<Module<double>>(shared));
  BOOST_TEST(model.parameters().size() == 2u);
  BOOST_TEST(model.parameter_count() == 12u);
  BOOST_TEST(names_of(model.named_parameters()) == (std::vector<std::string>{"0.weight", "0.bias", "2.weight", "2.bias"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(after_an_evaluation_every_part_is_in_the_mode_that_it_was_in) {
  Sequential<double> model(Linear<double>(3, 3), BatchNorm1d<double>(3), Dropout<double>(0.5));
  model[1].eval();
  {
    const Evaluation<double> evaluation(model);
    for (const Module<double>* part : model.modules()) BOOST_TEST(!part->is_training());
  }
  BOOST_TEST(model.is_training());
  BOOST_TEST(!model[1].is_training());
  BOOST_TEST(model[2].is_training());
}

BOOST_AUTO_TEST_CASE(a_sequence_takes_no_null_and_says_how_long_it_is) {
  Sequential<double> model(Linear<double>(3, 3));
  BOOST_CHECK_THROW(model.add(std::shared_ptr<Module<double>>()), ConfigError);
  BOOST_CHECK_EXCEPTION(model[7], ConfigError, says({"there is no module 7; there are 1"}));
}

BOOST_AUTO_TEST_CASE(two_members_of_one_name_are_neither_saved_nor_loaded) {
  struct Twins : Module<double> {
    Tensor<double> a{Tensor<double>(1.0, true)}, b{Tensor<double>(2.0, true)};
    const char* type_name() const override { return "Twins"; }
    Members<double> members() override { return {.parameters = {{"w", &a}, {"w", &b}}}; }
    Tensor<double> forward(const Tensor<double>& x) override { return a * x + b; }
  } twins;
  BOOST_CHECK_EXCEPTION(state_dict(twins), ConfigError, says({"are called 'w'"}));
  BOOST_CHECK_THROW(load_state_dict(twins, {.arrays = {{"w", scalar_array(3.0)}}}), ConfigError);
  BOOST_TEST(twins.b.item() == 2.0);
}

BOOST_AUTO_TEST_CASE(the_summary_has_a_line_for_a_modules_own_parameters_beside_its_children) {
  struct Shifted : Module<double> {
    Linear<double> fc{2, 3};
    Tensor<double> shift{Tensor<double>(1.0, true)};
    const char* type_name() const override { return "Shifted"; }
    Members<double> members() override { return {.parameters = {{"shift", &shift}}, .children = {{"fc", &fc}}}; }
    Tensor<double> forward(const Tensor<double>& x) override { return fc(x) + shift; }
  } model;
  BOOST_TEST(model.summary({1, 2}) ==
             "name  layer         output shape  parameters\n"
             "      Shifted                              1\n"
             "fc    Linear(2, 3)  (1, 3)                 9\n"
             "10 parameters\n");
}

BOOST_AUTO_TEST_SUITE_END()
