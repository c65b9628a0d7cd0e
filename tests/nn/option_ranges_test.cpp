// Options of optimizers and schedules outside their ranges are errors, not numbers that ruin a training.
#include <cmath>
#include <limits>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "error_text.hpp"
#include "xgrad/autograd/ops/arithmetic.hpp"
#include "xgrad/autograd/ops/reduction.hpp"
#include "xgrad/nn/optim/adadelta.hpp"
#include "xgrad/nn/optim/adagrad.hpp"
#include "xgrad/nn/optim/adam.hpp"
#include "xgrad/nn/optim/adamw.hpp"
#include "xgrad/nn/optim/factory.hpp"
#include "xgrad/nn/optim/lbfgs.hpp"
#include "xgrad/nn/optim/nadam.hpp"
#include "xgrad/nn/optim/rmsprop.hpp"
#include "xgrad/nn/optim/schedules.hpp"
#include "xgrad/nn/optim/sgd.hpp"
#include "xgrad/tensor/error.hpp"

using namespace xgrad;
using namespace xgrad::optim;

namespace {

const double not_a_number = std::numeric_limits<double>::quiet_NaN(), infinite = std::numeric_limits<double>::infinity();

std::vector<Tensor<double>> one() { return {Tensor<double>(1.0, true)}; }

template <class Method, class Options>
void check_refused(const Options& options, const std::string& said) {
  BOOST_CHECK_EXCEPTION(Method(one(), options), ConfigError, says({said}));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(option_ranges)

BOOST_AUTO_TEST_CASE(optimizers_say_which_option_is_out_of_range) {
  check_refused<SGD<double>>(SGDOptions{.lr = -1}, "SGD: lr is -1; it must be finite and not negative");
  check_refused<SGD<double>>(SGDOptions{.lr = not_a_number}, "SGD: lr is nan");
  check_refused<SGD<double>>(SGDOptions{.momentum = -0.5}, "SGD: momentum is -0.5");
  check_refused<SGD<double>>(SGDOptions{.momentum = 0.5, .dampening = not_a_number}, "SGD: dampening is no number");
  check_refused<Adam<double>>(AdamOptions{.beta1 = 1}, "Adam: beta1 is 1; it must be from 0 to below 1");
  check_refused<Adam<double>>(AdamOptions{.eps = -1e-8}, "Adam: eps is -1e-08");
  check_refused<AdamW<double>>(AdamWOptions{.beta2 = -0.1}, "AdamW: beta2 is -0.1");
  check_refused<AdamW<double>>(AdamWOptions{.weight_decay = infinite}, "AdamW: weight_decay is inf");
  check_refused<NAdam<double>>(NAdamOptions{.momentum_decay = -1}, "NAdam: momentum_decay is -1");
  check_refused<RMSprop<double>>(RMSpropOptions{.alpha = 2}, "RMSprop: alpha is 2; it must be from 0 to 1");
  check_refused<Adagrad<double>>(AdagradOptions{.lr_decay = -1}, "Adagrad: lr_decay is -1");
  check_refused<Adadelta<double>>(AdadeltaOptions{.rho = 1.5}, "Adadelta: rho is 1.5");
  check_refused<LBFGS<double>>(LBFGSOptions{.history_size = 0}, "LBFGS: history_size is 0; give at least 1");
}

BOOST_AUTO_TEST_CASE(the_ends_of_the_ranges_are_allowed) {
  SGD<double>(one(), {.lr = 0});
  Adam<double>(one(), {.beta1 = 0, .beta2 = 0, .eps = 0});
  RMSprop<double>(one(), {.alpha = 1});
}

BOOST_AUTO_TEST_CASE(a_group_added_later_is_checked_too) {
  Adam<double> adam(one());
  BOOST_CHECK_THROW(adam.add_group(one(), {.lr = not_a_number}), ConfigError);
  BOOST_TEST(adam.group_count() == 1u);
}

BOOST_AUTO_TEST_CASE(an_optimizer_without_parameters_or_such_a_group_is_an_error) {
  BOOST_CHECK_EXCEPTION(Adam<double>(std::vector<Tensor<double>>{}), ConfigError,
                        says({"there are no parameters", "members()"}));
  BOOST_CHECK_EXCEPTION(LBFGS<double>({}), ConfigError, says({"there are no parameters"}));
  const SGD<double> sgd(one());
  BOOST_CHECK_EXCEPTION(sgd.lr(7), ConfigError, says({"sgd: there is no group 7 of parameters; there are 1"}));
}

BOOST_AUTO_TEST_CASE(a_parameter_resized_in_place_is_not_updated) {
  Tensor<double> w(Array<double>{1, 2}, true);
  SGD<double> sgd({w}, {.lr = 1});
  sum(w * 3.0).backward();
  w.mutable_value() = Array<double>{1, 2, 3};
  BOOST_CHECK_EXCEPTION(sgd.step(), GraphError, says({"a parameter of shape (3,) has a gradient of shape (2,)"}));
}

BOOST_AUTO_TEST_CASE(schedules_check_their_options) {
  SGD<double> sgd(one(), {.lr = 1});
  using OneCycle = OneCycleLR<double>;
  BOOST_CHECK_EXCEPTION(OneCycle(sgd, {.total_steps = 4, .pct_start = 2}), ConfigError,
                        says({"pct_start is 2; it must be from 0 to 1"}));
  BOOST_CHECK_EXCEPTION(OneCycle(sgd, {.total_steps = 4, .div_factor = 0}), ConfigError, says({"div_factor is 0"}));
  BOOST_CHECK_THROW(ReduceLROnPlateau<double>(sgd, {.factor = not_a_number}), ConfigError);
  OneCycle rising(sgd, {.max_lr = 0.5, .total_steps = 4, .pct_start = 1});
  for (int i = 0; i < 4; ++i) {
    BOOST_TEST(std::isfinite(sgd.lr()));
    rising.step();
  }
}

BOOST_AUTO_TEST_CASE(a_milestone_of_0_has_passed_from_the_start) {
  SGD<double> sgd(one(), {.lr = 1});
  const MultiStepLR<double> schedule(sgd, {0, 2});
  BOOST_TEST(sgd.lr() == 0.1);
}

BOOST_AUTO_TEST_CASE(a_schedule_takes_no_state_of_another_kind) {
  SGD<double> sgd(one(), {.lr = 1});
  const StepLR<double> steps(sgd, 2);
  ReduceLROnPlateau<double> plateau(sgd);
  BOOST_CHECK_EXCEPTION(plateau.load_state(steps.state()), ConfigError, says({"the state has no 'best'"}));
}

BOOST_AUTO_TEST_CASE(a_method_of_ones_own_may_make_one_by_name) {
  register_optimizer(
      "half_adam",
      [](std::vector<Tensor<float>> p, const OptimizerSettings& s) { return make_optimizer<float>("adam", std::move(p), s); },
      [](std::vector<Tensor<double>> p, const OptimizerSettings& s) {
        return make_optimizer<double>("adam", std::move(p), s);
      });
  BOOST_TEST(make_optimizer<double>("half_adam", one(), {.lr = 0.5})->lr() == 0.5);
}

BOOST_AUTO_TEST_SUITE_END()
