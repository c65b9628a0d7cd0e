#include "xgrad/nn/sequential.hpp"

#include <algorithm>
#include <memory>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "xgrad/autograd/ops/arithmetic.hpp"
#include "xgrad/autograd/ops/reduction.hpp"
#include "xgrad/nn/activation.hpp"
#include "xgrad/nn/batch_norm.hpp"
#include "xgrad/nn/dropout.hpp"
#include "xgrad/nn/linear.hpp"
#include "xgrad/tensor/parallel.hpp"

using namespace xgrad;
using namespace xgrad::nn;

namespace {

Tensor<float> input(std::size_t columns = 129) {
  Generator generator(5);
  return Tensor<float>(random::normal<float>(generator, {37, columns}), true);
}

struct Result {
  Array<float> value, gradient;
  bool operator==(const Result& o) const { return value == o.value && gradient == o.gradient; }
};

template <class F>
Result run(F f) {
  const Tensor<float> x = input();
  const Tensor<float> y = f(x);
  sum(y * y).backward();
  return {y.value(), x.grad().value()};
}

// A user's module that looks like a rectifier and is none.
struct Louder : ReLU<float> {
  Tensor<float> forward(const Tensor<float>& x) override { return x * 2.f; }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(sequential)

BOOST_AUTO_TEST_CASE(relu_before_dropout_gives_the_bits_that_both_give_one_after_the_other) {
  for (const bool training : {true, false}) {
    Sequential<float> both(ReLU<float>(), Dropout<float>(0.3, Generator(9)));
    ReLU<float> relu;
    Dropout<float> dropout(0.3, Generator(9));
    both.train(training), dropout.train(training);
    const Result together = run([&](const Tensor<float>& x) { return both(x); });
    const Result apart = run([&](const Tensor<float>& x) { return dropout(relu(x)); });
    BOOST_TEST((together == apart), (training ? "training" : "evaluation"));
    // The generator stands where it would: the next masks are the same too.
    BOOST_TEST((run([&](const Tensor<float>& x) { return both(x); }) ==
                run([&](const Tensor<float>& x) { return dropout(relu(x)); })));
  }
}

// Everything that a step through normalisation, ReLU and perhaps dropout changes or gives.
struct NormalizedStep {
  Array<float> value, x, weight, bias, mean, variance;
  std::int64_t batches;
  bool operator==(const NormalizedStep&) const = default;
};

template <class F>
std::vector<NormalizedStep> normalized_steps(std::size_t columns, BatchNorm1d<float>& norm, F forward) {
  std::vector<NormalizedStep> steps;
  for (int step = 0; step < 2; ++step) {
    const Tensor<float> x = input(columns);
    norm.zero_grad();
    const Tensor<float> y = forward(x);
    sum(y * y).backward();
    steps.push_back({y.value(), x.grad().value(), norm.weight.grad().value(), norm.bias.grad().value(), norm.running_mean,
                     norm.running_var, norm.num_batches_tracked});
  }
  return steps;
}

BOOST_AUTO_TEST_CASE(batch_norm_before_relu_and_dropout_gives_the_bits_that_they_give_one_after_the_other) {
  for (const std::size_t columns : {16, 80, 129})  // one chunk, more than one, and columns that are treated apart
    for (const double p : {-1.0, 0.0, 0.3, 1.0})   // -1: no dropout at all
      for (const bool normalizes : {true, false})
        for (const bool drops : {true, false}) {
          const auto norm = std::make_shared<BatchNorm1d<float>>(columns),
                     other = std::make_shared<BatchNorm1d<float>>(columns);
          const auto dropout = std::make_shared<Dropout<float>>(std::max(p, 0.0), Generator(9)),
                     other_dropout = std::make_shared<Dropout<float>>(std::max(p, 0.0), Generator(9));
          for (const auto& n : {norm, other}) {
            Generator generator(3);
            random::fill_normal(generator, n->weight.mutable_value().data(), columns);
            random::fill_normal(generator, n->bias.mutable_value().data(), columns);
            n->train(normalizes);
          }
          dropout->train(drops), other_dropout->train(drops);
          Sequential<float> together;
          together.add(norm).add(ReLU<float>());
          if (p >= 0) together.add(dropout);
          ReLU<float> relu;
          const auto apart = [&](const Tensor<float>& x) {
            const Tensor<float> y = relu(other->forward(x));
            return p >= 0 ? other_dropout->forward(y) : y;
          };
          BOOST_TEST((normalized_steps(columns, *norm, [&](const Tensor<float>& x) { return together.forward(x); }) ==
                      normalized_steps(columns, *other, apart)),
                     columns << " columns, p = " << p << ", " << normalizes << drops);
        }
}

BOOST_AUTO_TEST_CASE(batch_norm_before_relu_and_dropout_gives_the_same_bits_for_every_number_of_threads) {
  std::vector<std::vector<NormalizedStep>> results;
  for (const std::size_t threads : {1, 2, 3}) {
    set_thread_count(threads);
    const auto norm = std::make_shared<BatchNorm1d<float>>(320);
    Sequential<float> modules;
    modules.add(norm).add(ReLU<float>()).add(Dropout<float>(0.3, Generator(9)));
    results.push_back(normalized_steps(320, *norm, [&](const Tensor<float>& x) { return modules.forward(x); }));
  }
  set_thread_count(1);
  BOOST_TEST((results[0] == results[1]));
  BOOST_TEST((results[0] == results[2]));
}

BOOST_AUTO_TEST_CASE(a_linear_layer_before_relu_gives_the_bits_that_both_give_one_after_the_other) {
  for (const bool bias : {true, false})
    for (const std::size_t in : {3, 129, 700})  // the sums of the last are computed in several pieces
      for (const std::size_t out : {10, 200}) {
        const auto linear = std::make_shared<Linear<float>>(in, out, LinearOptions{.bias = bias, .generator = Generator(2)});
        Sequential<float> both;
        both.add(linear).add(ReLU<float>());
        ReLU<float> relu;
        std::vector<Array<float>> results[2];
        for (const bool together : {true, false}) {
          linear->zero_grad();
          const Tensor<float> x = input(in);
          const Tensor<float> y = together ? both.forward(x) : relu(linear->forward(x));
          sum(y * y).backward();
          results[together] = {y.value(), x.grad().value(), linear->weight.grad().value()};
          if (bias) results[together].push_back(linear->bias.grad().value());
        }
        BOOST_TEST((results[0] == results[1]), in << " inputs, " << out << " outputs, bias " << bias);
      }
}

BOOST_AUTO_TEST_CASE(a_module_derived_from_relu_keeps_its_own_forward) {
  Sequential<float> modules(Louder(), Dropout<float>(0.0));
  const Tensor<float> x = input();
  BOOST_TEST((modules(x).value() == (x * 2.f).value()));
}

BOOST_AUTO_TEST_CASE(without_modules_it_is_the_identity) {
  Sequential<float> none;
  const Tensor<float> x = input();
  BOOST_TEST((none(x).value() == x.value()));
}

BOOST_AUTO_TEST_SUITE_END()
