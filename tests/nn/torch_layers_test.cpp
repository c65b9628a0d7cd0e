// Layers against PyTorch's: outputs, gradients, names, running statistics (tests/torch/make_layers.py).
#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "nn/reference_file.hpp"
#include "paths.hpp"
#include "xgrad/nn/activation.hpp"
#include "xgrad/nn/batch_norm.hpp"
#include "xgrad/nn/layer_norm.hpp"
#include "xgrad/nn/linear.hpp"
#include "xgrad/nn/model_file.hpp"
#include "xgrad/nn/oriented_gradients.hpp"
#include "xgrad/nn/sequential.hpp"
#include "xgrad/nn/state_dict.hpp"

using namespace xgrad;
using namespace xgrad::nn;
using nlohmann::json;

namespace {

Sequential<double> sequential() {
  return Sequential<double>(Linear<double>(4, 6), BatchNorm1d<double>(6), Tanh<double>(), Linear<double>(6, 5, {.bias = false}),
                            LayerNorm<double>(5), ReLU<double>(), Linear<double>(5, 3));
}

const json& case_of(const std::string& name) {
  static const json file = read_reference("layers.json");
  for (const json& c : file.at("cases"))
    if (c.at("name") == name) return c;
  throw std::runtime_error("no case " + name);
}

// PyTorch's state as ours.
StateDict<double> state_of(const json& list) {
  StateDict<double> state;
  for (const json& entry : list)
    if (entry.at(1).is_number())
      state.counters.push_back({entry.at(0), entry.at(1)});
    else
      state.arrays.push_back({entry.at(0), array_of(entry.at(1))});
  return state;
}

// The same names, and numbers within 10⁻¹² of the largest of their array.
void check_state(const StateDict<double>& got, const json& expected) {
  BOOST_TEST(got.arrays.size() + got.counters.size() == expected.size());
  for (const json& entry : expected) {
    const auto has_name = [&](const auto& own) { return own.name == entry.at(0); };
    if (entry.at(1).is_number()) {
      const auto at = std::find_if(got.counters.begin(), got.counters.end(), has_name);
      BOOST_REQUIRE_MESSAGE(at != got.counters.end(), entry.at(0) << " is missing");
      BOOST_TEST(at->value == entry.at(1).get<std::int64_t>(), entry.at(0));
    } else {
      const auto at = std::find_if(got.arrays.begin(), got.arrays.end(), has_name);
      BOOST_REQUIRE_MESSAGE(at != got.arrays.end(), entry.at(0) << " is missing");
      BOOST_TEST(relative_error(at->value, entry.at(1), 1) <= 1e-12, entry.at(0));
    }
  }
}

// Numbers are of the order of 1 and sums have at most 24 terms, so that 10⁻¹² is several thousand roundings.
void check(Module<double>& module, const std::string& name) {
  const json& c = case_of(name);
  load_state_dict(module, state_of(c.at("before")));
  for (const json& pass : c.at("passes")) {
    module.train(pass.at("training").get<bool>());
    module.zero_grad();
    const Tensor<double> x(array_of(pass.at("x")), true);
    const Tensor<double> y = module(x);
    BOOST_TEST(relative_error(y.value(), pass.at("y"), 1) <= 1e-12, name << ": output");
    BOOST_TEST(to_string(module.output_shape(x.shape())) == to_string(y.shape()));
    y.backward(Tensor<double>(array_of(pass.at("seed"))));
    BOOST_TEST(relative_error(x.grad().value(), pass.at("x_gradient"), 1) <= 1e-12, name << ": gradient of the input");
    const auto parameters = module.named_parameters();
    BOOST_REQUIRE(parameters.size() == pass.at("gradients").size());
    for (std::size_t k = 0; k < parameters.size(); ++k)
      BOOST_TEST(relative_error(parameters[k].value.grad().value(), pass.at("gradients").at(k), 1) <= 1e-12,
                 name << ": gradient of " << parameters[k].name);
    check_state(state_dict(module), pass.at("after"));
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(torch_layers)

BOOST_AUTO_TEST_CASE(linear_is_pytorchs) {
  Linear<double> layer(5, 3), flat(5, 3, {.bias = false}), deep(4, 3);
  check(layer, "linear");
  check(flat, "linear without bias");
  check(deep, "linear on three axes");
}

BOOST_AUTO_TEST_CASE(batch_norm_is_pytorchs_in_training_and_evaluation_by_turns) {
  BatchNorm1d<double> layer(3), other(3, {.eps = 0.01, .momentum = 0.4});
  check(layer, "batch_norm");
  check(other, "batch_norm with options");
}

BOOST_AUTO_TEST_CASE(layer_norm_is_pytorchs) {
  LayerNorm<double> layer(6), other(3, {.eps = 0.1});
  check(layer, "layer_norm");
  check(other, "layer_norm with options");
}

BOOST_AUTO_TEST_CASE(oriented_gradients_are_those_that_pytorch_gives_by_angles_and_convolution) {
  OrientedGradients<double> layer({.height = 8, .width = 12});
  check(layer, "oriented gradients");
}

BOOST_AUTO_TEST_CASE(sequential_has_the_names_and_numbers_of_pytorchs) {
  Sequential<double> network = sequential();
  check(network, "sequential");
}

BOOST_AUTO_TEST_CASE(a_file_with_the_names_of_pytorch_is_loaded_as_it_is) {
  Sequential<double> network = sequential();
  load_model(network, test::data_path("torch/sequential.safetensors"));
  const json& c = case_of("sequential");
  check_state(state_dict(network), c.at("before"));
  network.train();
  const json& pass = c.at("passes").at(0);
  BOOST_TEST(relative_error(network(Tensor<double>(array_of(pass.at("x")))).value(), pass.at("y"), 1) <= 1e-12);
}

BOOST_AUTO_TEST_SUITE_END()
