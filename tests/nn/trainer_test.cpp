// The training loop: how runs end, which weights are kept, what callbacks are told.
#include <cmath>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "error_text.hpp"
#include "nn/small_training.hpp"
#include "xgrad/autograd/ops/arithmetic.hpp"
#include "xgrad/autograd/ops/cross_entropy.hpp"
#include "xgrad/nn/optim/schedules.hpp"
#include "xgrad/nn/state_dict.hpp"
#include "xgrad/tensor/error.hpp"

using namespace xgrad;
using namespace xgrad::nn;

namespace {

const data::Dataset<double> nothing;

// Writes down what happens: "start 3", "step 1.1" (epoch, step), "epoch 1*" (the best so far), "end".
struct Diary : Callback<double> {
  std::vector<std::string> lines{};
  std::vector<StepRecord> steps{};
  void on_start(Trainer<double>&, std::size_t n) override { lines.push_back("start " + std::to_string(n)); }
  void on_step(Trainer<double>&, const StepRecord& r) override {
    lines.push_back("step " + std::to_string(r.epoch) + "." + std::to_string(r.step));
    steps.push_back(r);
  }
  void on_epoch(Trainer<double>&, const EpochRecord& r, bool best) override {
    lines.push_back("epoch " + std::to_string(r.epoch) + (best ? "*" : ""));
  }
  void on_end(Trainer<double>&, Outcome) override { lines.push_back("end"); }
};

// The state at the end of every epoch.
struct Snapshots : Callback<double> {
  std::vector<StateDict<double>> states{};
  void on_epoch(Trainer<double>& trainer, const EpochRecord&, bool) override { states.push_back(state_dict(trainer.model())); }
};

bool same(const StateDict<double>& a, const StateDict<double>& b) {
  for (std::size_t i = 0; i < a.arrays.size(); ++i)
    if (!(a.arrays[i].value == b.arrays[i].value)) return false;
  return a.arrays.size() == b.arrays.size();
}

void check_lines(const std::vector<std::string>& got, const std::vector<std::string>& expected) {
  BOOST_CHECK_EQUAL_COLLECTIONS(got.begin(), got.end(), expected.begin(), expected.end());
}

EpochRecord epoch(std::size_t number, double val_loss, double val_accuracy) {
  EpochRecord record;
  record.epoch = number;
  record.val_loss = val_loss;
  record.val_accuracy = val_accuracy;
  return record;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(trainer)

BOOST_AUTO_TEST_CASE(training_learns_and_the_figures_say_so) {
  SmallTraining run({.epochs = 12, .batch_size = 16});
  const auto train = clouds(300), validation = clouds(120, 2);
  BOOST_CHECK(run.trainer.fit(train, validation) == Outcome::Finished);
  const std::vector<EpochRecord>& history = run.trainer.history();
  BOOST_REQUIRE(history.size() == 12u);
  BOOST_TEST(history.back().train_loss < 0.8 * history.front().train_loss);
  BOOST_TEST(history.back().train_accuracy > history.front().train_accuracy);
  for (const EpochRecord& r : history) {
    BOOST_TEST(std::isfinite(r.val_loss));
    BOOST_TEST((r.val_accuracy >= 0 && r.val_accuracy <= 1));
    BOOST_TEST(r.learning_rate == 0.02);
    BOOST_TEST(r.seconds > 0);
  }
}

BOOST_AUTO_TEST_CASE(callbacks_are_called_in_order) {
  SmallTraining run({.epochs = 2, .batch_size = 4, .monitor = "train_loss"});
  const auto diary = std::make_shared<Diary>();
  run.trainer.add_callback(diary);
  run.trainer.fit(clouds(10), nothing);
  check_lines(diary->lines, {"start 3", "step 1.1", "step 1.2", "step 1.3", "epoch 1*", "step 2.4", "step 2.5", "step 2.6",
                             diary->lines.at(8), "end"});
  BOOST_TEST(diary->lines.at(8).rfind("epoch 2", 0) == 0u);
}

BOOST_AUTO_TEST_CASE(the_incomplete_last_batch_is_kept_unless_dropped) {
  for (const bool drop : {false, true}) {
    SmallTraining run({.epochs = 1, .batch_size = 4, .drop_last = drop, .monitor = "train_loss"});
    run.trainer.fit(clouds(10), nothing);
    BOOST_TEST(run.trainer.progress().step == (drop ? 2 : 3));
  }
  SmallTraining run({.batch_size = 16, .drop_last = true});
  BOOST_CHECK_EXCEPTION(run.trainer.fit(clouds(10), nothing), ConfigError, says({"batch"}));
  BOOST_CHECK_EXCEPTION(run.trainer.fit(nothing, nothing), ConfigError, says({"no training samples"}));
}

BOOST_AUTO_TEST_CASE(the_loss_of_an_epoch_is_the_mean_over_samples_before_each_update) {
  const auto train = clouds(10);
  SmallTraining run({.epochs = 1, .batch_size = 4, .shuffle = false, .monitor = "train_loss"}, "sgd", 0.0);
  const auto diary = std::make_shared<Diary>();
  run.trainer.add_callback(diary);
  run.trainer.fit(train, nothing);
  // With a learning rate of 0 every batch sees the same weights; sums of 10 numbers in two orders.
  const double whole = nn::evaluate(run.network, train).loss();
  BOOST_TEST(std::abs(run.trainer.history()[0].train_loss - whole) <= 1e-14 * whole);
  const double weighted = (4 * diary->steps[0].loss + 4 * diary->steps[1].loss + 2 * diary->steps[2].loss) / 10;
  BOOST_TEST(std::abs(run.trainer.history()[0].train_loss - weighted) <= 1e-14 * whole);
}

BOOST_AUTO_TEST_CASE(without_shuffling_batches_come_in_order_and_with_it_in_another_for_each_epoch) {
  const auto train = clouds(30);
  std::vector<double> losses[2];
  for (const bool shuffle : {false, true}) {
    SmallTraining run({.epochs = 2, .batch_size = 10, .shuffle = shuffle, .monitor = "train_loss"}, "sgd", 0.0);
    const auto diary = std::make_shared<Diary>();
    run.trainer.add_callback(diary);
    run.trainer.fit(train, nothing);
    for (const StepRecord& r : diary->steps) losses[shuffle].push_back(r.loss);
  }
  for (std::size_t i = 0; i < 3; ++i) {
    BOOST_TEST(losses[false][i] == losses[false][i + 3]);
    BOOST_TEST(losses[true][i] != losses[true][i + 3]);
  }
}

BOOST_AUTO_TEST_CASE(a_monitor_takes_what_is_better_by_more_than_the_least_change) {
  Monitor loss("val_loss", 0.1), accuracy("val_accuracy");
  BOOST_TEST(loss.improved(epoch(1, 1.0, 0.5)));
  BOOST_TEST(!loss.improved(epoch(2, 0.95, 0.5)));
  BOOST_TEST(!loss.improved(epoch(3, std::nan(""), 0.5)));
  BOOST_TEST(loss.state().waited == 2u);
  BOOST_TEST(loss.improved(epoch(4, 0.85, 0.5)));
  BOOST_TEST(loss.state().best_epoch == 4u);
  BOOST_TEST(loss.state().waited == 0u);
  BOOST_TEST(accuracy.improved(epoch(1, 1, 0.0)));
  BOOST_TEST(!accuracy.improved(epoch(2, 1, 0.0)));
  BOOST_TEST(accuracy.improved(epoch(3, 1, 0.25)));
  for (const std::string& name : monitor_names()) BOOST_TEST(Monitor(name).needs_validation() == (name.rfind("val_", 0) == 0));
  BOOST_CHECK_EXCEPTION(Monitor("val_los"), ConfigError, says({"val_los", "val_loss"}));
}

BOOST_AUTO_TEST_CASE(early_stopping_waits_for_its_patience_and_restores_the_best_weights) {
  SmallTraining run({.epochs = 200, .batch_size = 8, .patience = 3}, "sgd", 8.0);  // a rate that jumps about
  const auto snapshots = std::make_shared<Snapshots>();
  run.trainer.add_callback(snapshots);
  BOOST_CHECK(run.trainer.fit(clouds(40), clouds(40, 2)) == Outcome::EarlyStopped);
  const std::vector<EpochRecord>& history = run.trainer.history();
  const std::size_t best = run.trainer.best_epoch();
  BOOST_TEST(history.size() == best + 3);
  for (const EpochRecord& r : history)
    BOOST_TEST((r.epoch < best ? r.val_loss > history[best - 1].val_loss : r.val_loss >= history[best - 1].val_loss));
  BOOST_CHECK(same(state_dict(run.network), snapshots->states.at(best - 1)));
  BOOST_CHECK(!same(state_dict(run.network), snapshots->states.back()));
}

BOOST_AUTO_TEST_CASE(the_best_weights_are_restored_at_the_end_of_all_epochs_too) {
  SmallTraining run({.epochs = 9, .batch_size = 8, .monitor = "val_accuracy"}, "sgd", 8.0);
  const auto snapshots = std::make_shared<Snapshots>();
  run.trainer.add_callback(snapshots);
  const auto validation = clouds(40, 2);
  BOOST_CHECK(run.trainer.fit(clouds(40), validation) == Outcome::Finished);
  const std::size_t best = run.trainer.best_epoch();
  BOOST_CHECK(same(state_dict(run.network), snapshots->states.at(best - 1)));
  BOOST_TEST(run.trainer.evaluate(validation).accuracy() == run.trainer.history()[best - 1].val_accuracy);
}

BOOST_AUTO_TEST_CASE(the_last_weights_stay_where_nothing_was_monitored) {
  SmallTraining run({.epochs = 3, .batch_size = 8});
  const auto snapshots = std::make_shared<Snapshots>();
  run.trainer.add_callback(snapshots);
  run.trainer.fit(clouds(40), nothing);
  BOOST_TEST(run.trainer.best_epoch() == 0u);
  BOOST_CHECK(same(state_dict(run.network), snapshots->states.back()));
  BOOST_TEST(std::isnan(run.trainer.history()[0].val_loss));
}

BOOST_AUTO_TEST_CASE(early_stopping_by_a_validation_figure_wants_validation_samples) {
  SmallTraining run({.patience = 3});
  BOOST_CHECK_EXCEPTION(run.trainer.fit(clouds(10), nothing), ConfigError, says({"val_loss", "train_loss"}));
}

BOOST_AUTO_TEST_CASE(a_loss_that_is_not_finite_ends_the_run_before_it_touches_the_weights) {
  std::size_t calls = 0;
  SmallTraining run({.loss =
                         [&calls](const Tensor<double>& outputs, const Indices& y) {
                           const Tensor<double> loss = cross_entropy(outputs, y);
                           return ++calls == 5 ? loss * std::numeric_limits<double>::infinity() : loss;
                         },
                     .epochs = 4,
                     .batch_size = 4,
                     .monitor = "train_loss"});
  const auto diary = std::make_shared<Diary>();
  run.trainer.add_callback(diary);
  BOOST_CHECK(run.trainer.fit(clouds(10), nothing) == Outcome::Diverged);
  BOOST_TEST(diary->lines.back() == "end");
  BOOST_TEST(std::isinf(diary->steps.back().loss));
  BOOST_TEST(run.trainer.progress().step == 5);
  BOOST_TEST(run.trainer.history().size() == 1u);  // what was logged is kept
  for (const Tensor<double>& p : run.network.parameters())
    for (const double v : p.value()) BOOST_TEST(std::isfinite(v));
}

BOOST_AUTO_TEST_CASE(a_request_to_stop_ends_the_run_after_the_step) {
  int asked = 0;
  SmallTraining run(
      {.epochs = 4, .batch_size = 4, .monitor = "train_loss", .stop_requested = [&asked] { return ++asked == 4; }});
  const auto diary = std::make_shared<Diary>();
  run.trainer.add_callback(diary);
  BOOST_CHECK(run.trainer.fit(clouds(10), nothing) == Outcome::Interrupted);
  check_lines(diary->lines, {"start 3", "step 1.1", "step 1.2", "step 1.3", "epoch 1*", "step 2.4", "end"});
  BOOST_TEST(run.trainer.progress().epoch == 2u);
  BOOST_TEST(run.trainer.progress().batches_done == 1u);
  BOOST_CHECK(run.trainer.fit(clouds(10), nothing) == Outcome::Finished);  // the same trainer goes on
  BOOST_TEST(run.trainer.history().size() == 4u);
}

BOOST_AUTO_TEST_CASE(gradients_are_clipped_and_their_norm_recorded_before) {
  SmallTraining free({.epochs = 1, .batch_size = 10, .shuffle = false, .record_gradient_norm = true}, "sgd", 1.0),
      clipped({.epochs = 1, .batch_size = 10, .shuffle = false, .clip_norm = 0.01}, "sgd", 1.0),
      silent({.epochs = 1, .batch_size = 10, .shuffle = false}, "sgd", 1.0);
  const StateDict<double> start = state_dict(free.network);
  const auto moved = [&](SmallTraining& run) {
    const auto diary = std::make_shared<Diary>();
    run.trainer.add_callback(diary);
    run.trainer.fit(clouds(10), nothing);
    const StateDict<double> end = state_dict(run.network);
    double squares = 0;
    for (std::size_t k = 0; k < start.arrays.size(); ++k)
      for (std::size_t i = 0; i < start.arrays[k].value.size(); ++i)
        squares += std::pow(end.arrays[k].value.data()[i] - start.arrays[k].value.data()[i], 2);
    return std::pair{std::sqrt(squares), diary->steps.at(0).gradient_norm};
  };
  const auto [free_step, free_norm] = moved(free);
  const auto [clipped_step, clipped_norm] = moved(clipped);
  BOOST_TEST(free_norm > 0.1);
  BOOST_TEST(clipped_norm == free_norm);
  BOOST_TEST(std::abs(free_step - free_norm) <= 1e-12);  // a step of the rate 1 is the gradient
  BOOST_TEST(clipped_step <= 0.01);
  BOOST_TEST(clipped_step >= 0.0099);
  BOOST_TEST(moved(silent).second == 0);
}

BOOST_AUTO_TEST_CASE(schedulers_move_on_after_steps_or_epochs) {
  for (const bool per_step : {false, true}) {
    SmallTraining run({.epochs = 2, .batch_size = 5, .monitor = "train_loss"}, "sgd", 1.0);
    run.trainer.set_scheduler(std::make_shared<optim::ExponentialLR<double>>(*run.optimizer, 0.5), per_step);
    const auto diary = std::make_shared<Diary>();
    run.trainer.add_callback(diary);
    run.trainer.fit(clouds(10), nothing);
    const std::vector<double> expected = per_step ? std::vector{1.0, 0.5, 0.25, 0.125} : std::vector{1.0, 1.0, 0.5, 0.5};
    for (std::size_t i = 0; i < 4; ++i) BOOST_TEST(diary->steps.at(i).learning_rate == expected[i]);
  }
}

BOOST_AUTO_TEST_CASE(a_plateau_schedule_is_given_the_monitored_figure) {
  // At a rate of 10⁻⁶ the loss changes by less than the threshold, so that all epochs but the first are without improvement:
  // the rate is halved after every second one.
  SmallTraining run({.epochs = 7, .batch_size = 10, .monitor = "train_loss"}, "sgd", 1e-6);
  run.trainer.set_scheduler(
      std::make_shared<optim::ReduceLROnPlateau<double>>(*run.optimizer, optim::PlateauOptions{.factor = 0.5, .patience = 1}),
      false);
  run.trainer.fit(clouds(10), nothing);
  BOOST_TEST(run.optimizer->lr() == 0.125e-6);
}

BOOST_AUTO_TEST_CASE(averaged_weights_are_what_is_evaluated_and_kept) {
  SmallTraining run({.epochs = 3, .batch_size = 4, .ema_decay = 0.9}, "sgd", 0.5);
  const auto train = clouds(40), validation = clouds(40, 2);
  const auto snapshots = std::make_shared<Snapshots>();
  run.trainer.add_callback(snapshots);
  run.trainer.fit(train, validation);
  const double kept = nn::evaluate(run.network, validation).loss();
  BOOST_TEST(kept == run.trainer.history()[run.trainer.best_epoch() - 1].val_loss);
  BOOST_CHECK(!same(state_dict(run.network), snapshots->states.at(run.trainer.best_epoch() - 1)));
}

BOOST_AUTO_TEST_CASE(evaluation_records_nothing_and_gives_the_mode_back) {
  SmallTraining run({}, "sgd", 0.1, {.normalization = "batch", .dropout = 0.5, .seed = 2});
  const StateDict<double> before = state_dict(run.network);
  run.network.train();
  const double first = run.trainer.evaluate(clouds(20)).loss(), second = run.trainer.evaluate(clouds(20)).loss();
  BOOST_TEST(first == second);
  BOOST_TEST(run.network.is_training());
  BOOST_TEST(run.network[1].is_training());
  BOOST_CHECK(same(before, state_dict(run.network)));
}

BOOST_AUTO_TEST_CASE(a_pause_comes_after_the_epoch_named_and_before_the_end_only) {
  const auto train = clouds(20);
  SmallTraining run({.epochs = 4, .batch_size = 10, .pause_after_epoch = 2});
  BOOST_CHECK(run.trainer.fit(train, nothing) == Outcome::Paused);
  BOOST_TEST(run.trainer.history().size() == 2u);
  SmallTraining late({.epochs = 2, .batch_size = 10, .pause_after_epoch = 2});
  BOOST_CHECK(late.trainer.fit(train, nothing) == Outcome::Finished);
}

BOOST_AUTO_TEST_CASE(a_regression_follows_the_targets_and_has_no_accuracies) {
  const auto points = clouds(60);
  const Array<double> x = points.features();
  Array<double> y = empty_array<double>({60, 3});
  for (std::size_t i = 0; i < 60; ++i) y(i, 0) = x(i, 0) / 4, y(i, 1) = x(i, 1) / 4, y(i, 2) = 1;
  const auto train = points.with_targets(y);
  SmallTraining run({.target = Target::Values, .epochs = 40, .batch_size = 10, .monitor = "train_loss"});
  BOOST_CHECK(run.trainer.fit(train, train.first(30)) == Outcome::Finished);
  const std::vector<EpochRecord>& history = run.trainer.history();
  BOOST_TEST(history.back().train_loss < 0.2 * history.front().train_loss);
  BOOST_TEST(std::isnan(history.back().train_accuracy));
  BOOST_TEST(std::isnan(history.back().val_accuracy));
  // The loss by hand, over rows in another order.
  const auto outputs = run.network(Tensor<double>(x)).value();
  double squares = 0;
  for (std::size_t i = 0; i < y.size(); ++i) squares += std::pow(outputs.data()[i] - y.data()[i], 2);
  Indices rows = empty_array<std::int64_t>({60});
  for (std::size_t i = 0; i < 60; ++i) rows(i) = static_cast<std::int64_t>((i * 7) % 60);
  BOOST_TEST(run.trainer.evaluate_loss(train.subset(rows)) == squares / static_cast<double>(y.size()),
             boost::test_tools::tolerance(1e-12));
}

BOOST_AUTO_TEST_CASE(an_autoencoder_is_compared_with_its_inputs) {
  const auto train = clouds(30);
  MLP<double> network({2, 4, 2}, {.seed = 1});
  const auto sgd = optim::make_optimizer<double>("sgd", network.parameters(), {.lr = 1e-3});
  Trainer<double> trainer(network, *sgd, {.target = Target::Input, .epochs = 1, .batch_size = 30});
  const Array<double> x = train.features(), outputs = network(Tensor<double>(x)).value();
  double squares = 0;
  for (std::size_t i = 0; i < x.size(); ++i) squares += std::pow(outputs.data()[i] - x.data()[i], 2);
  trainer.fit(train, nothing);
  BOOST_TEST(trainer.history()[0].train_loss == squares / 60, boost::test_tools::tolerance(1e-12));
}

BOOST_AUTO_TEST_CASE(summed_gradients_are_as_many_times_longer_and_figures_stay_means) {
  const auto train = clouds(24);
  const auto diary = std::make_shared<Diary>(), sums = std::make_shared<Diary>();
  SmallTraining mean({.epochs = 1, .batch_size = 8, .record_gradient_norm = true}, "sgd", 0.08);
  SmallTraining sum({.sum_gradients = true, .epochs = 1, .batch_size = 8, .record_gradient_norm = true}, "sgd", 0.01);
  mean.trainer.add_callback(diary);
  sum.trainer.add_callback(sums);
  mean.trainer.fit(train, nothing);
  sum.trainer.fit(train, nothing);
  for (std::size_t i = 0; i < 3; ++i) {
    BOOST_TEST(sums->steps[i].loss == diary->steps[i].loss, boost::test_tools::tolerance(1e-12));
    BOOST_TEST(sums->steps[i].gradient_norm == 8 * diary->steps[i].gradient_norm, boost::test_tools::tolerance(1e-11));
  }
}

BOOST_AUTO_TEST_CASE(batches_of_no_samples_or_of_any_number_are_no_riddle) {
  SmallTraining none({.epochs = 1, .batch_size = 0}), all({.epochs = 1, .batch_size = std::numeric_limits<std::size_t>::max()});
  BOOST_CHECK_EXCEPTION(none.trainer.fit(clouds(10), nothing), ConfigError,
                        says({"fit: the batch size is 0; give at least 1"}));
  BOOST_TEST((all.trainer.fit(clouds(10), nothing) == Outcome::Finished));
  BOOST_TEST(all.trainer.progress().step == 1);
}

// A rate at which the only update of the epoch ends in infinities: the training loss was finite, the validation loss is not.
BOOST_AUTO_TEST_CASE(a_validation_loss_of_nan_is_a_divergence_to_every_schedule_and_to_a_run_that_goes_on) {
  SmallTraining run({.epochs = 3, .batch_size = 10}, "sgd", 1e300), later({.epochs = 3, .batch_size = 10}, "sgd", 1e300);
  run.trainer.set_scheduler(std::make_shared<optim::ReduceLROnPlateau<double>>(*run.optimizer), false);
  BOOST_TEST((run.trainer.fit(clouds(10), clouds(10, 2)) == Outcome::Diverged));
  BOOST_TEST(!std::isfinite(run.trainer.progress().history.back().val_loss));
  later.trainer.set_progress(run.trainer.progress());
  BOOST_TEST((later.trainer.fit(clouds(10), clouds(10, 2)) == Outcome::Diverged));
  BOOST_TEST(later.trainer.progress().step == 1);
}

BOOST_AUTO_TEST_SUITE_END()
