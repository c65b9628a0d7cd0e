#include <algorithm>
#include <cmath>
#include <deque>
#include <set>
#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "error_text.hpp"
#include "sweep/schedule.hpp"
#include "xgrad/tensor/error.hpp"
#include "xgrad/tensor/random.hpp"

using namespace xgrad;
using namespace xgrad::apps::sweep;

namespace {

const std::string space = R"(
parameters:
  epochs: {values: [5, 10]}
  learning_rate: {distribution: log_uniform_values, min: 1e-4, max: 0.1}
  activation: {values: [tanh, ReLU, sigmoid]}
)";
const std::string hyperband = "early_terminate: {type: hyperband, min_iter: 1, eta: 3}\n";

SweepFile sweep(const std::string& method, const std::string& more = "") {
  return parse_sweep("method: " + method + "\nmetric: {name: val_loss, goal: minimize}\n" + space + more, "test");
}

// What an imaginary training comes to: better with more epochs, and best at a learning rate of 0.01 with ReLU.
double cost(const Run& run, std::size_t epoch) {
  const double off = std::log10(run.options.learning_rate) + 2;
  return off * off + (run.options.activation == "relu" || run.options.activation == "ReLU" ? 0 : 0.3) + 1 / std::sqrt(epoch);
}

Outcome trained(const Run& run) {
  Outcome outcome{.status = run.target() == run.options.epochs ? Status::Finished : Status::Paused};
  for (std::size_t epoch = 1; epoch <= run.target(); ++epoch) outcome.costs.push_back(cost(run, epoch));
  if (run.options.learning_rate > 0.08) outcome.status = Status::Diverged;
  return outcome;
}

// Carries a schedule out, `parallel` runs at once, of which any may be the next to end.
std::vector<Run> carry_out(Schedule schedule, std::size_t parallel, std::uint64_t order) {
  std::vector<std::size_t> running;
  for (std::uint64_t step = 0;; ++step) {
    while (running.size() < parallel) {
      const auto next = schedule.next();
      if (!next) break;
      running.push_back(*next);
    }
    if (running.empty()) return schedule.runs();
    Generator generator = Generator(order).split(step);
    std::int64_t which = 0;
    random::fill_integers(generator, &which, 1, static_cast<std::int64_t>(running.size()));
    const std::size_t run = running[static_cast<std::size_t>(which)];
    running.erase(running.begin() + which);
    schedule.report(run, trained(schedule.runs()[run]));
  }
}

void check_same(const std::vector<Run>& a, const std::vector<Run>& b) {
  BOOST_REQUIRE(a.size() == b.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    BOOST_TEST(a[i].name == b[i].name);
    BOOST_TEST((a[i].point == b[i].point));
    BOOST_TEST((a[i].status == b[i].status));
    BOOST_TEST((a[i].costs == b[i].costs));
  }
}

void check_independent_of_jobs(const SweepFile& file) {
  const std::vector<Run> alone = carry_out(Schedule(file, 1, 8, 60), 1, 0);
  BOOST_TEST(alone.size() == 60u);
  for (const Run& run : alone) BOOST_TEST(run.has_ended());
  for (const std::size_t parallel : {2u, 3u, 16u, 100u})
    for (std::uint64_t order = 1; order < 4; ++order) check_same(carry_out(Schedule(file, 1, 8, 60), parallel, order), alone);
}

