// Optimizers against 20 steps of PyTorch's (tests/torch/make_optimizers.py), and what they have in common.
#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <memory>
#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "error_text.hpp"
#include "nn/reference_file.hpp"
#include "xgrad/autograd/ops/activation.hpp"
#include "xgrad/autograd/ops/arithmetic.hpp"
#include "xgrad/autograd/ops/elementwise.hpp"
#include "xgrad/autograd/ops/reduction.hpp"
#include "xgrad/nn/optim/adadelta.hpp"
#include "xgrad/nn/optim/adagrad.hpp"
#include "xgrad/nn/optim/adam.hpp"
#include "xgrad/nn/optim/adamw.hpp"
#include "xgrad/nn/optim/factory.hpp"
#include "xgrad/nn/optim/lbfgs.hpp"
#include "xgrad/nn/optim/nadam.hpp"
#include "xgrad/nn/optim/rmsprop.hpp"
#include "xgrad/nn/optim/sgd.hpp"
#include "xgrad/tensor/error.hpp"

using namespace xgrad;
using namespace xgrad::optim;
using nlohmann::json;

namespace {

const json& reference() {
  static const json file = read_reference("optimizers.json");
  return file;
}

SGDOptions sgd_options(const json& j) {
  const SGDOptions o;
  return {j.value("lr", o.lr), j.value("momentum", o.momentum), j.value("dampening", o.dampening),
          j.value("weight_decay", o.weight_decay), j.value("nesterov", o.nesterov)};
}

RMSpropOptions rmsprop_options(const json& j) {
  const RMSpropOptions o;
  return {j.value("lr", o.lr),
          j.value("alpha", o.alpha),
          j.value("eps", o.eps),
          j.value("weight_decay", o.weight_decay),
          j.value("momentum", o.momentum),
          j.value("centered", o.centered)};
}

template <class Options>
Options adam_options(const json& j) {
  const Options o;
  return {j.value("lr", o.lr),
          j.value("beta1", o.beta1),
          j.value("beta2", o.beta2),
          j.value("eps", o.eps),
          j.value("weight_decay", o.weight_decay),
          j.value("amsgrad", o.amsgrad)};
}

NAdamOptions nadam_options(const json& j) {
  const NAdamOptions o;
  return {.lr = j.value("lr", o.lr),
          .beta1 = j.value("beta1", o.beta1),
          .beta2 = j.value("beta2", o.beta2),
          .eps = j.value("eps", o.eps),
          .weight_decay = j.value("weight_decay", o.weight_decay),
          .momentum_decay = j.value("momentum_decay", o.momentum_decay)};
}

AdagradOptions adagrad_options(const json& j) {
  const AdagradOptions o;
  return {j.value("lr", o.lr), j.value("lr_decay", o.lr_decay), j.value("eps", o.eps), j.value("weight_decay", o.weight_decay)};
}

AdadeltaOptions adadelta_options(const json& j) {
  const AdadeltaOptions o;
  return {j.value("lr", o.lr), j.value("rho", o.rho), j.value("eps", o.eps), j.value("weight_decay", o.weight_decay)};
}

LBFGSOptions lbfgs_options(const json& j) {
  const LBFGSOptions o;
  return {.lr = j.value("lr", o.lr),
          .max_iter = j.value("max_iter", o.max_iter),
          .max_eval = j.value("max_eval", o.max_eval),
          .history_size = j.value("history_size", o.history_size),
          .strong_wolfe = j.value("strong_wolfe", false)};
}

template <template <class> class Method, class Options>
std::unique_ptr<Optimizer<double>> in_groups(const std::vector<Tensor<double>>& p, const json& groups,
                                             Options (*options)(const json&)) {
  if (groups.size() == 1) return std::make_unique<Method<double>>(p, options(groups[0]));
  std::vector<typename Method<double>::Group> list;
  for (std::size_t g = 0; g < groups.size(); ++g) list.push_back({{p[g]}, options(groups[g])});
  return std::make_unique<Method<double>>(std::move(list));
}

std::unique_ptr<Optimizer<double>> make(const std::string& name, const std::vector<Tensor<double>>& p, const json& groups) {
  if (name == "sgd") return in_groups<SGD>(p, groups, sgd_options);
  if (name == "rmsprop") return in_groups<RMSprop>(p, groups, rmsprop_options);
  if (name == "adam") return in_groups<Adam>(p, groups, adam_options<AdamOptions>);
  if (name == "adamw") return in_groups<AdamW>(p, groups, adam_options<AdamWOptions>);
  if (name == "nadam") return in_groups<NAdam>(p, groups, nadam_options);
  if (name == "adagrad") return in_groups<Adagrad>(p, groups, adagrad_options);
  if (name == "adadelta") return in_groups<Adadelta>(p, groups, adadelta_options);
  return std::make_unique<LBFGS<double>>(p, lbfgs_options(groups.at(0)));
}

// The function of make_optimizers.py.
Tensor<double> function(const Tensor<double>& a, const Tensor<double>& b) {
  static const Tensor<double> target(array_of(reference().at("problem").at("target")));
  return sum(square(square(a) - target)) / 4 + sum(a * tanh(b)) + sum(square(b)) / 2;
}

double largest_error(const std::vector<Tensor<double>>& parameters, const std::vector<double>& expected) {
  double worst = 0;
  std::size_t next = 0;
  for (const Tensor<double>& p : parameters)
    for (std::size_t i = 0; i < p.size(); ++i) worst = std::max(worst, relative_error(p.data()[i], expected.at(next++)));
  return worst;
}

void check_case(const json& c, double tolerance) {
  const json& problem = reference().at("problem");
  const Tensor<double> a(array_of(problem.at("a")), true), b(array_of(problem.at("b")), true);
  const auto optimizer = make(c.at("optimizer"), {a, b}, c.at("groups"));
  const auto closure = [&] {
    optimizer->zero_grad();
    const Tensor<double> loss = function(a, b);
    loss.backward();
    return loss.item();
  };
  for (std::size_t t = 0; t < c.at("losses").size(); ++t) {
    const double loss = optimizer->minimize(closure), error = largest_error({a, b}, c.at("parameters").at(t));
    BOOST_TEST(relative_error(loss, c.at("losses").at(t).get<double>()) <= tolerance, c.at("groups") << ": loss of step " << t);
    BOOST_TEST(error <= tolerance, c.at("groups") << ": parameters after step " << t << " are off by " << error);
  }
}

void check_all(const std::string& name, std::size_t count, double tolerance = 1e-12) {
  std::size_t found = 0;
  for (const json& c : reference().at("optimizers"))
    if (c.at("optimizer") == name) {
      ++found;
      check_case(c, tolerance);
    }
  BOOST_TEST(found == count);
}

Tensor<double> leaf(std::initializer_list<double> values) {
  Tensor<double> p(values);
  p.set_requires_grad();
  return p;
}

void take_gradient(Tensor<double>& p, double value) { p.set_grad(Tensor<double>(filled_array<double>(p.shape(), value))); }

template <class Method>
void take_step(Method& optimizer, Tensor<double>& p, double gradient) {
  take_gradient(p, gradient);
  optimizer.step(1);  // optimizers of users' that look at the loss may be registered too
}

}  // namespace

