// Schedules of the learning rate against PyTorch's (tests/torch/make_optimizers.py).
#include "xgrad/nn/optim/schedules.hpp"

#include <cmath>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "error_text.hpp"
#include "nn/reference_file.hpp"
#include "xgrad/nn/optim/adagrad.hpp"
#include "xgrad/nn/optim/adam.hpp"
#include "xgrad/nn/optim/sgd.hpp"
#include "xgrad/tensor/error.hpp"

using namespace xgrad;
using namespace xgrad::optim;
using nlohmann::json;
using Schedule = std::unique_ptr<Scheduler<double>>;

namespace {

Tensor<double> leaf() { return Tensor<double>(0.0, true); }

// Two groups, as in make_optimizers.py.
std::unique_ptr<Optimizer<double>> optimizer_of(const std::string& name) {
  if (name == "adam")
    return std::make_unique<Adam<double>>(std::vector<Adam<double>::Group>{{{leaf()}, {.lr = 0.1}}, {{leaf()}, {.lr = 0.04}}});
  return std::make_unique<SGD<double>>(
      std::vector<SGD<double>::Group>{{{leaf()}, {.lr = 0.1, .momentum = 0.9}}, {{leaf()}, {.lr = 0.04, .momentum = 0.9}}});
}

Schedule one_cycle(Optimizer<double>& optimizer, const json& o) {
  OneCycleOptions options;
  options.max_lr = o.at("max_lr");
  options.total_steps = o.at("total_steps");
  options.pct_start = o.value("pct_start", options.pct_start);
  options.div_factor = o.value("div_factor", options.div_factor);
  options.final_div_factor = o.value("final_div_factor", options.final_div_factor);
  options.cycle_momentum = o.value("cycle_momentum", options.cycle_momentum);
  options.base_momentum = o.value("base_momentum", options.base_momentum);
  options.max_momentum = o.value("max_momentum", options.max_momentum);
  return std::make_unique<OneCycleLR<double>>(optimizer, options);
}

Schedule plateau(Optimizer<double>& optimizer, const json& o) {
  PlateauOptions options;
  options.higher_is_better = o.value("mode", "min") == "max";
  options.factor = o.value("factor", options.factor);
  options.patience = o.value("patience", options.patience);
  options.threshold = o.value("threshold", options.threshold);
  options.cooldown = o.value("cooldown", options.cooldown);
  options.min_lr = o.value("min_lr", options.min_lr);
  return std::make_unique<ReduceLROnPlateau<double>>(optimizer, options);
}

Schedule make(const std::string& name, Optimizer<double>& optimizer, const json& o) {
  if (name == "StepLR") return std::make_unique<StepLR<double>>(optimizer, o.at("step_size"), o.at("gamma"));
  if (name == "MultiStepLR")
    return std::make_unique<MultiStepLR<double>>(optimizer, o.at("milestones").get<std::vector<std::size_t>>(), o.at("gamma"));
  if (name == "ExponentialLR") return std::make_unique<ExponentialLR<double>>(optimizer, o.at("gamma"));
  if (name == "CosineAnnealingLR")
    return std::make_unique<CosineAnnealingLR<double>>(optimizer, o.at("T_max"), o.value("eta_min", 0.0));
  if (name == "LinearLR")
    return std::make_unique<LinearLR<double>>(optimizer, o.value("start_factor", 1.0 / 3), o.value("end_factor", 1.0),
                                              o.at("total_iters"));
  return name == "OneCycleLR" ? one_cycle(optimizer, o) : plateau(optimizer, o);
}

const json& reference() {
  static const json file = read_reference("optimizers.json");
  return file;
}

void step(Scheduler<double>& schedule, const json& c, std::size_t t) {
  if (c.at("metrics").is_null())
    schedule.step();
  else
    schedule.step(c.at("metrics").at(t).get<double>());
}

// PyTorch multiplies its rates on from step to step, xgrad computes each from the first: 25 roundings are 3·10⁻¹⁵. Where a
// cosine falls to 0, that is relative to the first rate: the floor.
void check_rates(const Optimizer<double>& optimizer, const json& c, std::size_t t) {
  for (std::size_t g = 0; g < 2; ++g) {
    const double floor = c.at("scheduler") == "CosineAnnealingLR" ? c.at("rates").at(0).at(g).get<double>() : 0;
    BOOST_TEST(relative_error(optimizer.lr(g), c.at("rates").at(t).at(g).get<double>(), floor) <= 1e-12,
               c.at("options") << ": rate " << g << " after " << t << " steps is " << optimizer.lr(g));
    BOOST_TEST(relative_error(optimizer.momentum(g), c.at("momenta").at(t).at(g).get<double>()) <= 1e-12,
               c.at("options") << ": momentum " << g << " after " << t << " steps is " << optimizer.momentum(g));
  }
}

void check_all(const std::string& name, std::size_t count) {
  std::size_t found = 0;
  for (const json& c : reference().at("schedulers")) {
    if (c.at("scheduler") != name) continue;
    ++found;
    const auto optimizer = optimizer_of(c.at("optimizer"));
    const Schedule schedule = make(name, *optimizer, c.at("options"));
    for (std::size_t t = 0; t < c.at("rates").size(); ++t) {
      check_rates(*optimizer, c, t);
      step(*schedule, c, t);
    }
  }
  BOOST_TEST(found == count);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(schedules)

BOOST_AUTO_TEST_CASE(step_has_the_rates_of_pytorch) { check_all("StepLR", 1); }
BOOST_AUTO_TEST_CASE(multi_step_has_the_rates_of_pytorch) { check_all("MultiStepLR", 1); }
BOOST_AUTO_TEST_CASE(exponential_has_the_rates_of_pytorch) { check_all("ExponentialLR", 1); }
BOOST_AUTO_TEST_CASE(cosine_has_the_rates_of_pytorch_beyond_its_period_too) { check_all("CosineAnnealingLR", 2); }
BOOST_AUTO_TEST_CASE(linear_warm_up_has_the_rates_of_pytorch) { check_all("LinearLR", 3); }
BOOST_AUTO_TEST_CASE(one_cycle_has_the_rates_and_momenta_of_pytorch) { check_all("OneCycleLR", 6); }
BOOST_AUTO_TEST_CASE(plateau_has_the_rates_of_pytorch) { check_all("ReduceLROnPlateau", 9); }

BOOST_AUTO_TEST_CASE(a_state_taken_over_at_any_step_goes_on_with_the_same_rates_and_momenta) {
  for (const json& c : reference().at("schedulers"))
    for (std::size_t stop = 0; stop < 24; ++stop) {
      const auto first = optimizer_of(c.at("optimizer")), second = optimizer_of(c.at("optimizer"));
      const Schedule before = make(c.at("scheduler"), *first, c.at("options"));
      for (std::size_t t = 0; t < stop; ++t) step(*before, c, t);
      const Schedule after = make(c.at("scheduler"), *second, c.at("options"));
      after->load_state(before->state());
      BOOST_TEST(after->steps() == stop);
      for (std::size_t t = stop; t < 25; ++t) {
        for (std::size_t g = 0; g < 2; ++g) {
          BOOST_TEST(first->lr(g) == second->lr(g), c.at("scheduler") << " stopped after " << stop);
          BOOST_TEST(first->momentum(g) == second->momentum(g), c.at("scheduler") << " stopped after " << stop);
        }
        step(*before, c, t);
        step(*after, c, t);
      }
    }
}

BOOST_AUTO_TEST_CASE(one_cycle_leaves_momentum_alone_where_there_is_none) {
  Adagrad<double> adagrad({leaf()});
  OneCycleLR<double> schedule(adagrad, {.max_lr = 1, .total_steps = 10});
  schedule.step();
  BOOST_TEST(adagrad.lr() > 1.0 / 25);
}

BOOST_AUTO_TEST_CASE(one_cycle_ends_with_its_steps) {
  const auto sgd = optimizer_of("sgd");
  OneCycleLR<double> schedule(*sgd, {.max_lr = 1, .total_steps = 3});
  for (int t = 0; t < 3; ++t) schedule.step();
  BOOST_CHECK_EXCEPTION(schedule.step(), ConfigError, says({"step 4", "3", "total_steps"}));
}

BOOST_AUTO_TEST_CASE(plateau_wants_a_metric) {
  const auto sgd = optimizer_of("sgd");
  ReduceLROnPlateau<double> schedule(*sgd);
  BOOST_CHECK_EXCEPTION(schedule.step(std::numeric_limits<double>::quiet_NaN()), ConfigError, says({"metric"}));
}

BOOST_AUTO_TEST_CASE(options_that_make_no_schedule_are_refused) {
  const auto sgd = optimizer_of("sgd");
  BOOST_CHECK_EXCEPTION(StepLR<double>(*sgd, 0), ConfigError, says({"StepLR", "0"}));
  BOOST_CHECK_EXCEPTION(CosineAnnealingLR<double>(*sgd, 0), ConfigError, says({"CosineAnnealingLR", "0"}));
  BOOST_CHECK_EXCEPTION(LinearLR<double>(*sgd, 0.0), ConfigError, says({"LinearLR", "0"}));
  BOOST_CHECK_EXCEPTION(LinearLR<double>(*sgd, 0.1, 1, 0), ConfigError, says({"LinearLR", "0"}));
  BOOST_CHECK_EXCEPTION(OneCycleLR<double>(*sgd, {}), ConfigError, says({"total_steps"}));
  BOOST_CHECK_EXCEPTION(ReduceLROnPlateau<double>(*sgd, {.factor = 1}), ConfigError, says({"factor", "1"}));
  StepLR<double> step(*sgd, 2);
  BOOST_CHECK_EXCEPTION(step.load_state({{"steps", 3}}), ConfigError, says({"initial_lr.0"}));
}

BOOST_AUTO_TEST_SUITE_END()
