// Finite differences through whole networks: every activation, normalisation in both modes, dropout with a fixed mask, every
// loss.
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "xgrad/autograd/gradcheck.hpp"
#include "xgrad/autograd/ops/arithmetic.hpp"
#include "xgrad/autograd/ops/binary_cross_entropy.hpp"
#include "xgrad/autograd/ops/cross_entropy.hpp"
#include "xgrad/autograd/ops/elementwise.hpp"
#include "xgrad/autograd/ops/kl_div.hpp"
#include "xgrad/autograd/ops/margin_loss.hpp"
#include "xgrad/autograd/ops/nll_loss.hpp"
#include "xgrad/autograd/ops/reduction.hpp"
#include "xgrad/autograd/ops/regression_loss.hpp"
#include "xgrad/autograd/ops/softmax.hpp"
#include "xgrad/nn/activation.hpp"
#include "xgrad/nn/data/one_hot.hpp"
#include "xgrad/nn/mlp.hpp"
#include "xgrad/tensor/random.hpp"

using namespace xgrad;

namespace {

using Loss = std::function<Tensor<double>(const Tensor<double>& outputs)>;

constexpr std::size_t samples = 6, features = 4, classes = 3;

Array<double> some_input() {
  Generator generator(21);
  return random::normal<double>(generator, {samples, features});
}

Indices some_labels() {
  Generator generator(22);
  return random::integers(generator, {samples}, classes);
}

Tensor<double> some_targets(double low, double high) {
  Generator generator(23);
  return Tensor<double>(random::uniform<double>(generator, {samples, classes}, low, high));
}

Tensor<double> one_hot_labels() { return Tensor<double>(data::one_hot<double>(some_labels(), classes)); }

Tensor<double> default_loss(const Tensor<double>& outputs) { return cross_entropy(outputs, some_labels()); }

// The loss as a function of the network's input and parameters. Every evaluation sets the generators back, so that masks
// and noise stay the same; running statistics move, but in training nothing depends on them.
void check(nn::MLP<double>& network, const Loss& loss, const std::string& what) {
  std::vector<Array<double>> inputs{some_input()};
  for (const Tensor<double>& p : network.parameters()) inputs.push_back(p.value());
  const auto slots = [&] {
    std::vector<Tensor<double>*> all;
    for (std::size_t i = 0; i < network.size(); ++i)
      for (const auto& p : network[i].members().parameters)
        if (p.value->defined()) all.push_back(p.value);
    return all;
  }();
  const auto f = [&](const std::vector<Tensor<double>>& x) {
    for (const auto& g : network.named_generators()) g.value->set_position(0);
    for (std::size_t k = 0; k < slots.size(); ++k) *slots[k] = x[k + 1];
    return loss(network(x[0]));
  };
  // Normalisation over six samples has fifth derivatives of some 10⁵: at the step h = 2·10⁻⁴ the stencil's error h⁴/30·10⁵ is
  // 5·10⁻¹² and that of rounding 1.5·2⁻⁵³/h, 10⁻¹². Of the default step, 10⁻³, the first would be 3·10⁻⁹, above the tolerance.
  const GradcheckResult result = gradcheck(f, inputs, {.step = 2e-4});
  BOOST_TEST(result.passed, what << ": " << result.message);
}

nn::MLP<double> network_of(const nn::MlpOptions& options) {
  nn::MLP<double> network({features, 5, 4, classes}, options);
  for (const Tensor<double>& p : network.parameters())
    if (p.rank() == 1) {  // biases and scales other than the first
      Generator generator(24);
      const Array<double> change = random::normal<double>(generator, p.shape(), 0.0, 0.3);
      Tensor<double> moved = p;
      for (std::size_t i = 0; i < change.size(); ++i) moved.mutable_value().data()[i] += change.data()[i];
    }
  return network;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(network_gradcheck)

BOOST_AUTO_TEST_CASE(every_activation) {
  for (const std::string& name : nn::activation_names()) {
    nn::MLP<double> network = network_of({.activation = name, .initializer = "xavier_normal", .seed = 1});
    check(network, default_loss, name);
  }
}

BOOST_AUTO_TEST_CASE(batch_norm_in_training_and_in_evaluation) {
  nn::MLP<double> network = network_of({.activation = "tanh", .normalization = "batch", .seed = 2});
  check(network, default_loss, "training");
  network.eval();
  check(network, default_loss, "evaluation");
}

BOOST_AUTO_TEST_CASE(layer_norm) {
  nn::MLP<double> network = network_of({.activation = "silu", .normalization = "layer", .seed = 3});
  check(network, default_loss, "layer_norm");
}

BOOST_AUTO_TEST_CASE(dropout_with_a_fixed_mask) {
  nn::MLP<double> network = network_of({.activation = "gelu", .dropout = 0.4, .seed = 4});
  check(network, default_loss, "dropout");
  nn::MLP<double> all = network_of({.activation = "elu", .normalization = "batch", .dropout = 0.4, .seed = 5});
  check(all, default_loss, "dropout after batch normalisation");
}

BOOST_AUTO_TEST_CASE(noise_that_stays_the_same) {
  nn::MLP<double> network = network_of({.activation = "tanh", .normalization = "batch", .noise = 0.3, .seed = 6});
  check(network, default_loss, "noise after batch normalisation");
}

BOOST_AUTO_TEST_CASE(every_loss) {
  const std::vector<std::pair<std::string, Loss>> losses{
      {"cross_entropy with smoothing and weights",
       [](const Tensor<double>& z) {
         return cross_entropy(z, some_labels(),
                              CrossEntropyOptions<double>{.label_smoothing = 0.1, .weight = Tensor<double>{1.0, 2.0, 0.5}});
       }},
      {"cross_entropy of distributions",
       [](const Tensor<double>& z) { return cross_entropy(z, softmax(some_targets(-1, 1))); }},
      {"nll_loss", [](const Tensor<double>& z) { return nll_loss(log_softmax(z), some_labels()); }},
      {"mean squared error of probabilities",
       [](const Tensor<double>& z) { return mean(square(softmax(z) - one_hot_labels())); }},
      {"mse_loss", [](const Tensor<double>& z) { return mse_loss(z, some_targets(-1, 1)); }},
      {"l1_loss", [](const Tensor<double>& z) { return l1_loss(z, some_targets(3, 9)); }},
      {"huber_loss", [](const Tensor<double>& z) { return huber_loss(z, some_targets(3, 9)); }},
      {"binary_cross_entropy_with_logits",
       [](const Tensor<double>& z) { return binary_cross_entropy_with_logits(z, some_targets(0, 1)); }},
      {"kl_div", [](const Tensor<double>& z) { return kl_div(log_softmax(z), softmax(some_targets(-1, 1))); }},
      {"hinge_loss", [](const Tensor<double>& z) { return hinge_loss(z / 10.0, 2.0 * one_hot_labels() - 1.0); }},
      {"multi_margin_loss", [](const Tensor<double>& z) { return multi_margin_loss(z / 10.0, some_labels()); }},
  };
  for (const auto& [name, loss] : losses) {
    nn::MLP<double> network = network_of({.activation = "tanh", .seed = 6});
    check(network, loss, name);
  }
}

BOOST_AUTO_TEST_SUITE_END()
