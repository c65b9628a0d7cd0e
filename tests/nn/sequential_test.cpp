#include "xgrad/nn/sequential.hpp"

#include <vector>

#include <boost/test/unit_test.hpp>

#include "xgrad/autograd/ops/arithmetic.hpp"
#include "xgrad/autograd/ops/reduction.hpp"
#include "xgrad/nn/activation.hpp"
#include "xgrad/nn/dropout.hpp"

using namespace xgrad;
using namespace xgrad::nn;

namespace {

Tensor<float> input() {
  Generator generator(5);
  return Tensor<float>(random::normal<float>(generator, {37, 129}), true);
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
