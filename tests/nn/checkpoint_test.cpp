// A run that is stopped anywhere and taken up again ends with the bits of one that never stopped.
#include "xgrad/nn/train/checkpoint.hpp"

#include <algorithm>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "error_text.hpp"
#include "nn/small_training.hpp"
#include "temporary_folder.hpp"
#include "xgrad/nn/model_file.hpp"
#include "xgrad/nn/optim/schedules.hpp"
#include "xgrad/nn/state_dict.hpp"
#include "xgrad/tensor/error.hpp"

using namespace xgrad;
using namespace xgrad::nn;

namespace {

const auto train = clouds(22);  // batches of 8: two whole ones and one of 6
const auto validation = clouds(15, 2);
constexpr std::int64_t steps = 4 * 3;

struct Case {
  std::string method, scheduler;
  double ema = 0;
  std::size_t patience = 0;
};

std::shared_ptr<optim::Scheduler<double>> scheduler_of(const std::string& name, optim::Optimizer<double>& optimizer) {
  if (name == "one_cycle")
    return std::make_shared<optim::OneCycleLR<double>>(optimizer, optim::OneCycleOptions{.max_lr = 0.1, .total_steps = steps});
  if (name == "plateau")
    return std::make_shared<optim::ReduceLROnPlateau<double>>(optimizer, optim::PlateauOptions{.factor = 0.5, .patience = 0});
  return nullptr;
}

// A run with everything that a checkpoint has to keep: batch normalisation, dropout, clipping, shuffling.
struct Run : SmallTraining {
  explicit Run(const Case& c, std::function<bool()> stop = {})
      : SmallTraining({.epochs = 4,
                       .batch_size = 8,
                       .seed = 3,
                       .patience = c.patience,
                       .clip_norm = 1,
                       .ema_decay = c.ema,
                       .stop_requested = std::move(stop)},
                      c.method, c.method == "lbfgs" ? 1 : 0.05,
                      {.activation = "tanh", .normalization = "batch", .dropout = 0.3, .seed = 5}) {
    if (auto scheduler = scheduler_of(c.scheduler, *optimizer)) trainer.set_scheduler(scheduler, c.scheduler == "one_cycle");
  }
};

bool same(const StateDict<double>& a, const StateDict<double>& b) {
  if (a.arrays.size() != b.arrays.size() || a.counters.size() != b.counters.size()) return false;
  for (std::size_t i = 0; i < a.arrays.size(); ++i)
    if (!(a.arrays[i].value == b.arrays[i].value)) return false;
  for (std::size_t i = 0; i < a.counters.size(); ++i)
    if (a.counters[i].value != b.counters[i].value) return false;
  return true;
}

// Everything but the timings.
bool same(const EpochRecord& a, const EpochRecord& b) {
  return a.epoch == b.epoch && a.train_loss == b.train_loss && a.train_accuracy == b.train_accuracy &&
         a.val_loss == b.val_loss && a.val_accuracy == b.val_accuracy && a.val_macro_f1 == b.val_macro_f1 &&
         a.learning_rate == b.learning_rate;
}

bool same(const std::vector<EpochRecord>& a, const std::vector<EpochRecord>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const auto& x, const auto& y) { return same(x, y); });
}

