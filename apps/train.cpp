// xgrad train
#include <algorithm>
#include <chrono>
#include <cmath>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <fmt/format.h>
#include <unistd.h>

#include "augmentation_option.hpp"
#include "batches.hpp"
#include "commands.hpp"
#include "experiment.hpp"
#include "held_out.hpp"
#include "interrupt.hpp"
#include "json_file.hpp"
#include "pictures.hpp"
#include "program.hpp"
#include "progress.hpp"
#include "recipe.hpp"
#include "run_folder.hpp"
#include "run_lock.hpp"
#include "shell_word.hpp"
#include "splits.hpp"
#include "standard_streams.hpp"
#include "summary.hpp"
#include "teachers.hpp"
#include "xgrad/nn/model_file.hpp"
#include "xgrad/nn/train/checkpoint.hpp"
#include "xgrad/tensor/error.hpp"
#include "xgrad/tensor/matmul_precision.hpp"
#include "xgrad/tensor/parallel.hpp"

namespace xgrad::apps {
namespace {

using Clock = std::chrono::steady_clock;

// A thread needs some images of the batch for itself: with fewer the work is done before its core has the data.
std::size_t threads_for(const TrainOptions& o) {
  constexpr std::size_t images_for_a_thread = 16;
  if (o.threads > 0) return o.threads;
  const std::size_t cores = std::max(1u, std::thread::hardware_concurrency());
  return o.optimizer == "lbfgs" ? cores : std::clamp<std::size_t>(o.batch_size / images_for_a_thread, 1, cores);
}

template <class T>
void announce(const TrainOptions& o, const Splits<T>& splits, nn::Module<T>& network, const RunFolder& folder) {
  print_error("{}: {} training, {} validation, {} test images from {}\n", o.dataset, splits.train.size(),
              splits.validation.size(), splits.test.size(), splits.train.description().source);
  print_error("{}run folder: {}\n\n", network.summary({batch_size(o, splits.train.size()), splits.train.feature_count()}),
              folder.path().string());
}

int report(const TrainOptions& o, const RunFolder& folder, const nlohmann::ordered_json& summary, nn::Outcome outcome,
           std::size_t epoch) {
  const std::string where = folder.path().string(), again = "xgrad train --resume " + shell_word(where);
  if (outcome == nn::Outcome::Paused) {
    fmt::print("paused after epoch {} of {}; go on with: {}\n", epoch, o.epochs, again);
    return success;
  }
  if (outcome == nn::Outcome::Interrupted) {
    print_error("interrupted in epoch {}; everything is saved. Go on with: {}\n", epoch, again);
    return interrupted;
  }
  if (outcome == nn::Outcome::Diverged) {
    print_error(
        "xgrad: the loss stopped being finite in epoch {}, step {}: the run has diverged; lower --learning_rate ({}) or "
        "set --clip_norm. Its logs are in {}\n",
        epoch, summary["steps"].get<std::int64_t>(), o.learning_rate, where);
    return diverged;
  }
  if (outcome == nn::Outcome::EarlyStopped)
    print_error("early stopping triggered at epoch {}; the best was epoch {}\n", summary["epochs_run"].get<std::size_t>(),
                summary["best_epoch"].get<std::size_t>());
  if (o.reconstructs()) {
    fmt::print("test loss {:.6f}, after {:.1f} s; run folder: {}\n", summary["test_loss"].get<double>(),
               summary["duration"].get<double>(), where);
    return success;
  }
  fmt::print("test accuracy {:.2f} %, macro-F1 {:.4f}, loss {:.4f}, after {:.1f} s; run folder: {}\n",
             100 * summary["test_accuracy"].get<double>(), summary["test_macro_f1"].get<double>(),
             summary["test_loss"].get<double>(), summary["duration"].get<double>(), where);
  return success;
}

// Better now than after hours of training.
void check_can_save(const std::filesystem::path& file) {
  if (std::filesystem::is_directory(file))
    throw ConfigError(fmt::format("--save_model {}: is a folder; give a file, for example {}", file.string(),
                                  (file / "model.safetensors").string()));
  const std::filesystem::path folder = file.has_parent_path() ? file.parent_path() : ".";
  if (!file.empty() && access(folder.c_str(), W_OK | X_OK) != 0)
    throw IoError(fmt::format("--save_model {}: nothing can be written into {}; give a folder that exists", file.string(),
                              folder.string()));
}

// A small share of few images may be none at all.
template <class T>
void check_watched(const TrainOptions& o, const Splits<T>& splits) {
  if (o.watches_validation() && splits.validation.size() == 0)
    throw ConfigError(
        fmt::format("--monitor {} needs validation images, but --val_fraction {} of {} is none; raise it, or watch train_loss "
                    "instead",
                    o.monitor, o.val_fraction, splits.train.size()));
}

// Throws for distortions that do not fit the images, as their first batch would.
template <class T>
void check_augmentation(const data::AugmentationOptions& augmentation, const data::Description& images) {
  if (augmentation.is_any()) data::Augmentation<T>(augmentation, images.height, images.width);
}

// How long a run took in its earlier sessions, as far as they lived to tell.
double seconds_before(const RunFolder& folder) try {
  const nlohmann::ordered_json summary = read_json_file(folder.summary());
  return summary.is_object() ? summary.value("duration", 0.0) : 0;
} catch (const std::exception&) { return 0; }

// What the student could have learnt at best.
template <class T>
void add_teachers(nlohmann::ordered_json& summary, const nn::Distillation<T>& teachers, const Splits<T>& splits) {
  if (teachers.teachers.empty()) return;
  if (splits.validation.size() > 0) summary["teachers_val_accuracy"] = nn::teacher_accuracy(teachers, splits.validation);
  summary["teachers_test_accuracy"] = nn::teacher_accuracy(teachers, splits.test);
}

// What concerns this call of the program rather than the run.
struct Call {
  std::string resume;
  std::size_t stop_after_epoch = 0;
};

// Trains in a new folder, or goes on in the one of `resumed`. The folder is made last of all: options or data that make no
// sense leave nothing behind.
template <class T>
int train(const TrainOptions& o, const Call& call, const RunFolder* resumed) {
  const Clock::time_point start = Clock::now();
  set_thread_count(threads_for(o));
  use_precision(o);
  if (o.precision == "bf16" && !o.quiet) print_error("{}", bf16_advice(measured_bf16_speed()));
  check_can_save(o.save_model);
  std::optional<RunLock> lock;
  if (resumed) lock.emplace(resumed->path());
  const Splits<T> splits = load_splits<T>(o);
  check_batches(o, splits.train.size());
  check_watched(o, splits);
  const data::AugmentationOptions augmentation = parse_augmentation(o.augment);
  check_augmentation<T>(augmentation, splits.train.description());
  const bool goes_on = resumed && std::filesystem::exists(resumed->checkpoint());
  TrainOptions initial = o;
  if (goes_on) initial.init_from.clear();  // the weights are in the checkpoint
  const auto network = make_network<T>(initial, splits.train.feature_count(),
                                       output_count(o, splits.train.feature_count(), splits.train.class_count()));
  const auto optimizer = make_optimizer<T>(o, *network);
  const nn::Distillation<T> teachers = load_teachers<T>(o, splits.train.feature_count(), splits.train.class_count());
  if (!o.quiet) print_error("{}", held_out_advice(o));
  nn::Trainer<T> trainer(*network, *optimizer,
                         {.loss = make_loss<T>(o),
                          .target = o.reconstructs() ? nn::Target::Input : nn::Target::Class,
                          .distillation = teachers,
                          .sum_gradients = o.loss_reduction == "sum",
                          .epochs = o.epochs,
                          .batch_size = batch_size(o, splits.train.size()),
                          .shuffle = o.shuffle == "on",
                          .drop_last = o.drop_last,
                          .seed = o.seed,
                          .augmentation = augmentation,
                          .mixup = o.mixup,
                          .monitor = o.monitor,
                          .patience = o.early_stopping,
                          .min_delta = o.min_delta,
                          .clip_norm = o.clip_norm,
                          .ema_decay = o.ema,
                          .record_gradient_norm = o.log_steps,
                          .pause_after_epoch = call.stop_after_epoch,
                          .stop_requested = InterruptGuard::requested});
  bool per_step = false;
  const auto scheduler = make_scheduler<T>(o, *optimizer, steps_per_epoch(o, splits.train.size()), per_step);
  if (scheduler) trainer.set_scheduler(scheduler, per_step);
  const RunFolder folder = resumed ? *resumed : RunFolder::create(o);
  if (!resumed) {
    lock.emplace(folder.path());
    folder.begin(o);
  }
  if (goes_on) nn::load_checkpoint(trainer, folder.checkpoint());
  trainer.add_callback(
      std::make_shared<RunLog<T>>(folder, o.log_steps, trainer.history(), static_cast<std::size_t>(trainer.progress().step)));
  trainer.add_callback(std::make_shared<nn::CheckpointCallback<T>>(folder.checkpoint(), folder.model(), o.checkpoint_steps));
  if (!o.quiet) {
    announce(o, splits, *network, folder);
    trainer.add_callback(std::make_shared<Progress<T>>(o.epochs));
  }
  const double before = goes_on ? seconds_before(folder) : 0;
  const InterruptGuard guard;
  nn::Outcome outcome = trainer.fit(splits.train, splits.validation);
  const auto summarized = [&] {
    const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
    return summarize(o, trainer, splits.test, outcome, before + seconds);
  };
  nlohmann::ordered_json summary = summarized();
  // Without validation images, those of the test show what the last update has ruined.
  if (is_complete(outcome) && !std::isfinite(summary["test_loss"].get<double>())) {
    outcome = nn::Outcome::Diverged;
    summary = summarized();
  }
  if (is_complete(outcome)) {
    add_teachers(summary, teachers, splits);
    folder.write_json(folder.pictures(), make_pictures(o, *network, splits));
    nn::save_model(*network, folder.model());
    if (!o.save_model.empty()) nn::save_model(*network, o.save_model);
  }
  folder.write_json(folder.summary(), summary);  // last of all: a run that has one is whole
  // After an epoch's validation, the progress stands at the next one.
  const nn::TrainerProgress& progress = trainer.progress();
  return report(o, folder, summary, outcome, progress.batches_done > 0 ? progress.epoch : progress.epoch - 1);
}

// What decides a run's result stays as it was when the run began.
void check_only_resumes(const CLI::App& command) {
  const std::vector<std::string> allowed{"resume", "quiet", "threads", "stop_after_epoch", "data_dir"};
  for (const CLI::Option* option : command.get_options())
    for (const std::string& name : option->get_lnames())
      if (option->count() > 0 && std::find(allowed.begin(), allowed.end(), name) == allowed.end())
        throw ConfigError(fmt::format("--resume goes on with the run's own options; leave out --{}, or begin a new run", name));
}

}  // namespace

void add_train_command(CLI::App& app, int& status) {
  CLI::App* command = app.add_subcommand("train", "train a multilayer perceptron on MNIST or Fashion-MNIST");
  const auto options = std::make_shared<TrainOptions>();
  const auto call = std::make_shared<Call>();
  add_train_options(*command, *options);
  const CLI::Option* resume =
      command
          ->add_option("--resume", call->resume,
                       "go on with the interrupted run in this folder, with its options; --data_dir, --threads, --quiet and "
                       "--stop_after_epoch may be others")
          ->group("Results");
  command
      ->add_option("--stop_after_epoch", call->stop_after_epoch,
                   "pause after this epoch; --resume goes on as if there had been no pause")
      ->check(CLI::Range(std::size_t{1}, std::size_t{1000000000}))
      ->type_name("UINT")
      ->group("Results");
  command->add_option("--config", "take options from this YAML file; those of the command line win")
      ->type_name("FILE")
      ->group("Results");
  command->footer("The tuned recipe: " + tuned_recipe_text());
  command->callback([command, resume, options, call, &status] {
    std::optional<RunFolder> resumed;
    if (resume->count() > 0) {
      if (call->resume.empty()) throw ConfigError("--resume: the folder's name is empty; give the folder of a run");
      check_only_resumes(*command);
      const TrainOptions given = *options;
      resumed = RunFolder::open(call->resume);
      *options = resumed->options();
      options->quiet |= given.quiet;
      if (given.threads > 0) options->threads = given.threads;
      if (!given.data_dir.empty()) options->data_dir = given.data_dir;
    } else {
      apply_recipe(*command, *options);
      check_train_options(*options);
    }
    status = with_dtype(options->dtype, [&]<class T>() { return train<T>(*options, *call, resumed ? &*resumed : nullptr); });
  });
}

}  // namespace xgrad::apps