std::size_t count(const std::vector<Run>& runs, Status status) {
  return static_cast<std::size_t>(
      std::count_if(runs.begin(), runs.end(), [&](const Run& run) { return run.status == status; }));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(sweep_schedule)

BOOST_AUTO_TEST_CASE(what_runs_do_and_come_to_depends_neither_on_jobs_nor_on_the_order_in_which_they_end) {
  check_independent_of_jobs(sweep("random"));
  check_independent_of_jobs(sweep("random", hyperband));
  check_independent_of_jobs(sweep("bayes"));
  check_independent_of_jobs(sweep("bayes", hyperband));
}

BOOST_AUTO_TEST_CASE(another_seed_suggests_other_points) {
  for (const char* method : {"random", "bayes"})
    BOOST_TEST((carry_out(Schedule(sweep(method), 1, 8, 8), 1, 0)[0].point !=
                carry_out(Schedule(sweep(method), 2, 8, 8), 1, 0)[0].point));
}

BOOST_AUTO_TEST_CASE(bayes_finds_better_runs_than_random) {
  // The mean over runs 17 to 60: random search has no reason to improve.
  const auto mean = [](const std::vector<Run>& runs) {
    double sum = 0;
    std::size_t n = 0;
    for (std::size_t i = 16; i < runs.size(); ++i)
      if (runs[i].status == Status::Finished) sum += runs[i].costs.back(), ++n;
    return sum / static_cast<double>(n);
  };
  for (std::uint64_t seed = 1; seed <= 5; ++seed)
    BOOST_TEST(mean(carry_out(Schedule(sweep("bayes"), seed, 8, 60), 2, 0)) <
               mean(carry_out(Schedule(sweep("random"), seed, 8, 60), 2, 0)));
}

BOOST_AUTO_TEST_CASE(hyperband_keeps_as_many_runs_as_its_rule_says) {
  const SweepFile file =
      parse_sweep("method: grid\nmetric: {name: val_loss}\n" + hyperband +
                      "parameters: {epochs: {value: 10}, learning_rate: {values: [0.01, 0.02, 0.03, 0.04, 0.05, "
                      "0.06, 0.07, 0.075, 0.0799]}}\n",
                  "test");
  // Better runs come first: of nine, three pass the first bracket, and one each the second and the third.
  const std::vector<Run> runs = carry_out(Schedule(file, 1, 9, 0), 2, 0);
  for (std::size_t i = 0; i < 9; ++i) {
    BOOST_TEST_CONTEXT("run " << i) {
      BOOST_TEST(runs[i].costs.size() == (i == 0 ? 10u : i < 3 ? 3u : 1u));
      BOOST_TEST((runs[i].status == (i == 0 ? Status::Finished : Status::Stopped)));
    }
  }
  // One at a time, each is compared with those before it, which are better.
  const std::vector<Run> one_by_one = carry_out(Schedule(file, 1, 1, 0), 2, 0);
  BOOST_TEST(count(one_by_one, Status::Finished) == 1u);
  for (std::size_t i = 1; i < 9; ++i) BOOST_TEST(one_by_one[i].costs.size() == 1u);
}

BOOST_AUTO_TEST_CASE(brackets_lie_before_the_last_epoch) {
  using Epochs = std::vector<std::size_t>;
  BOOST_TEST((Hyperband{.min_iter = 3}.brackets(30) == Epochs{3, 9, 27}));
  BOOST_TEST((Hyperband{.min_iter = 3}.brackets(27) == Epochs{3, 9}));
  BOOST_TEST((Hyperband{.min_iter = 3}.brackets(3) == Epochs{}));
  BOOST_TEST((Hyperband{.min_iter = 3, .max_iter = 9}.brackets(100) == Epochs{3}));
  BOOST_TEST((Hyperband{.max_iter = 27, .s = 2}.brackets(100) == Epochs{3, 9}));
  BOOST_TEST((Hyperband{.max_iter = 27, .s = 9}.brackets(100) == Epochs{1, 3, 9}));
  BOOST_TEST((Hyperband{.max_iter = 27, .s = 2}.brackets(5) == Epochs{3}));
  BOOST_TEST((Hyperband{.min_iter = 1, .eta = 1.5}.brackets(8) == Epochs{1, 2, 3, 5, 7}));
}

BOOST_AUTO_TEST_CASE(a_run_goes_on_if_it_is_among_the_best_of_all_that_came_as_far) {
  using Flags = std::vector<bool>;
  const Hyperband rule{.min_iter = 1, .eta = 3};
  BOOST_TEST((rule.goes_on({5}, 0) == Flags{true}));
  BOOST_TEST((rule.goes_on({5, 4, 6}, 0) == Flags{false, true, false}));
  BOOST_TEST((rule.goes_on({5, 4, 6, 1}, 0) == Flags{false, true, false, true}));   // ⌈4/3⌉ = 2
  BOOST_TEST((rule.goes_on({1, 1, 1, 2, 3, 4}, 3) == Flags{false, false, false}));  // earlier ones were better
  BOOST_TEST((rule.goes_on({2, 2, 2}, 0) == Flags{true, false, false}));            // equal: the first
  BOOST_TEST((rule.goes_on({INFINITY, INFINITY, 3, 4}, 2) == Flags{true, true}));
  const Hyperband strict{.min_iter = 1, .eta = 3, .strict = true};
  BOOST_TEST((strict.goes_on({1, 1, 1, 2, 3, 4}, 3) == Flags{true, false, false}));  // only its own generation counts
}

BOOST_AUTO_TEST_CASE(a_grid_is_walked_in_order_the_last_parameter_fastest) {
  const SweepFile file = parse_sweep(
      "method: grid\nparameters: {num_layers: {values: [1, 2]}, dropout: {distribution: q_uniform, min: 0.1, max: 0.3, q: "
      "0.1}, "
      "batch_size: {min: 3, max: 4}}\n",
      "test");
  std::vector<std::string> points;
  for (const Run& run : carry_out(Schedule(file, 1, 5, 0), 1, 0)) points.push_back(Json(run.values).dump());
  BOOST_TEST(
      (points == std::vector<std::string>{"[1,0.1,3]", "[1,0.1,4]", "[1,0.2,3]", "[1,0.2,4]", "[1,0.3,3]", "[1,0.3,4]",
                                          "[2,0.1,3]", "[2,0.1,4]", "[2,0.2,3]", "[2,0.2,4]", "[2,0.3,3]", "[2,0.3,4]"}));
}

BOOST_AUTO_TEST_CASE(random_and_bayes_try_every_point_of_a_list_once_and_end) {
  const std::string lists =
      "metric: {name: val_loss}\nparameters: {num_layers: {values: [1, 2, 3]}, dropout: {values: [0, 0.1], probabilities: "
      "[0.9, "
      "0.1]}, batch_size: {min: 3, max: 6}}\n";
  const std::string even =
      "metric: {name: val_loss}\nparameters: {num_layers: {values: [1, 2, 3]}, batch_size: {min: 3, max: 10}}\n";
  for (const std::string method : {"random", "bayes"})
    for (const std::string& parameters : {lists, even}) {
      std::set<std::string> points;
      const std::vector<Run> runs =
          carry_out(Schedule(parse_sweep("method: " + method + "\n" + parameters, "t"), 1, 8, 0), 3, 1);
      for (const Run& run : runs) points.insert(Json(run.values).dump());
      BOOST_TEST(runs.size() == 24u);
      BOOST_TEST(points.size() == 24u);
    }
}

BOOST_AUTO_TEST_CASE(random_order_over_a_grid_is_no_order) {
  const SweepFile file = parse_sweep("method: random\nparameters: {batch_size: {min: 1, max: 1000}}\n", "test");
  // The rank correlation of a random order of 1000 has a standard deviation of 1/√999: 5 of them, p < 10⁻⁶.
  double covariance = 0;
  const std::vector<Run> runs = carry_out(Schedule(file, 1, 8, 0), 1, 0);
  for (std::size_t i = 0; i < runs.size(); ++i)
    covariance += (static_cast<double>(i) - 499.5) * (static_cast<double>(runs[i].options.batch_size) - 500.5);
  BOOST_TEST(runs.size() == 1000u);
  BOOST_TEST(std::abs(covariance / 1000 / ((1000.0 * 1000 - 1) / 12)) < 5 / std::sqrt(999.0));
}

BOOST_AUTO_TEST_CASE(a_run_that_cannot_begin_is_recorded_and_others_go_on) {
  const SweepFile file = parse_sweep(
      "method: grid\nparameters: {loss: {values: [cross_entropy, mean_squared_error]}, label_smoothing: {values: [0, 0.1]}}\n",
      "test");
  const std::vector<Run> runs = carry_out(Schedule(file, 1, 8, 0), 2, 0);
  BOOST_TEST(runs.size() == 4u);
  BOOST_TEST(count(runs, Status::Finished) == 3u);
  BOOST_TEST((runs[3].status == Status::Failed));
  BOOST_TEST((runs[3].reason.find("--label_smoothing") != std::string::npos));
}

BOOST_AUTO_TEST_CASE(a_sweep_of_which_nothing_can_begin_is_refused) {
  const SweepFile file = parse_sweep(
      "method: random\nmetric: {name: val_loss}\nparameters: {val_fraction: {value: 0}, learning_rate: {min: 0.1, max: 1.0}}\n",
      "test");
  Schedule schedule(file, 1, 8, 0);
  BOOST_CHECK_EXCEPTION(schedule.next(), ConfigError, says({"none of the first 8 runs", "val_fraction"}));
}

BOOST_AUTO_TEST_CASE(a_run_that_failed_or_was_put_back_holds_nothing_up) {
  Schedule schedule(sweep("bayes", hyperband), 1, 4, 20);
  for (std::size_t turn = 0;; ++turn) {
    const auto next = schedule.next();
    if (!next) break;
    const Run& run = schedule.runs()[*next];
    if (turn % 5 == 1)
      schedule.put_back(*next);
    else
      schedule.report(*next, turn % 3 == 0 ? Outcome{.status = Status::Failed, .reason = "killed"} : trained(run));
  }
  BOOST_TEST(schedule.runs().size() == 20u);
  for (const Run& run : schedule.runs()) BOOST_TEST(run.has_ended());
}

BOOST_AUTO_TEST_SUITE_END()