BOOST_AUTO_TEST_SUITE(optimizers)

BOOST_AUTO_TEST_CASE(sgd_takes_the_steps_of_pytorch) { check_all("sgd", 8); }
BOOST_AUTO_TEST_CASE(rmsprop_takes_the_steps_of_pytorch) { check_all("rmsprop", 5); }
BOOST_AUTO_TEST_CASE(adam_takes_the_steps_of_pytorch) { check_all("adam", 5); }
BOOST_AUTO_TEST_CASE(adamw_takes_the_steps_of_pytorch) { check_all("adamw", 3); }
BOOST_AUTO_TEST_CASE(nadam_takes_the_steps_of_pytorch) { check_all("nadam", 2); }
BOOST_AUTO_TEST_CASE(adagrad_takes_the_steps_of_pytorch) { check_all("adagrad", 2); }
BOOST_AUTO_TEST_CASE(adadelta_takes_the_steps_of_pytorch) { check_all("adadelta", 2); }

// Line search and curvature divide by differences of nearly equal losses and gradients, which magnifies rounding: PyTorch with
// sums in another order is itself some 10⁻¹¹ away.
BOOST_AUTO_TEST_CASE(lbfgs_takes_the_steps_of_pytorch) { check_all("lbfgs", 4, 1e-9); }

