// Learning from other networks' probabilities.
#include "xgrad/nn/train/distillation.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "error_text.hpp"
#include "nn/reference_file.hpp"
#include "nn/small_training.hpp"
#include "xgrad/autograd/gradcheck.hpp"
#include "xgrad/autograd/ops/arithmetic.hpp"
#include "xgrad/autograd/ops/softmax.hpp"
#include "xgrad/nn/dropout.hpp"
#include "xgrad/nn/linear.hpp"
#include "xgrad/nn/metrics.hpp"
#include "xgrad/nn/state_dict.hpp"
#include "xgrad/tensor/error.hpp"

using namespace xgrad;
using namespace xgrad::nn;

namespace {

Tensor<double> normal(const Shape& shape, std::uint64_t seed) {
  Generator generator(seed);
  return Tensor<double>(random::normal<double>(generator, shape), true);
}

std::shared_ptr<Module<double>> linear(std::uint64_t seed) {
  const auto module = std::make_shared<Linear<double>>(2, 3);
  Generator generator(seed);
  random::fill_normal(generator, module->weight.mutable_value().data(), module->weight.size());
  return module;
}

template <class Error, class F>
void check_error(F f, const std::vector<std::string>& parts) {
  BOOST_CHECK_EXCEPTION(f(), Error, says(parts));
}

// What a small network is after a few epochs on clouds of points.
StateDict<double> trained(TrainerOptions<double> options, const data::Dataset<double>& train) {
  options.epochs = 4;
  options.batch_size = 16;
  SmallTraining run(std::move(options));
  run.trainer.fit(train, {});
  return state_dict(run.network);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(distillation)

BOOST_AUTO_TEST_CASE(the_loss_is_the_divergence_times_the_square_of_the_temperature) {
  const Tensor<double> z = normal({4, 3}, 1), q = softmax(normal({4, 3}, 2)).detach();
  for (const double t : {0.5, 1.0, 3.0}) {
    long double sum = 0;
    for (std::size_t i = 0; i < 4; ++i) {
      long double total = 0;
      for (std::size_t j = 0; j < 3; ++j) total += std::exp(z.value()(i, j) / static_cast<long double>(t));
      for (std::size_t j = 0; j < 3; ++j) {
        const long double p = std::exp(z.value()(i, j) / static_cast<long double>(t)) / total;
        sum += q.value()(i, j) * std::log(q.value()(i, j) / p);
      }
    }
    // Sums of 12 terms of the order of 1.
    BOOST_TEST(distillation_loss(z, q, t).item() == static_cast<double>(t * t * sum / 4), boost::test_tools::tolerance(1e-13));
  }
}

BOOST_AUTO_TEST_CASE(the_gradient_is_the_difference_of_the_probabilities_times_the_temperature) {
  const Tensor<double> q = softmax(normal({4, 3}, 2)).detach();
  for (const double t : {0.5, 1.0, 3.0}) {
    const Tensor<double> z = normal({4, 3}, 1);
    distillation_loss(z, q, t).backward();
    const Array<double> p = softmax(Tensor<double>(Array<double>(z.value() / t))).value();
    for (std::size_t i = 0; i < 12; ++i)
      BOOST_TEST(std::abs(z.grad().value().data()[i] - t * (p.data()[i] - q.value().data()[i]) / 4) <= 1e-15);
    const GradcheckResult result = gradcheck(
        [&](const std::vector<Tensor<double>>& x) { return distillation_loss(x[0], q, t); }, {normal({4, 3}, 5).value()});
    BOOST_TEST(result.passed, result.message);
  }
}

BOOST_AUTO_TEST_CASE(loss_and_gradient_are_those_of_pytorch) {
  const nlohmann::json file = read_reference("layers.json");
  BOOST_REQUIRE(file.at("distillation").size() == 2u);
  for (const nlohmann::json& c : file.at("distillation")) {
    const Tensor<double> z(array_of(c.at("outputs")), true), q(array_of(c.at("q")));
    const Tensor<double> loss = distillation_loss(z, q, c.at("temperature"));
    loss.backward();
    BOOST_TEST(relative_error(loss.item(), c.at("loss").get<double>()) <= 1e-13);
    BOOST_TEST(relative_error(z.grad().value(), c.at("gradient"), 0.1) <= 1e-13);
  }
}

BOOST_AUTO_TEST_CASE(it_is_zero_where_the_student_agrees) {
  const Tensor<double> z = normal({5, 3}, 1);
  const Tensor<double> loss = distillation_loss(z, softmax(z * 0.25).detach(), 4);
  loss.backward();
  BOOST_TEST(std::abs(loss.item()) <= 1e-14);
  for (const double g : z.grad().value()) BOOST_TEST(std::abs(g) <= 1e-15);
}

BOOST_AUTO_TEST_CASE(probabilities_are_the_mean_of_the_teachers) {
  const Distillation<double> both{.teachers = {linear(1), linear(2)}, .temperature = 2};
  const Tensor<double> x = normal({7, 2}, 3);
  const Tensor<double> mean = teacher_probabilities(both, x);
  const Array<double> one = softmax((*both.teachers[0])(x)*0.5).value(), two = softmax((*both.teachers[1])(x)*0.5).value();
  for (std::size_t i = 0; i < mean.size(); ++i)
    BOOST_TEST(mean.value().data()[i] == (one.data()[i] + two.data()[i]) / 2, boost::test_tools::tolerance(1e-15));
  BOOST_TEST(!mean.requires_grad());
}

BOOST_AUTO_TEST_CASE(teachers_do_not_drop_anything_and_keep_their_mode) {
  const auto teacher = std::make_shared<Dropout<double>>(0.5, Generator(1));
  teacher->train();
  const Tensor<double> x = normal({3, 4}, 3);
  BOOST_TEST((teacher_probabilities<double>({.teachers = {teacher}}, x).value() == softmax(x).value()));
  BOOST_TEST(teacher->is_training());
  BOOST_TEST(teacher->generator.position() == 0u);
}

BOOST_AUTO_TEST_CASE(teachers_are_as_accurate_as_their_mean_probabilities) {
  const data::Dataset<double> set = clouds(1500);  // more than are looked at at once
  const Distillation<double> both{.teachers = {linear(1), linear(2)}, .temperature = 2};
  const Array<double> p = teacher_probabilities(both, Tensor<double>(set.features())).value();
  double correct = 0;
  for (std::size_t i = 0; i < set.size(); ++i)
    correct += std::max_element(&p(i, 0), &p(i, 0) + 3) - &p(i, 0) == set.labels()(i);
  BOOST_TEST(teacher_accuracy(both, set) == correct / 1500);
  BOOST_TEST(teacher_accuracy<double>({.teachers = {linear(1)}}, set) !=
             teacher_accuracy<double>({.teachers = {linear(2)}}, set));
}

BOOST_AUTO_TEST_CASE(without_weight_training_is_what_it_is_without_teachers_to_the_bit) {
  const auto train = clouds(200);
  const StateDict<double> alone = trained({}, train);
  const StateDict<double> ignoring = trained({.distillation = {.teachers = {linear(1)}, .weight = 0}}, train);
  for (std::size_t i = 0; i < alone.arrays.size(); ++i) BOOST_TEST((alone.arrays[i].value == ignoring.arrays[i].value));
}

BOOST_AUTO_TEST_CASE(with_all_the_weight_a_student_learns_what_its_teacher_says_and_not_the_labels) {
  const auto train = clouds(600), test = clouds(200, 2);
  const auto teacher = linear(4);
  SmallTraining run({.distillation = {.teachers = {teacher}, .weight = 1}, .epochs = 40, .batch_size = 16});
  run.trainer.fit(train, {});
  run.network.eval();
  const auto classes = [&](Module<double>& module) {
    const NoGrad no_grad;
    return metrics::predicted_classes(module(Tensor<double>(test.features())).value());
  };
  const Indices taught = classes(*teacher), learnt = classes(run.network);
  std::size_t same = 0, right = 0;
  for (std::size_t i = 0; i < test.size(); ++i) {
    same += taught.data()[i] == learnt.data()[i];
    right += taught.data()[i] == test.labels().data()[i];
  }
  BOOST_TEST(same >= 190u);  // of 200; the labels, which have no share, would have it agree in
  BOOST_TEST(right < 150u);  // so many cases only
}

BOOST_AUTO_TEST_CASE(what_makes_no_sense_is_refused) {
  const Tensor<double> x = normal({3, 2}, 1), q = softmax(normal({3, 3}, 2)).detach();
  check_error<ConfigError>([&] { teacher_probabilities<double>({}, x); }, {"no teachers"});
  for (const double t : {0.0, -1.0, std::nan(""), HUGE_VAL}) {
    check_error<ConfigError>([&] { distillation_loss(q, q, t); }, {"temperature", "above 0"});
    check_error<ConfigError>([&] { teacher_probabilities<double>({.teachers = {linear(1)}, .temperature = t}, x); },
                             {"temperature", "above 0"});
  }
  const auto other = std::make_shared<Linear<double>>(2, 4);
  check_error<ShapeError>(
      [&] {
        teacher_probabilities<double>({.teachers = {linear(1), other}}, x);
      },
      {"(3, 3)", "(3, 4)", "same classes"});
  check_error<ShapeError>([&] { distillation_loss(x, q, 1); }, {"(3, 2)", "(3, 3)"});
  for (const double weight : {-0.1, 1.1, std::nan("")})
    check_error<ConfigError>([&] { SmallTraining({.distillation = {.teachers = {linear(1)}, .weight = weight}}); },
                             {"weight", "from 0 to 1"});
  check_error<ConfigError>([&] { SmallTraining({.target = Target::Input, .distillation = {.teachers = {linear(1)}}}); },
                           {"Target::Class"});
}

BOOST_AUTO_TEST_SUITE_END()
