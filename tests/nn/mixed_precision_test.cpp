// Training with matrix products in bfloat16, everything else in float32.
#include <algorithm>
#include <bit>
#include <cmath>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "has_bf16.hpp"
#include "xgrad/autograd/grad_mode.hpp"
#include "xgrad/nn/data/gaussian_blobs.hpp"
#include "xgrad/nn/mlp.hpp"
#include "xgrad/nn/optim/factory.hpp"
#include "xgrad/nn/state_dict.hpp"
#include "xgrad/nn/train/trainer.hpp"
#include "xgrad/tensor/matmul_precision.hpp"
#include "xgrad/tensor/parallel.hpp"

using namespace xgrad;
using namespace xgrad::nn;

namespace {

constexpr std::size_t features = 64, classes = 8, training_images = 2000, test_images = 4000;

// Clouds that overlap: about one point in five is nearer to another centre than to its own.
data::Dataset<float> clouds() {
  return data::gaussian_blobs<float>({.samples = training_images + test_images,
                                      .features = features,
                                      .classes = classes,
                                      .spread = 0.45,
                                      .deviation = 1,
                                      .seed = 5});
}

struct Trained {
  std::vector<bool> right{};  // of each test point, whether its class was found
  StateDict<float> state{};
  double loss = 0;
};

Trained train(MatmulPrecision precision, std::uint64_t seed, std::size_t threads = 1) {
  const MatmulPrecisionGuard guard(precision);
  set_thread_count(threads);
  const data::Dataset<float> all = clouds();
  MLP<float> network({features, 256, 128, classes}, {.normalization = "batch", .seed = seed});
  const auto optimizer = optim::make_optimizer<float>("adam", network.parameters(), {.lr = 1e-3});
  Trainer<float> trainer(network, *optimizer, {.epochs = 3, .batch_size = 200, .seed = seed});
  trainer.fit(all.first(training_images), {});
  network.eval();
  const Array<float> scores = no_grad([&] { return network(Tensor<float>(all.features())).value(); });
  set_thread_count(1);
  Trained result{.state = state_dict(network), .loss = trainer.history().back().train_loss};
  for (std::size_t i = training_images; i < all.size(); ++i) {
    const float* row = scores.data() + i * classes;
    result.right.push_back(std::max_element(row, row + classes) - row == all.labels().data()[i]);
  }
  return result;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(mixed_precision)

// Of the points on which two equally good networks disagree, each finds about half: the difference of their numbers of right
// answers has a standard deviation of at most the root of how many these are (McNemar). Five of them bound the five seeds.
BOOST_AUTO_TEST_CASE(bfloat16_products_train_as_accurate_a_network, *boost::unit_test::precondition(has_bf16)) {
  double difference = 0, disagreements = 0, right = 0;
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    const Trained full = train(MatmulPrecision::Highest, seed), mixed = train(MatmulPrecision::Medium, seed);
    for (std::size_t i = 0; i < test_images; ++i) {
      difference += static_cast<double>(mixed.right[i]) - static_cast<double>(full.right[i]);
      disagreements += mixed.right[i] != full.right[i];
      right += full.right[i];
    }
    BOOST_TEST(mixed.loss != full.loss);  // it was another computation
    BOOST_TEST(std::abs(mixed.loss - full.loss) < 0.02 * full.loss);
  }
  BOOST_TEST_MESSAGE("accuracy " << right / (5 * test_images) << ", " << disagreements << " disagreements, " << difference);
  BOOST_TEST(std::abs(difference) <= 4 * std::sqrt(disagreements));
  BOOST_TEST(right > 0.6 * 5 * test_images);  // eight classes: there was something to learn
}

// A number of bfloat16 has sixteen zeros at its end; weights and running statistics keep the bits of float32.
BOOST_AUTO_TEST_CASE(weights_stay_float32, *boost::unit_test::precondition(has_bf16)) {
  const Trained mixed = train(MatmulPrecision::Medium, 1);
  for (const auto& [name, value] : mixed.state.arrays) {
    std::size_t rounded = 0;
    for (const float x : value) rounded += (std::bit_cast<std::uint32_t>(x) & 0xffffu) == 0;
    BOOST_TEST(rounded < value.size() / 4 + 2, name << " has " << rounded << " of " << value.size());
  }
}

BOOST_AUTO_TEST_CASE(threads_change_no_bit, *boost::unit_test::precondition(has_bf16)) {
  const Trained one = train(MatmulPrecision::Medium, 1), two = train(MatmulPrecision::Medium, 1, 2);
  BOOST_TEST(one.loss == two.loss);
  for (std::size_t i = 0; i < one.state.arrays.size(); ++i)
    BOOST_TEST((one.state.arrays[i].value == two.state.arrays[i].value), one.state.arrays[i].name);
}

BOOST_AUTO_TEST_SUITE_END()