BOOST_AUTO_TEST_CASE(a_parameter_without_gradient_or_frozen_stays_and_keeps_its_step_count) {
  Tensor<double> moved = leaf({1}), idle = leaf({2}), frozen = leaf({3});
  Adam<double> adam({moved, idle, frozen}, {.lr = 0.5});
  take_gradient(frozen, 1);
  frozen.set_requires_grad(false);
  take_step(adam, moved, 1);
  BOOST_TEST(moved.item() < 1);
  BOOST_TEST(idle.item() == 2);
  BOOST_TEST(frozen.item() == 3);
  BOOST_TEST(adam.state()[0].step == 1);
  BOOST_TEST(adam.state()[1].step == 0);
  BOOST_TEST(adam.state()[2].step == 0);
  adam.zero_grad();
  BOOST_TEST(!moved.grad().defined());
}

BOOST_AUTO_TEST_CASE(a_state_taken_over_goes_on_with_the_same_bits) {
  for (const std::string& name : optimizer_names()) {
    if (name == "lbfgs") continue;  // works by closures: see lbfgs_test
    Tensor<double> p = leaf({1.5, -0.25, 3.0}), q = leaf({0, 0, 0});
    const OptimizerSettings settings{.lr = 0.1, .weight_decay = 0.01};
    const auto first = make_optimizer<double>(name, {p}, settings), second = make_optimizer<double>(name, {q}, settings);
    for (int t = 0; t < 3; ++t) take_step(*first, p, 0.5 - 0.3 * t);
    q.mutable_value() = p.value();
    second->load_state(first->state());
    for (int t = 3; t < 6; ++t) {
      take_step(*first, p, 0.5 - 0.3 * t);
      take_step(*second, q, 0.5 - 0.3 * t);
    }
    BOOST_TEST(std::equal(p.data(), p.data() + 3, q.data()), name);
  }
}

BOOST_AUTO_TEST_CASE(a_state_that_does_not_fit_is_refused) {
  Tensor<double> p = leaf({1, 2}), q = leaf({1, 2, 3}), r = leaf({5, 6});
  SGD<double> with_momentum({p}, {.lr = 0.1, .momentum = 0.9});
  take_step(with_momentum, p, 1);
  SGD<double> plain({r}, {.lr = 0.1}), longer({q}, {.lr = 0.1, .momentum = 0.9}), two({r, q}, {.lr = 0.1, .momentum = 0.9});
  BOOST_CHECK_EXCEPTION(plain.load_state(with_momentum.state()), ConfigError, says({"sgd", "(momentum_buffer)", "()"}));
  BOOST_CHECK_EXCEPTION(longer.load_state(with_momentum.state()), ConfigError, says({"(2,)", "(3,)"}));
  BOOST_CHECK_EXCEPTION(two.load_state(with_momentum.state()), ConfigError, says({"1 parameters", "2"}));
}

BOOST_AUTO_TEST_CASE(options_that_keep_more_state_may_be_switched_on_between_steps) {
  Tensor<double> p = leaf({1});
  SGD<double> sgd({p}, {.lr = 0.5});
  take_step(sgd, p, 1);  // p = 1 − 0.5·1
  BOOST_TEST(p.item() == 0.5);
  sgd.options().momentum = 0.5;
  take_step(sgd, p, 1);  // the buffer starts at 0: b = 1
  BOOST_TEST(p.item() == 0);
  take_step(sgd, p, 1);  // b = 0.5·1 + 1
  BOOST_TEST(p.item() == -0.75);
  Tensor<double> q = leaf({1});
  Adam<double> adam({q}, {.lr = 0.1});
  take_step(adam, q, 2);
  const double average = adam.state()[0].arrays.at(0).data()[0];
  adam.options().amsgrad = true;
  take_step(adam, q, 0);
  const State<double> state = adam.state()[0];
  BOOST_TEST(state.arrays.size() == 3u);
  BOOST_TEST(state.arrays[0].data()[0] == 0.9 * average);  // what there was goes on
}

