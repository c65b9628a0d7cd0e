// 50 steps of training small networks against PyTorch (tests/torch/make_training.py).
#include <algorithm>
#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "nn/reference_file.hpp"
#include "xgrad/autograd/ops/arithmetic.hpp"
#include "xgrad/autograd/ops/cross_entropy.hpp"
#include "xgrad/autograd/ops/elementwise.hpp"
#include "xgrad/autograd/ops/reduction.hpp"
#include "xgrad/autograd/ops/softmax.hpp"
#include "xgrad/nn/data/batches.hpp"
#include "xgrad/nn/data/one_hot.hpp"
#include "xgrad/nn/mlp.hpp"
#include "xgrad/nn/optim/factory.hpp"
#include "xgrad/nn/state_dict.hpp"

using namespace xgrad;
using nlohmann::json;

namespace {

const json& reference() {
  static const json file = read_reference("training.json");
  return file;
}

data::Dataset<double> dataset() {
  const json& d = reference().at("data");
  const auto labels = d.at("y").get<std::vector<std::int64_t>>();
  Indices y = empty_array<std::int64_t>({labels.size()});
  std::copy(labels.begin(), labels.end(), y.data());
  return {array_of(d.at("x")), y, {.name = "training", .class_names = {"a", "b", "c"}}};
}

nn::MLP<double> network_of(const json& c) {
  std::vector<std::size_t> widths = c.at("hidden");
  widths.insert(widths.begin(), reference().at("data").at("x").at("shape").at(1).get<std::size_t>());
  widths.push_back(reference().at("data").at("classes"));
  nn::MLP<double> network(widths, {.activation = c.at("activation"), .normalization = c.at("normalization")});
  nn::StateDict<double> state = nn::state_dict(network);
  for (auto& entry : state.arrays) entry.value = array_of(c.at("initial").at(entry.name));
  nn::load_state_dict(network, state);
  return network;
}

Tensor<double> loss_of(const json& c, const Tensor<double>& outputs, const Indices& y) {
  if (c.at("loss") == "cross_entropy") return cross_entropy(outputs, y);
  return mean(square(softmax(outputs) - Tensor<double>(data::one_hot<double>(y, outputs.shape().back()))));
}

// The loss of every step, before its update; the batches in order, epoch after epoch.
std::vector<double> train(const json& c, nn::MLP<double>& network) {
  const auto optimizer = optim::make_optimizer<double>(c.at("optimizer"), network.parameters(),
                                                       {.lr = c.at("lr"), .weight_decay = c.at("weight_decay")});
  std::vector<double> losses;
  const auto batches = data::batches(dataset(), reference().at("data").at("batch").get<std::size_t>());
  for (std::size_t t = 0; t < c.at("losses").size(); ++t) {
    const data::Batch<double> batch = batches[t % batches.size()];
    losses.push_back(optimizer->minimize([&] {
      optimizer->zero_grad();
      const Tensor<double> loss = loss_of(c, network(batch.x), batch.y);
      loss.backward();
      return loss.item();
    }));
  }
  return losses;
}

// A step rounds to some 10⁻¹⁶, and in 50 steps of learning at these rates a difference grows a thousandfold at most: 10⁻¹³.
// 10⁻⁹ is what xgrad promises. Final numbers are compared relative to 1, their order of magnitude.
// The gradient of a bias whose layer is normalised afterwards is zero; what is computed is rounding, up to 10⁻¹⁵, and the
// adaptive optimizers divide it by their eps of 10⁻⁸ at least. So such a bias, and the running mean that follows it, may stray
// by as much in each step, times the rate; the losses do not see it.
double tolerance_of(const json& c, const std::string& name) {
  const std::string next = std::to_string(std::stoi(name) + 1) + ".running_mean";  // names begin with the module's number
  const bool strays = name.ends_with("running_mean") || (name.ends_with("bias") && c.at("final").contains(next));
  return 1e-9 + (strays ? 50 * c.at("lr").get<double>() * 1e-15 / 1e-8 : 0);
}

void check(const json& c) {
  const std::string what = c.at("activation").get<std::string>() + ", " + c.at("optimizer").get<std::string>();
  nn::MLP<double> network = network_of(c);
  const std::vector<double> losses = train(c, network);
  for (std::size_t t = 0; t < losses.size(); ++t)
    BOOST_TEST(relative_error(losses[t], c.at("losses").at(t).get<double>()) <= 1e-9, what << ": loss of step " << t);
  const nn::StateDict<double> state = nn::state_dict(network);
  BOOST_TEST(state.arrays.size() == c.at("final").size());
  for (const auto& entry : state.arrays)
    BOOST_TEST(relative_error(entry.value, c.at("final").at(entry.name), 1) <= tolerance_of(c, entry.name),
               what << ": " << entry.name);
  for (const auto& counter : state.counters) BOOST_TEST(counter.value == 50, what << ": " << counter.name);
}

void check_all(const std::string& normalization, std::size_t count) {
  std::size_t found = 0;
  for (const json& c : reference().at("cases"))
    if (c.at("normalization") == normalization) {
      ++found;
      check(c);
    }
  BOOST_TEST(found == count);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(torch_training)

BOOST_AUTO_TEST_CASE(networks_without_normalisation_train_as_with_pytorch) { check_all("none", 6); }
BOOST_AUTO_TEST_CASE(networks_with_batch_norm_train_as_with_pytorch) { check_all("batch", 5); }
BOOST_AUTO_TEST_CASE(networks_with_layer_norm_train_as_with_pytorch) { check_all("layer", 2); }

BOOST_AUTO_TEST_SUITE_END()
