// Training gives the same bits with any number of threads.
#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "xgrad/nn/data/gaussian_blobs.hpp"
#include "xgrad/nn/mlp.hpp"
#include "xgrad/nn/optim/factory.hpp"
#include "xgrad/nn/state_dict.hpp"
#include "xgrad/nn/train/trainer.hpp"
#include "xgrad/tensor/parallel.hpp"

using namespace xgrad;
using namespace xgrad::nn;

namespace {

struct Result {
  StateDict<float> state;
  std::vector<double> losses;
};

// Layers wide enough that products (512×256×300), elementwise loops and updates (76,800 elements) are shared among threads.
Result train(std::size_t threads, const std::string& method, const std::string& normalization) {
  set_thread_count(threads);
  const auto train = data::gaussian_blobs<float>({.samples = 1100, .features = 256, .classes = 5, .spread = 1, .seed = 1});
  const auto validation = data::gaussian_blobs<float>({.samples = 300, .features = 256, .classes = 5, .spread = 1, .seed = 1});
  MLP<float> network({256, 300, 64, 5}, {.normalization = normalization, .dropout = 0.2, .seed = 2});
  const auto optimizer = optim::make_optimizer<float>(method, network.parameters(), {.lr = 1e-3});
  Trainer<float> trainer(network, *optimizer, {.epochs = 2, .batch_size = 512, .clip_norm = 1, .ema_decay = 0.9});
  trainer.fit(train, validation);
  Result result{state_dict(network), {}};
  for (const EpochRecord& r : trainer.history())
    for (double figure : {r.train_loss, r.train_accuracy, r.val_loss, r.val_macro_f1}) result.losses.push_back(figure);
  set_thread_count(1);
  return result;
}

bool same_bits(const Result& a, const Result& b) {
  for (std::size_t i = 0; i < a.state.arrays.size(); ++i) {
    const Array<float>&x = a.state.arrays[i].value, &y = b.state.arrays[i].value;
    if (x.size() != y.size() || std::memcmp(x.data(), y.data(), x.size() * sizeof(float)) != 0) return false;
  }
  return a.losses == b.losses;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(training_threads)

BOOST_AUTO_TEST_CASE(one_two_and_four_threads_train_to_the_same_bits) {
  for (const auto& [method, normalization] : {std::pair{"adam", "batch"}, {"nag", "layer"}, {"lbfgs", "none"}}) {
    const Result one = train(1, method, normalization);
    BOOST_TEST(same_bits(one, train(2, method, normalization)), method << ", two threads");
    BOOST_TEST(same_bits(one, train(4, method, normalization)), method << ", four threads");
  }
}

BOOST_AUTO_TEST_SUITE_END()