BOOST_AUTO_TEST_CASE(groups_take_each_parameter_once_and_only_leaves_that_require_gradients) {
  Tensor<double> p = leaf({1}), q = leaf({2});
  SGD<double> sgd({p});
  BOOST_CHECK_EXCEPTION(sgd.add_group({p}, {}), GraphError, says({"(1,)", "once"}));
  BOOST_CHECK_EXCEPTION(sgd.add_group({q, q}, {}), GraphError, says({"(1,)", "once"}));
  BOOST_CHECK_EXCEPTION(sgd.add_group({Tensor<double>(3.0)}, {}), GraphError, says({"set_requires_grad"}));
  BOOST_CHECK_EXCEPTION(sgd.add_group({p * q}, {}), GraphError, says({"leaf"}));
  BOOST_TEST(sgd.group_count() == 1u);
  sgd.add_group({q}, {.lr = 7});
  BOOST_TEST(sgd.lr(1) == 7);
  BOOST_TEST(sgd.parameters().size() == 2u);
  sgd.set_lr(0.25, 1);
  BOOST_TEST(sgd.lr(1) == 0.25);
  BOOST_TEST(sgd.lr(0) == 1e-3);
}

// 0.9 of the smallest numbers is rounded to themselves, where momenta would stay for ever.
BOOST_AUTO_TEST_CASE(momenta_that_nothing_feeds_become_zero) {
  if (!SubnormalsAreZero::is_supported()) return;
  const auto last_momentum = [](auto make) {
    Tensor<float> p{0.5f};
    p.set_requires_grad();
    auto optimizer = make(p);
    for (int step = 0; step < 1200; ++step) {  // 0.9 to that power is 1e-55
      p.set_grad(Tensor<float>{step == 0 ? 1.0f : 0.0f});
      optimizer.step();
    }
    return optimizer.state().at(0).arrays.at(0)(0);
  };
  BOOST_TEST(last_momentum([](const auto& p) { return SGD<float>({p}, {.momentum = 0.9}); }) == 0);
  BOOST_TEST(last_momentum([](const auto& p) { return Adam<float>({p}); }) == 0);
  BOOST_TEST(last_momentum([](const auto& p) { return AdamW<float>({p}); }) == 0);
  BOOST_TEST(last_momentum([](const auto& p) { return NAdam<float>({p}); }) == 0);
  BOOST_TEST(last_momentum([](const auto& p) { return RMSprop<float>({p}, {.alpha = 0.9}); }) == 0);
  BOOST_TEST(last_momentum([](const auto& p) { return Adadelta<float>({p}, {.rho = 0.9}); }) == 0);
}

// The first step is lr times the gradient's sign, however small the gradient, as long as its square is not lost.
BOOST_AUTO_TEST_CASE(without_eps_squares_among_the_subnormal_numbers_count) {
  const auto first_step = [](auto make) {
    Tensor<float> p{0.0f};
    p.set_requires_grad();
    p.set_grad(Tensor<float>{1e-20f});  // 0.001 of its square is 1e-43
    auto optimizer = make(p);
    optimizer.step();
    return -p.data()[0];
  };
  // Numbers near 1e-43 are multiples of 1.4e-45: half of that is 0.7 % of them, and 0.35 % of their root.
  BOOST_TEST(std::abs(first_step([](const auto& p) { return Adam<float>({p}, {.lr = 0.5, .eps = 0}); }) - 0.5f) <=
             0.5f * 0.005f);
  BOOST_TEST(std::abs(first_step([](const auto& p) { return RMSprop<float>({p}, {.lr = 0.1, .eps = 0}); }) - 1) <= 0.005f);
  BOOST_TEST(std::abs(first_step([](const auto& p) { return Adagrad<float>({p}, {.lr = 0.5, .eps = 0}); }) - 0.5f) <= 0.0025f);
}

