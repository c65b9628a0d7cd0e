// Training on blends of samples.
#include "xgrad/nn/train/mixup.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "error_text.hpp"
#include "nn/small_training.hpp"
#include "xgrad/autograd/gradcheck.hpp"
#include "xgrad/autograd/ops.hpp"
#include "xgrad/nn/data/one_hot.hpp"
#include "xgrad/nn/linear.hpp"
#include "xgrad/nn/optim/sgd.hpp"
#include "xgrad/nn/state_dict.hpp"
#include "xgrad/tensor/error.hpp"
#include "xgrad/tensor/parallel.hpp"

using namespace xgrad;
using namespace xgrad::nn;

namespace {

// The mean of (2λ − 1)^(2k): (½ · 3⁄2 · …)/((α + ½)(α + 3⁄2)…), k factors in each.
double moment(double alpha, int k) {
  double result = 1;
  for (int i = 0; i < k; ++i) result *= (0.5 + i) / (alpha + 0.5 + i);
  return result;
}

// Sample i is (i, i²) and has the label i mod 3.
data::Dataset<double> numbered(std::size_t samples) {
  Array<double> x = empty_array<double>({samples, 2});
  Indices labels = empty_array<std::int64_t>({samples});
  for (std::size_t i = 0; i < samples; ++i) {
    x(i, 0) = static_cast<double>(i), x(i, 1) = static_cast<double>(i * i);
    labels(i) = static_cast<std::int64_t>(i % 3);
  }
  return {x, labels, {.class_names = {"a", "b", "c"}}};
}

template <class Error, class F>
void check_error(F f, const std::vector<std::string>& parts) {
  BOOST_CHECK_EXCEPTION(f(), Error, says(parts));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(mixup)

BOOST_AUTO_TEST_CASE(shares_have_the_moments_of_the_beta_distribution) {
  constexpr std::size_t n = 20000;
  for (const double alpha : {1e-310, 0.001, 0.1, 0.2, 0.5, 1.0, 1.01, 1.5, 4.0, 40.0}) {
    Generator generator(7);
    double first = 0, second = 0, fourth = 0;
    for (std::size_t i = 0; i < n; ++i) {
      const double share = draw_symmetric_beta(alpha, generator), x = 2 * share - 1;
      BOOST_REQUIRE((share >= 0 && share <= 1));
      first += x / n, second += x * x / n, fourth += x * x * x * x / n;
    }
    // Five standard errors of each, which a right generator exceeds once in 1.7 million comparisons, and the rounding of n
    // sums.
    const auto bound = [](double mean, double mean_square) { return 5 * std::sqrt((mean_square - mean * mean) / n) + 1e-11; };
    BOOST_TEST(std::abs(first) <= bound(0, moment(alpha, 1)), "alpha " << alpha << ": mean " << first);
    BOOST_TEST(std::abs(second - moment(alpha, 1)) <= bound(moment(alpha, 1), moment(alpha, 2)), "alpha " << alpha);
    BOOST_TEST(std::abs(fourth - moment(alpha, 2)) <= bound(moment(alpha, 2), moment(alpha, 4)), "alpha " << alpha);
  }
}

BOOST_AUTO_TEST_CASE(every_sample_is_blended_with_a_partner_and_is_the_partner_of_one) {
  const data::Dataset<double> set = numbered(50);
  bool different = false;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const Mixture<double> mixture = mix(Tensor<double>(set.features()), set.labels(), 0.5, Generator(seed));
    BOOST_REQUIRE((mixture.share >= 0.5 && mixture.share <= 1));
    if (mixture.share > 0.999) continue;  // too little of the partner is left to tell which it is
    std::vector<int> seen(50, 0);
    for (std::size_t i = 0; i < 50; ++i) {
      const double own = static_cast<double>(i);
      const double partner = (mixture.x.value()(i, 0) - mixture.share * own) / (1 - mixture.share);
      const auto j = static_cast<std::size_t>(std::lround(partner));
      BOOST_REQUIRE(j < 50u);
      ++seen[j];
      different = different || j != i;
      const double square = mixture.share * own * own + (1 - mixture.share) * static_cast<double>(j * j);
      BOOST_TEST(mixture.x.value()(i, 1) == square, boost::test_tools::tolerance(1e-14));
      BOOST_TEST(mixture.partner_labels(i) == static_cast<std::int64_t>(j % 3));
    }
    BOOST_TEST(std::count(seen.begin(), seen.end(), 1) == 50);
  }
  BOOST_TEST(different);
}

BOOST_AUTO_TEST_CASE(blends_are_the_same_to_the_last_bit_for_every_number_of_threads) {
  Generator generator(1);
  const Tensor<float> x(random::normal<float>(generator, {300, 7, 40}));
  Indices labels = empty_array<std::int64_t>({300});
  for (std::size_t i = 0; i < 300; ++i) labels(i) = static_cast<std::int64_t>(i % 10);
  const Mixture<float> one = mix(x, labels, 1, Generator(3));
  set_thread_count(3);
  const Mixture<float> three = mix(x, labels, 1, Generator(3));
  set_thread_count(1);
  BOOST_TEST((one.x.value() == three.x.value()));
  BOOST_TEST((one.partner_labels == three.partner_labels));
}

// A network that hands on what it gets shows what it was trained on.
BOOST_AUTO_TEST_CASE(a_step_follows_the_blend_of_two_losses) {
  Linear<double> network(2, 3);
  network.weight.mutable_value() = Array<double>{{1, 0}, {0, 1}, {0, 0}};
  network.bias.mutable_value() = Array<double>{0, 0, 0};
  optim::SGD<double> optimizer(network.parameters(), {.lr = 0});
  std::vector<Array<double>> outputs;
  std::vector<Indices> labels;
  std::vector<double> losses;
  const LossFunction<double> loss = [&](const Tensor<double>& z, const Indices& y) {
    const Tensor<double> result = cross_entropy(z, y);
    outputs.push_back(z.value()), labels.push_back(y), losses.push_back(result.item());
    return result;
  };
  Trainer<double> trainer(network, optimizer, {.loss = loss, .epochs = 1, .batch_size = 5, .mixup = 1});
  trainer.fit(numbered(5), {});
  BOOST_REQUIRE(losses.size() == 2u);
  BOOST_TEST((outputs[0] == outputs[1]));
  // Of row i the samples a and b are those with its two labels whose blend it is: share from the first column, then the second.
  const auto share_of = [&](std::size_t i) {
    for (std::int64_t a = labels[0](i); a < 5; a += 3)
      for (std::int64_t b = labels[1](i); b < 5; b += 3) {
        if (a == b) continue;
        const double x = outputs[0](i, 0), x2 = outputs[0](i, 1), da = static_cast<double>(a), db = static_cast<double>(b);
        const double share = (x - db) / (da - db);
        if (share >= 0.5 && share <= 1 && std::abs(share * da * da + (1 - share) * db * db - x2) < 1e-9) return share;
      }
    return -1.0;
  };
  std::vector<double> shares;
  for (std::size_t i = 0; i < 5; ++i)
    if (const double share = share_of(i); share >= 0) shares.push_back(share);
  BOOST_REQUIRE(!shares.empty());
  for (const double share : shares) BOOST_TEST(share == shares[0], boost::test_tools::tolerance(1e-9));
  BOOST_TEST(trainer.history().at(0).train_loss == shares[0] * losses[0] + (1 - shares[0]) * losses[1],
             boost::test_tools::tolerance(1e-9));
}

// The same as the cross-entropy with blended labels, by the linearity of the loss in them.
BOOST_AUTO_TEST_CASE(the_blend_of_two_losses_is_the_loss_of_blended_labels_and_its_gradient_passes_gradcheck) {
  Generator generator(4);
  const Tensor<double> z(random::normal<double>(generator, {6, 3}), true);
  const Indices y{0, 1, 2, 2, 1, 0}, partner{1, 1, 0, 2, 0, 2};
  const double share = 0.7;
  const auto loss = [&](const Tensor<double>& outputs) {
    return cross_entropy(outputs, y) * share + cross_entropy(outputs, partner) * (1 - share);
  };
  const Tensor<double> blended =
      Tensor<double>(data::one_hot<double>(y, 3)) * share + Tensor<double>(data::one_hot<double>(partner, 3)) * (1 - share);
  BOOST_TEST(loss(z).item() == cross_entropy(z, blended).item(), boost::test_tools::tolerance(1e-14));
  loss(z).backward();
  const Array<double> p = softmax(z).value();
  for (std::size_t i = 0; i < p.size(); ++i)  // (p − q)/N
    BOOST_TEST(std::abs(z.grad().value().data()[i] - (p.data()[i] - blended.value().data()[i]) / 6) < 1e-15);
  const GradcheckResult result = gradcheck([&](const std::vector<Tensor<double>>& x) { return loss(x[0]); }, {z.value()});
  BOOST_TEST(result.passed, result.message);
}

BOOST_AUTO_TEST_CASE(a_network_learns_from_blends_and_otherwise_than_without) {
  const auto train = clouds(600), test = clouds(300, 2);
  SmallTraining mixed({.epochs = 20, .batch_size = 16, .mixup = 0.4}), plain({.epochs = 20, .batch_size = 16});
  for (SmallTraining* run : {&mixed, &plain}) run->trainer.fit(train, {});
  BOOST_TEST(mixed.trainer.evaluate(test).accuracy() > plain.trainer.evaluate(test).accuracy() - 0.03);
  BOOST_TEST(mixed.trainer.history().back().train_loss > plain.trainer.history().back().train_loss);  // blends are harder
  BOOST_TEST((state_dict(mixed.network).arrays[0].value != state_dict(plain.network).arrays[0].value));
}

BOOST_AUTO_TEST_CASE(what_makes_no_sense_is_refused) {
  const Tensor<double> x(filled_array<double>({3, 2}, 1));
  for (const double alpha : {0.0, -1.0, std::nan(""), HUGE_VAL})
    check_error<ConfigError>([&] { mix(x, Indices{0, 1, 2}, alpha, Generator(1)); }, {"alpha", "above 0"});
  check_error<ShapeError>([&] { mix(x, Indices{0, 1}, 1, Generator(1)); }, {"(3, 2)", "(2,)"});
  check_error<ShapeError>([&] { mix(Tensor<double>(1.0), Indices{0}, 1, Generator(1)); }, {"mixup", "(N, …)"});
  for (const double alpha : {-0.5, std::nan(""), HUGE_VAL})
    check_error<ConfigError>([&] { SmallTraining({.mixup = alpha}); }, {"mixup: alpha is"});
  check_error<ConfigError>([&] { SmallTraining({.target = Target::Input, .mixup = 1}); }, {"Target::Class"});
}

BOOST_AUTO_TEST_SUITE_END()