// Stops a run after each of its steps in turn, and takes it up in another trainer.
Outcome check(const Case& c) {
  const TemporaryFolder folder;
  Run whole(c);
  const Outcome outcome = whole.trainer.fit(train, validation);
  const std::int64_t all = whole.trainer.progress().step;
  for (std::int64_t stop = 1; stop <= all; ++stop) {
    std::int64_t asked = 0;
    Run first(c, [&] { return ++asked == stop; });
    BOOST_REQUIRE(first.trainer.fit(train, validation) == Outcome::Interrupted);
    save_checkpoint(first.trainer, folder / "checkpoint");
    Run second(c);
    load_checkpoint(second.trainer, folder / "checkpoint");
    BOOST_TEST((second.trainer.fit(train, validation) == outcome));
    const std::string what = c.method + " " + c.scheduler + ", stopped after step " + std::to_string(stop);
    BOOST_TEST(second.trainer.progress().step == all, what);
    BOOST_TEST(same(state_dict(second.network), state_dict(whole.network)), what);
    BOOST_TEST(same(second.trainer.history(), whole.trainer.history()), what);
    BOOST_TEST(second.trainer.best_epoch() == whole.trainer.best_epoch(), what);
  }
  return outcome;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(checkpoint)

BOOST_AUTO_TEST_CASE(every_optimizer_goes_on_bit_by_bit_wherever_it_was_stopped) {
  for (const std::string method :
       {"sgd", "momentum", "nag", "rmsprop", "adam", "adamw", "nadam", "adagrad", "adadelta", "lbfgs"})
    check({.method = method, .scheduler = "none"});
}

BOOST_AUTO_TEST_CASE(so_do_schedules_of_rate_and_momentum) {
  check({.method = "adam", .scheduler = "one_cycle"});
  check({.method = "momentum", .scheduler = "one_cycle"});
  check({.method = "rmsprop", .scheduler = "plateau"});
}

BOOST_AUTO_TEST_CASE(so_do_averaged_weights) { check({.method = "adam", .scheduler = "none", .ema = 0.9}); }

BOOST_AUTO_TEST_CASE(so_does_early_stopping) {
  BOOST_TEST((check({.method = "adagrad", .scheduler = "none", .patience = 1}) == Outcome::EarlyStopped));
}

BOOST_AUTO_TEST_CASE(a_run_may_be_stopped_again_and_again) {
  const TemporaryFolder folder;
  const Case c{.method = "adam", .scheduler = "one_cycle", .ema = 0.9};
  Run whole(c);
  whole.trainer.fit(train, validation);
  for (std::int64_t part = 0;; ++part) {
    Run run(c, [] { return true; });
    if (part > 0) load_checkpoint(run.trainer, folder / "checkpoint");
    if (run.trainer.fit(train, validation) == Outcome::Finished) {
      BOOST_TEST(part == steps);
      BOOST_TEST(same(state_dict(run.network), state_dict(whole.network)));
      BOOST_TEST(same(run.trainer.history(), whole.trainer.history()));
      break;
    }
    save_checkpoint(run.trainer, folder / "checkpoint");
  }
}

BOOST_AUTO_TEST_CASE(the_callback_saves_after_epochs_after_steps_and_when_interrupted) {
  const TemporaryFolder folder;
  struct Step : Callback<double> {
    std::filesystem::path path;
    std::vector<bool> exists{};
    explicit Step(std::filesystem::path p) : path(std::move(p)) {}
    void on_step(Trainer<double>&, const StepRecord&) override { exists.push_back(std::filesystem::exists(path)); }
  };
  int asked = 0;
  Run run({.method = "adam", .scheduler = "none"}, [&] { return ++asked == 5; });
  const auto seen = std::make_shared<Step>(folder / "checkpoint");
  run.trainer.add_callback(std::make_shared<CheckpointCallback<double>>(folder / "checkpoint", folder / "best", 2));
  run.trainer.add_callback(seen);
  run.trainer.fit(train, validation);
  BOOST_TEST((seen->exists == std::vector<bool>{false, true, true, true, true}));
  Run other({.method = "adam", .scheduler = "none"});
  load_checkpoint(other.trainer, folder / "checkpoint");
  BOOST_TEST(other.trainer.progress().step == 5);
  load_model(other.network, folder / "best");
  BOOST_TEST(same(state_dict(other.network), run.trainer.best_weights()));
}

BOOST_AUTO_TEST_CASE(a_checkpoint_of_another_network_or_optimizer_is_refused) {
  const TemporaryFolder folder;
  const Case adam{.method = "adam", .scheduler = "none"}, sgd{.method = "sgd", .scheduler = "none"},
      momentum{.method = "momentum", .scheduler = "none"};
  Run run(momentum);
  run.trainer.fit(train, validation);
  save_checkpoint(run.trainer, folder / "checkpoint");
  Run other(adam), plain(sgd);
  BOOST_CHECK_EXCEPTION(load_checkpoint(other.trainer, folder / "checkpoint"), ConfigError, says({"sgd", "adam"}));
  const StateDict<double> before = state_dict(plain.network);
  BOOST_CHECK_EXCEPTION(load_checkpoint(plain.trainer, folder / "checkpoint"), ConfigError,
                        says({(folder / "checkpoint").string(), "momentum_buffer"}));
  BOOST_TEST(same(state_dict(plain.network), before));
  SmallTraining bare({}, "momentum", 0.1, {.seed = 1});
  BOOST_CHECK_EXCEPTION(load_checkpoint(bare.trainer, folder / "checkpoint"), ConfigError, says({"missing", "unexpected"}));
}

BOOST_AUTO_TEST_CASE(what_is_no_checkpoint_is_refused) {
  const TemporaryFolder folder;
  Run run({.method = "adam", .scheduler = "none"});
  save_model(run.network, folder / "model");
  write_safetensors(folder / "damaged", {}, {{"xgrad_checkpoint", "{\"optimizer\": \"adam\""}});
  write_safetensors(folder / "incomplete", {}, {{"xgrad_checkpoint", "{\"optimizer\": \"adam\"}"}});
  BOOST_CHECK_EXCEPTION(load_checkpoint(run.trainer, folder / "model"), IoError, says({"not a checkpoint"}));
  BOOST_CHECK_EXCEPTION(load_checkpoint(run.trainer, folder / "damaged"), IoError, says({"damaged"}));
  BOOST_CHECK_EXCEPTION(load_checkpoint(run.trainer, folder / "incomplete"), IoError, says({"damaged"}));
  BOOST_CHECK_THROW(load_checkpoint(run.trainer, folder / "nowhere"), IoError);
}

BOOST_AUTO_TEST_SUITE_END()