BOOST_AUTO_TEST_CASE(momentum_is_beta1_of_the_adams_and_refused_where_there_is_none) {
  Tensor<double> p = leaf({1});
  Adam<double> adam({p});
  adam.set_momentum(0.7, 0);
  BOOST_TEST(adam.options().beta1 == 0.7);
  BOOST_TEST(adam.momentum(0) == 0.7);
  Adagrad<double> adagrad({p});
  BOOST_CHECK_EXCEPTION(adagrad.momentum(0), ConfigError, says({"adagrad", "no momentum"}));
  BOOST_CHECK_EXCEPTION(adagrad.set_momentum(0.5, 0), ConfigError, says({"adagrad", "no momentum"}));
}

// PyTorch makes the buffer from the gradient of the first step that has momentum, whichever that is; dampening begins after it.
BOOST_AUTO_TEST_CASE(momentum_that_comes_later_begins_with_the_whole_gradient) {
  Tensor<double> p = leaf({1});
  SGD<double> sgd({p}, {.lr = 0.5, .dampening = 0.25});
  take_step(sgd, p, 2);
  BOOST_TEST(p.item() == 1 - 0.5 * 2);
  sgd.options().momentum = 0.5;
  take_step(sgd, p, 4);
  BOOST_TEST(p.item() == 0 - 0.5 * 4);  // b = 4
  take_step(sgd, p, 8);
  BOOST_TEST(p.item() == -2 - 0.5 * (0.5 * 4 + (1 - 0.25) * 8));  // b = 8
}

BOOST_AUTO_TEST_CASE(nesterov_wants_momentum_and_no_dampening) {
  Tensor<double> p = leaf({1});
  BOOST_CHECK_EXCEPTION(SGD<double>({p}, {.nesterov = true}), ConfigError, says({"momentum"}));
  BOOST_CHECK_EXCEPTION(SGD<double>({p}, {.momentum = 0.9, .dampening = 0.1, .nesterov = true}), ConfigError, says({"0.1"}));
}

BOOST_AUTO_TEST_CASE(nadam_as_in_its_paper_multiplies_the_schedule_only_once) {
  // One step from p = 0 with g = 1: m = 1 − β₁, v̂ = 1; so p = −lr·(μ₂/(1 − μ₁μ₂)·(1 − β₁) + 1)/(1 + eps).
  const double beta1 = 0.9, mu1 = beta1 * (1 - 0.5 * std::pow(0.96, 0.004)), mu2 = beta1 * (1 - 0.5 * std::pow(0.96, 0.008));
  Tensor<double> p = leaf({0});
  NAdam<double> nadam({p}, {.lr = 0.1, .eps = 0, .as_in_paper = true});
  take_step(nadam, p, 1);
  BOOST_TEST(relative_error(p.item(), -0.1 * (mu2 / (1 - mu1 * mu2) * (1 - beta1) + 1)) <= 1e-14);
}

BOOST_AUTO_TEST_CASE(a_loss_that_is_not_finite_updates_nothing) {
  Tensor<double> p = leaf({1});
  SGD<double> sgd({p}, {.lr = 1});
  const double loss = sgd.minimize([&] {
    take_gradient(p, 1);
    return std::nan("");
  });
  BOOST_TEST(std::isnan(loss));
  BOOST_TEST(p.item() == 1);
}

BOOST_AUTO_TEST_CASE(a_mistyped_optimizer_is_answered_with_the_nearest_name) {
  BOOST_CHECK_EXCEPTION(make_optimizer<double>("adamm", {leaf({1})}, {}), ConfigError, says({"adamm", "adam"}));
}

BOOST_AUTO_TEST_SUITE_END()
