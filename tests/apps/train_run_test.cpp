#include <cmath>
#include <sstream>
#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "terminal.hpp"
#include "workplace.hpp"
#include "xgrad/nn/activation.hpp"
#include "xgrad/nn/data/idx.hpp"
#include "xgrad/nn/init.hpp"
#include "xgrad/nn/optim/factory.hpp"
#include "xgrad/nn/safetensors.hpp"

using namespace xgrad;

namespace {

using Words = std::vector<std::string>;

std::vector<std::string> keys(const Json& object) {
  std::vector<std::string> names;
  for (const auto& [key, value] : object.items()) names.push_back(key);
  return names;  // in the alphabet's order: Json sorts them
}

// The figures of a data set under the model that a run saved: a network 36-16-10 with ReLU, computed here by hand.
struct ByHand {
  double squared_error = 0, cross_entropy = 0, accuracy = 0;
};

ByHand by_hand(const std::filesystem::path& model, const std::filesystem::path& images_path,
               const std::filesystem::path& labels_path, std::size_t count) {
  const nn::SafetensorsFile file = nn::read_safetensors(model);
  const Array<double> w1 = file.get<double>("0.weight"), b1 = file.get<double>("0.bias");
  const Array<double> w2 = file.get<double>("2.weight"), b2 = file.get<double>("2.bias");
  const data::Bytes images = data::read_idx_images(images_path);
  const Indices labels = data::read_idx_labels(labels_path);
  const std::size_t pixels = w1.shape()[1], hidden = w1.shape()[0], classes = w2.shape()[0];
  ByHand result;
  for (std::size_t n = 0; n < count; ++n) {
    std::vector<double> h(hidden), z(classes);
    for (std::size_t j = 0; j < hidden; ++j) {
      h[j] = b1.data()[j];
      for (std::size_t k = 0; k < pixels; ++k) h[j] += w1.data()[j * pixels + k] * images.data()[n * pixels + k] / 255.0;
      h[j] = std::max(h[j], 0.0);
    }
    double sum = 0;
    std::size_t best = 0;
    const auto label = static_cast<std::size_t>(labels.data()[n]);
    for (std::size_t c = 0; c < classes; ++c) {
      z[c] = b2.data()[c];
      for (std::size_t j = 0; j < hidden; ++j) z[c] += w2.data()[c * hidden + j] * h[j];
      sum += std::exp(z[c]);
      if (z[c] > z[best]) best = c;
    }
    for (std::size_t c = 0; c < classes; ++c) result.squared_error += std::pow(std::exp(z[c]) / sum - (c == label), 2);
    result.cross_entropy -= z[label] - std::log(sum);
    result.accuracy += best == label;
  }
  const auto n = static_cast<double>(count);
  return {result.squared_error / (n * static_cast<double>(classes)), result.cross_entropy / n, result.accuracy / n};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(train_run)

BOOST_AUTO_TEST_CASE(a_runs_folder_holds_the_files_and_fields_that_are_promised) {
  const Workplace place;
  const Finished finished = place.train({"--log_steps", "--run_dir", "run"});
  check_succeeds(finished);
  BOOST_TEST((finished.output.find("test accuracy") != finished.output.npos));
  BOOST_TEST((finished.output.find("run folder: run\n") != finished.output.npos), finished.output);
  BOOST_TEST((names_in(place / "run") == Words{"checkpoint.safetensors", "config.json", "metrics.jsonl", "model.safetensors",
                                               "pictures.json", "steps.jsonl", "summary.json"}));
  const std::vector<Json> metrics = place.lines("run/metrics.jsonl"), steps = place.lines("run/steps.jsonl");
  BOOST_REQUIRE(metrics.size() == 2u);
  for (const Json& epoch : metrics)
    BOOST_TEST((keys(epoch) == Words{"epoch", "learning_rate", "samples_per_second", "seconds", "train_accuracy", "train_loss",
                                     "val_accuracy", "val_loss", "val_macro_f1"}));
  BOOST_REQUIRE(steps.size() == 2u * 9);  // 270 images in batches of 32
  for (std::size_t i = 0; i < steps.size(); ++i) {
    BOOST_TEST((keys(steps[i]) == Words{"epoch", "gradient_norm", "learning_rate", "loss", "step"}));
    BOOST_TEST(steps[i]["step"] == i + 1);
    BOOST_TEST(steps[i]["epoch"] == i / 9 + 1);
    BOOST_TEST(steps[i]["learning_rate"] == 0.01);
    BOOST_TEST(steps[i]["gradient_norm"].get<double>() > 0);
  }
  const Json summary = place.json("run/summary.json");
  for (const char* name : {"test_loss", "test_accuracy", "test_macro_f1", "confusion_matrix", "report", "best_epoch", "seed",
                           "duration", "versions"})
    BOOST_TEST(summary.contains(name), name);
  BOOST_TEST(summary["outcome"] == "finished");
  std::int64_t images = 0, right = 0;
  for (std::size_t i = 0; i < 10; ++i) {
    for (std::size_t j = 0; j < 10; ++j) images += summary["confusion_matrix"][i][j].get<std::int64_t>();
    right += summary["confusion_matrix"][i][i].get<std::int64_t>();
  }
  BOOST_TEST(images == 100);
  BOOST_TEST(summary["test_accuracy"].get<double>() == static_cast<double>(right) / 100);
}

BOOST_AUTO_TEST_CASE(a_line_for_each_epoch_fits_a_terminal_of_80_columns_and_stars_are_explained) {
  const Workplace place;
  const Finished finished = place.xgrad({"train", "--data_dir", "data", "--hidden", "16", "-e", "2", "--run_dir", "run"});
  check_succeeds(finished);
  const std::size_t table = finished.errors.find("Epochs marked * are the best so far.\n");
  BOOST_REQUIRE_MESSAGE(table != finished.errors.npos, finished.errors);
  std::istringstream lines(finished.errors.substr(table));
  std::size_t epochs = 0;
  for (std::string line; std::getline(lines, line);) {
    BOOST_TEST(xgrad::apps::columns_of(line) < 80u, line);
    epochs += line.ends_with(" *");
  }
  BOOST_TEST(epochs > 0u);
}

BOOST_AUTO_TEST_CASE(a_run_is_named_after_its_options_and_a_second_one_is_numbered) {
  const Workplace place;
  const Words words{"-wp", "study", "-we", "someone", "-e", "1", "-nhl", "2", "-sz", "8", "-a", "tanh", "-o", "sgd"};
  Words arguments{"train", "--data_dir", "data", "--quiet"};
  arguments.insert(arguments.end(), words.begin(), words.end());
  for (int i = 0; i < 3; ++i) check_succeeds(place.xgrad(arguments));
  const std::string name = "fashion_mnist_hl_2x8_bs_64_ac_tanh_op_sgd_lr_0.001_ep_1_seed_1";
  BOOST_TEST((names_in(place / "runs/someone/study") == Words{name, name + "_2", name + "_3"}));
}

BOOST_AUTO_TEST_CASE(a_run_folder_that_holds_a_run_is_not_overwritten) {
  const Workplace place;
  check_succeeds(place.train({"--run_dir", "run", "-e", "1"}));
  const std::string model = place.bytes("run/model.safetensors");
  check_fails(place.train({"--run_dir", "run", "--seed", "9"}), 2, {"run", "holds a run already", "--resume"});
  BOOST_TEST(place.bytes("run/model.safetensors") == model);
}

BOOST_AUTO_TEST_CASE(the_figures_of_both_losses_are_those_computed_by_hand_from_the_saved_model) {
  const Workplace place;
  const auto images = place / "data/t10k-images-idx3-ubyte.gz", labels = place / "data/t10k-labels-idx1-ubyte.gz";
  for (const char* loss : {"cross_entropy", "mean_squared_error"}) {
    check_succeeds(place.train({"--run_dir", loss, "-l", loss, "--dtype", "float64"}));
    const Json summary = place.json(std::string(loss) + "/summary.json");
    const ByHand expected = by_hand(place / (std::string(loss) + "/model.safetensors"), images, labels, 100);
    const bool squared = loss[0] == 'm';
    // Both are sums of some hundred terms in double.
    BOOST_TEST(summary["test_loss"].get<double>() == (squared ? expected.squared_error : expected.cross_entropy),
               boost::test_tools::tolerance(1e-12));
    BOOST_TEST(summary["test_accuracy"].get<double>() == expected.accuracy);
  }
}

BOOST_AUTO_TEST_CASE(without_shuffling_the_first_step_sees_the_files_first_images_and_the_initial_weights) {
  const Workplace place;
  check_succeeds(place.train({"--run_dir", "start", "-e", "1", "--dtype", "float64"}));
  check_succeeds(place.train({"--run_dir", "run", "-e", "1", "--dtype", "float64", "--init_from", "start/model.safetensors",
                              "--shuffle", "off", "--val_fraction", "0", "--log_steps"}));
  const ByHand expected = by_hand(place / "start/model.safetensors", place / "data/train-images-idx3-ubyte",
                                  place / "data/train-labels-idx1-ubyte", 32);
  BOOST_TEST(place.lines("run/steps.jsonl").at(0)["loss"].get<double>() == expected.cross_entropy,
             boost::test_tools::tolerance(1e-12));
}

BOOST_AUTO_TEST_CASE(one_seed_decides_everything_and_the_number_of_threads_nothing) {
  const Workplace place;
  const Words noisy{"--dropout", "0.3", "--batch_norm", "-b", "64"};
  const auto model = [&](const std::string& name, const Words& more) {
    Words words = noisy;
    words.insert(words.end(), {"--run_dir", name});
    words.insert(words.end(), more.begin(), more.end());
    check_succeeds(place.train(words));
    return place.bytes(name + "/model.safetensors");
  };
  const std::string first = model("a", {"--threads", "1"});
  BOOST_TEST((first == model("b", {"--threads", "2"})));
  BOOST_TEST((first == model("c", {"--threads", "1"})));
  BOOST_TEST((first != model("d", {"--threads", "1", "--seed", "2"})));
}

BOOST_AUTO_TEST_CASE(limits_take_the_first_images_of_the_files_before_the_split) {
  const Workplace place;
  check_succeeds(place.train({"--run_dir", "limited", "--limit_train", "100", "--limit_test", "30", "--val_fraction", "0.2"}));
  // The same images in files of their own.
  namespace fs = std::filesystem;
  fs::create_directory(place / "short");
  const auto cut = [&](const char* name, const char* ending, std::size_t rank, std::size_t count) {
    const data::Bytes all = data::read_idx(place / ("data/" + std::string(name) + ending), rank);
    Shape shape = all.shape();
    shape[0] = count;
    data::Bytes some = empty_array<std::uint8_t>(shape);
    std::copy(all.data(), all.data() + some.size(), some.data());
    data::write_idx(place / ("short/" + std::string(name)), some);
  };
  cut("train-images-idx3-ubyte", "", 3, 100);
  cut("train-labels-idx1-ubyte", "", 1, 100);
  cut("t10k-images-idx3-ubyte", ".gz", 3, 30);
  cut("t10k-labels-idx1-ubyte", ".gz", 1, 30);
  check_succeeds(place.train({"--run_dir", "cut", "--data_dir", "short", "--val_fraction", "0.2"}));
  BOOST_TEST((place.bytes("limited/model.safetensors") == place.bytes("cut/model.safetensors")));
  BOOST_TEST((without_timings(place.lines("limited/metrics.jsonl")) == without_timings(place.lines("cut/metrics.jsonl"))));
  const Json a = place.json("limited/summary.json"), b = place.json("cut/summary.json");
  BOOST_TEST((a["confusion_matrix"] == b["confusion_matrix"]));
}

BOOST_AUTO_TEST_CASE(the_incomplete_last_batch_is_kept_unless_it_is_dropped) {
  const Workplace place;
  check_succeeds(place.train({"--run_dir", "kept", "--val_fraction", "0", "-b", "64", "-e", "1"}));
  check_succeeds(place.train({"--run_dir", "dropped", "--val_fraction", "0", "-b", "64", "-e", "1", "--drop_last"}));
  BOOST_TEST(place.json("kept/summary.json")["steps"] == 5);  // 300 images
  BOOST_TEST(place.json("dropped/summary.json")["steps"] == 4);
}

BOOST_AUTO_TEST_CASE(nothing_held_out_leaves_the_validation_figures_empty) {
  const Workplace place;
  check_succeeds(place.train({"--run_dir", "run", "--val_fraction", "0"}));
  for (const Json& epoch : place.lines("run/metrics.jsonl")) {
    BOOST_TEST(epoch["val_loss"].is_null());
    BOOST_TEST(epoch["val_accuracy"].is_null());
    BOOST_TEST(epoch["val_macro_f1"].is_null());
  }
  BOOST_TEST(place.exists("run/model.safetensors"));
}

BOOST_AUTO_TEST_CASE(the_model_is_also_saved_where_asked) {
  const Workplace place;
  check_succeeds(place.train({"--run_dir", "run", "--save_model", "mine.safetensors", "--batch_norm"}));
  BOOST_TEST((place.bytes("mine.safetensors") == place.bytes("run/model.safetensors")));
}

BOOST_AUTO_TEST_CASE(early_stopping_ends_the_run_and_keeps_the_best_epoch) {
  const Workplace place;
  // No change is large enough to count: the first epoch stays the best.
  const Finished finished = place.train({"--run_dir", "run", "-e", "20", "--early_stopping", "2", "--min_delta", "1000"});
  check_succeeds(finished);
  BOOST_TEST((finished.errors.find("early stopping triggered at epoch 3") != finished.errors.npos), finished.errors);
  const Json summary = place.json("run/summary.json");
  BOOST_TEST(summary["outcome"] == "early_stopped");
  BOOST_TEST(summary["best_epoch"] == 1);
  BOOST_TEST(place.lines("run/metrics.jsonl").size() == 3u);
  check_succeeds(place.train({"--run_dir", "one", "-e", "1"}));
  BOOST_TEST((place.bytes("run/model.safetensors") == place.bytes("one/model.safetensors")));
}

BOOST_AUTO_TEST_CASE(every_optimizer_runs) {
  const Workplace place;
  for (const std::string& name : optim::optimizer_names()) {
    BOOST_TEST_CONTEXT(name) check_succeeds(place.train({"-o", name, "-e", "1", "--run_dir", name, "--weight_decay", "1e-4"}));
  }
}

BOOST_AUTO_TEST_CASE(every_activation_and_initialiser_runs) {
  const Workplace place;
  const std::vector<std::string> schemes = nn::init::scheme_names(), activations = nn::activation_names();
  for (std::size_t i = 0; i < std::max(schemes.size(), activations.size()); ++i) {
    const std::string scheme = schemes[i % schemes.size()], activation = activations[i % activations.size()];
    BOOST_TEST_CONTEXT(scheme << " " << activation)
    check_succeeds(place.train({"-w_i", scheme, "-a", activation, "-e", "1", "--run_dir", std::to_string(i)}));
  }
}

BOOST_AUTO_TEST_CASE(every_scheduler_runs_and_moves_the_learning_rate) {
  const Workplace place;
  const auto rates = [&](const std::string& name, const Words& more) {
    Words words{"--run_dir", name, "-e", "3", "--scheduler", name, "--step_size", "1"};
    words.insert(words.end(), more.begin(), more.end());
    check_succeeds(place.train(words));
    std::vector<double> result;
    for (const Json& epoch : place.lines(name + "/metrics.jsonl")) result.push_back(epoch["learning_rate"].get<double>());
    return result;
  };
  const auto close = boost::test_tools::tolerance(1e-12);
  using Rates = std::vector<double>;
  BOOST_TEST(rates("none", {}) == (Rates{0.01, 0.01, 0.01}), boost::test_tools::per_element());
  BOOST_TEST(rates("step", {}) == (Rates{0.01, 0.001, 0.0001}), close << boost::test_tools::per_element());
  BOOST_TEST(rates("exponential", {"--gamma", "0.5"}) == (Rates{0.01, 0.005, 0.0025}),
             close << boost::test_tools::per_element());
  BOOST_TEST(rates("multi_step", {"--milestones", "1"}) == (Rates{0.01, 0.001, 0.001}),
             close << boost::test_tools::per_element());
  BOOST_TEST(rates("reduce_on_plateau", {}) == (Rates{0.01, 0.01, 0.01}), boost::test_tools::per_element());
  for (const char* name : {"cosine", "one_cycle"}) BOOST_TEST(rates(name, {}).back() < 0.001, name);
  const Rates warm = rates("linear_warmup", {"--warmup_epochs", "2"});
  BOOST_TEST(warm.front() < 0.0055);
  BOOST_TEST(warm.back() == 0.01, close);
}

BOOST_AUTO_TEST_CASE(a_batch_normalised_network_learns_the_small_data_set) {
  const Workplace place;
  check_succeeds(place.train({"--run_dir", "run", "-e", "15", "--batch_norm", "--hidden", "32,16"}));
  const Json summary = place.json("run/summary.json");
  BOOST_TEST(summary["test_accuracy"].get<double>() > 0.5);  // a guess is right in one case of ten
}

BOOST_AUTO_TEST_CASE(it_learns_the_first_two_thousand_real_images_where_they_are_installed) {
  const Workplace place;
  if (!std::filesystem::exists("/usr/share/datasets/fashion-mnist/train-images-idx3-ubyte.gz")) {
    BOOST_TEST_MESSAGE("Fashion-MNIST is not installed: skipped");
    return;
  }
  check_succeeds(place.xgrad(
      {"train", "--limit_train", "2000", "--limit_test", "1000", "-e", "3", "--hidden", "64", "--run_dir", "run", "--quiet"}));
  // A linear classifier on as many images reaches more than 70 %.
  BOOST_TEST(place.json("run/summary.json")["test_accuracy"].get<double>() > 0.65);
}

BOOST_AUTO_TEST_SUITE_END()
