// Losses of class scores: what the weights of classes and rows that are ignored may do to a gradient.
#include <cstdint>
#include <limits>

#include <boost/test/unit_test.hpp>

#include "xgrad/autograd/ops/arithmetic.hpp"
#include "xgrad/autograd/ops/cross_entropy.hpp"
#include "xgrad/autograd/ops/margin_loss.hpp"
#include "xgrad/autograd/ops/nll_loss.hpp"
#include "xgrad/autograd/tensor.hpp"

using namespace xgrad;

namespace {

const Indices targets{2, 0};

Tensor<double> scores() { return Tensor<double>(Array<double>{{0.5, -1.0, 2.0}, {0.25, 0.75, -0.5}}, true); }

// The gradient of a loss whose class weights change between forward and backward, and of the same loss left alone.
template <class Loss>
void check_later_weights(Loss loss) {
  Tensor<double> weight{1, 2, 3};
  const Tensor<double> x = scores(), y = scores();
  const Tensor<double> changed = loss(x, weight), same = loss(y, Tensor<double>{1, 2, 3});
  weight.mutable_value().fill(100);
  changed.backward();
  same.backward();
  BOOST_TEST((x.grad().value() == y.grad().value()));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(class_losses)

BOOST_AUTO_TEST_CASE(class_weights_changed_after_the_loss_change_no_gradient) {
  check_later_weights([](const auto& x, const auto& w) { return cross_entropy(x, targets, {.weight = w}); });
  check_later_weights([](const auto& x, const auto& w) { return nll_loss(x, targets, {.weight = w}); });
  check_later_weights([](const auto& x, const auto& w) { return multi_margin_loss(x, targets, {.weight = w}); });
}

BOOST_AUTO_TEST_CASE(an_ignored_row_has_no_gradient_whatever_it_holds) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (const bool create_graph : {false, true}) {
    const Tensor<double> x(Array<double>{{0.5, -1.0, 2.0}, {nan, 1.0, nan}}, true), y(Array<double>{{0.5, -1.0, 2.0}}, true);
    const Tensor<double> dx = grad(cross_entropy(x, Indices{2, -100}), x, {.create_graph = create_graph});
    const Tensor<double> dy = grad(cross_entropy(y, Indices{2}), y, {.create_graph = create_graph});
    for (std::size_t c = 0; c < 3; ++c) {
      BOOST_TEST(dx.value()(0, c) == dy.value()(0, c));
      BOOST_TEST(dx.value()(1, c) == 0.0);
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
