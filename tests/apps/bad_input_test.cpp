#include <functional>
#include <string>
#include <utility>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "workplace.hpp"

namespace fs = std::filesystem;

namespace {

const std::string images = "data/train-images-idx3-ubyte", labels = "data/train-labels-idx1-ubyte";
const std::string packed_images = "data/t10k-images-idx3-ubyte.gz", packed_labels = "data/t10k-labels-idx1-ubyte.gz";

// Changes a file of the data set, and checks that a run says what is wrong with it and leaves no folder behind.
void check_damage(const std::string& file, const std::function<void(std::string&)>& damage, const std::string& says) {
  const Workplace place;
  std::string bytes = place.bytes(file);
  damage(bytes);
  write_bytes(place / file, bytes);
  check_fails(place.train({"--run_dir", "run"}), 1, {file, says});
  BOOST_TEST(!place.exists("run"));
}

using Words = std::vector<std::string>;

}  // namespace

BOOST_AUTO_TEST_SUITE(bad_input)

BOOST_AUTO_TEST_CASE(a_truncated_file_is_refused) {
  for (const std::string& file : {images, labels, packed_images, packed_labels})
    check_damage(
        file, [](std::string& bytes) { bytes.resize(bytes.size() / 2); }, "");
  for (const std::string& file : {images, packed_labels}) {
    check_damage(
        file, [](std::string& bytes) { bytes.pop_back(); }, "");
    check_damage(
        file, [](std::string& bytes) { bytes.resize(6); }, "");
    check_damage(
        file, [](std::string& bytes) { bytes.clear(); }, "");
  }
}

BOOST_AUTO_TEST_CASE(a_file_that_goes_on_too_long_is_refused) {
  for (const std::string& file : {images, labels, packed_images})
    check_damage(
        file, [](std::string& bytes) { bytes += std::string(3, '\1'); }, "");
}

BOOST_AUTO_TEST_CASE(a_corrupt_gzip_file_is_refused) {
  check_damage(
      packed_images, [](std::string& bytes) { bytes[bytes.size() / 2] ^= 0x55; }, "");
  check_damage(
      packed_labels, [](std::string& bytes) { bytes[bytes.size() - 5] ^= 0x55; }, "");
}

BOOST_AUTO_TEST_CASE(a_wrong_header_is_refused) {
  check_damage(
      images, [](std::string& bytes) { bytes[0] = 1; }, "");  // not zero
  check_damage(
      images, [](std::string& bytes) { bytes[2] = 0x0D; }, "");  // floats
  check_damage(
      images, [](std::string& bytes) { bytes[3] = 1; }, "");  // labels
  check_damage(
      images, [](std::string& bytes) { bytes.replace(4, 4, "\xff\xff\xff\xff"); }, "");
  check_damage(
      labels, [](std::string& bytes) { bytes[8] = 10; }, "");  // there are ten classes, 0 to 9
  check_damage(
      labels, [](std::string& bytes) { bytes[7] = 43, bytes.resize(8 + 299); }, "300");  // a label too few
}

BOOST_AUTO_TEST_CASE(missing_data_is_refused) {
  const Workplace place;
  check_fails(place.train({"--data_dir", "nowhere", "--run_dir", "run"}), 1, {"nowhere"});
  fs::remove(place / labels);
  check_fails(place.train({"--run_dir", "run"}), 1, {"data", "train-labels-idx1-ubyte"});
  BOOST_TEST(!place.exists("run"));
}

BOOST_AUTO_TEST_CASE(impossible_options_are_refused_and_leave_nothing) {
  const Workplace place;
  const std::vector<std::pair<Words, Words>> cases{
      {{"-e", "0"}, {"--epochs"}},
      {{"-e", "-1"}, {"--epochs", "-1"}},
      {{"-e", "1.5"}, {"--epochs", "1.5"}},
      {{"-e", "many"}, {"--epochs", "many"}},
      {{"-b", "0"}, {"--batch_size"}},
      {{"--limit_train", "99999999999999999999"}, {"--limit_train"}},
      {{"--dropout", "1"}, {"--dropout 1", "below 1"}},
      {{"--noise", "-0.1"}, {"--noise -0.1", "0 or more"}},
      {{"--oriented_gradients", "1"}, {"--oriented_gradients 1", "2 to 180"}},
      {{"--oriented_gradients", "8", "--features_from", "runs"}, {"--oriented_gradients", "--features_from"}},
      {{"--mixup", "-1"}, {"--mixup -1", "0 or more"}},
      {{"--mixup", "inf"}, {"--mixup"}},
      {{"--mixup", "0.2", "--task", "reconstruct"}, {"--mixup", "--task reconstruct"}},
      {{"--mixup", "0.2", "-o", "lbfgs"}, {"--mixup", "lbfgs"}},
      {{"--dropout", "-0.1"}, {"--dropout -0.1"}},
      {{"-lr", "-0.1"}, {"--learning_rate -0.1", "above 0"}},
      {{"-lr", "0"}, {"--learning_rate 0"}},
      {{"-lr", "nan"}, {"--learning_rate"}},
      {{"-lr", "inf"}, {"--learning_rate"}},
      {{"-lr", "fast"}, {"--learning_rate", "fast"}},
      {{"-w_d", "-1"}, {"--weight_decay -1"}},
      {{"-eps", "inf"}, {"--epsilon"}},
      {{"-beta1", "1"}, {"--beta1 1"}},
      {{"-m", "1.5"}, {"--momentum 1.5"}},
      {{"--gamma", "-1"}, {"--gamma -1"}},
      {{"--ema", "1"}, {"--ema 1"}},
      {{"--val_fraction", "1"}, {"--val_fraction 1"}},
      {{"--label_smoothing", "0.1", "-l", "mean_squared_error"}, {"--label_smoothing", "cross_entropy"}},
      {{"--hidden", "8,0"}, {"--hidden"}},
      {{"--hidden", "8,-1"}, {"--hidden", "-1"}},
      {{"--hidden", "8;9"}, {"--hidden", "8;9"}},
      {{"--early_stopping", "2", "--val_fraction", "0"}, {"--monitor val_loss", "--val_fraction is 0"}},
      {{"--scheduler", "reduce_on_plateau", "--val_fraction", "0"}, {"--monitor val_loss", "--val_fraction is 0"}},
      {{"--scheduler", "multi_step"}, {"--milestones"}},
      {{"--scheduler", "step", "--step_size", "0"}, {"--step_size"}},
      {{"--drop_last", "-b", "1000"}, {"--drop_last", "--batch_size"}},
      {{"--batch_norm", "-b", "269"}, {"--batch_norm", "270", "269", "--drop_last"}},  // 270 images: one is left over
      {{"--batch_norm", "-b", "1"}, {"--batch_norm", "--batch_size"}},
      {{"--early_stopping", "2", "--val_fraction", "0.0001"}, {"--monitor val_loss", "--val_fraction 0.0001"}},
      {{"--scheduler", "reduce_on_plateau", "--val_fraction", "0.0001"}, {"--monitor val_loss", "--val_fraction 0.0001"}},
      {{"--scheduler", "reduce_on_plateau", "--gamma", "1"}, {"--gamma 1", "less than 1"}},
      {{"--dropout", "0,5"}, {"--dropout", "'0,5' is not a number", "0.5"}},
      {{"--dropout", ""}, {"--dropout", "'' is not a number"}},
      {{"-lr", ""}, {"--learning_rate", "'' is not a number"}},
      {{"--seed", "1,5"}, {"--seed", "'1,5' is not a whole number"}},
      {{"--save_model", "data"}, {"--save_model data", "is a folder", "data/model.safetensors"}},
      {{"--init_from", "caf\xe9.safetensors"}, {"UTF-8"}},
      {{"--limit_train", "1", "--val_fraction", "0.9"}, {"val_fraction"}},
      {{"--threads", "100000"}, {"100000"}},
      {{"extra"}, {"extra"}}};
  for (const auto& [words, parts] : cases) {
    BOOST_TEST_CONTEXT(words[0] << " " << words.back()) {
      Words arguments{"--run_dir", "run"};
      arguments.insert(arguments.end(), words.begin(), words.end());
      check_fails(place.train(arguments), 2, parts);
      BOOST_TEST(!place.exists("run"));
    }
  }
}

BOOST_AUTO_TEST_CASE(folders_that_a_run_cannot_have_are_refused) {
  const Workplace place;
  check_fails(place.train({"--run_dir", "bad\xff"}), 2, {"UTF-8"});
  check_fails(place.train({"--wandb_project", "../elsewhere"}), 2, {"--wandb_project ../elsewhere", "--run_dir"});
  check_fails(place.train({"--wandb_entity", "/elsewhere"}), 2, {"--wandb_entity /elsewhere", "--run_dir"});
  check_fails(place.xgrad({"train", "--resume", ""}), 2, {"--resume", "empty"});
  BOOST_TEST((names_in(place.path()) == Words{"data"}));
}

#ifndef __SANITIZE_ADDRESS__  // under which such a request ends the program
BOOST_AUTO_TEST_CASE(a_network_too_large_for_the_memory_is_refused) {
  const Workplace place;  // more than any processor can address
  check_fails(place.train({"--run_dir", "run", "--hidden", "1000000000000000"}), 1, {"memory"});
}
#endif

BOOST_AUTO_TEST_CASE(output_that_cannot_be_written_is_an_error_before_anything_is_trained) {
  const Workplace place;
  write_bytes(place / "file", "a good file");
  check_fails(place.train({"--run_dir", "file/run"}), 1, {"file/run"});
  check_fails(place.train({"--run_dir", "/proc/xgrad"}), 1, {"/proc/xgrad"});
  check_fails(place.train({"--run_dir", "run", "--save_model", "file/model.safetensors"}), 1, {"--save_model"});
  check_fails(place.train({"--run_dir", "run", "--save_model", "nowhere/model.safetensors"}), 1, {"--save_model", "nowhere"});
  BOOST_TEST(!place.exists("run"));
  BOOST_TEST(place.bytes("file") == "a good file");
}

BOOST_AUTO_TEST_CASE(a_full_disk_ends_the_run_and_leaves_good_files_whole) {
  const Workplace place;
  check_succeeds(place.train({"--run_dir", "run", "-e", "1"}));
  fs::copy(place / "run/model.safetensors", place / "good.safetensors");
  const std::string good = place.bytes("good.safetensors");
  // The model fits into no file of 2,000 bytes, config.json does.
  const Finished finished = place.train({"--run_dir", "full", "--save_model", "good.safetensors"}, {.file_size_limit = 2000});
  check_fails(finished, 1, {"full/"});
  BOOST_TEST(place.bytes("good.safetensors") == good);
  BOOST_TEST(!place.exists("full/model.safetensors"));
  for (const std::string& name : names_in(place / "full"))
    BOOST_TEST((name == "config.json" || name == "metrics.jsonl"), name << " is left behind");
}

BOOST_AUTO_TEST_CASE(a_run_counts_as_done_only_when_all_its_files_are_there) {
  const Workplace place;
  fs::create_directories(place / "run/pictures.json/in the way");
  check_fails(place.train({"--run_dir", "run"}), 1, {"run/pictures.json"});
  BOOST_TEST(!place.exists("run/summary.json"));
  fs::remove_all(place / "run/pictures.json");
  check_succeeds(place.xgrad({"train", "--resume", "run", "--quiet"}));
  for (const char* name : {"summary.json", "pictures.json", "model.safetensors"})
    BOOST_TEST(place.exists(std::string("run/") + name), name);
}

BOOST_AUTO_TEST_CASE(a_log_that_the_disk_has_no_room_for_ends_the_run) {
  const Workplace place;  // steps.jsonl outgrows the limit before the first checkpoint is due
  const Finished finished =
      place.train({"--run_dir", "run", "--log_steps", "-b", "1", "--hidden", "4"}, {.file_size_limit = 8000});
  check_fails(finished, 1, {"steps.jsonl", "disk"});
  BOOST_TEST(place.lines("run/metrics.jsonl").empty());
}

BOOST_AUTO_TEST_CASE(a_damaged_model_is_refused_and_stays_untouched) {
  const Workplace place;
  check_succeeds(place.train({"--run_dir", "run", "-e", "1"}));
  const std::string good = place.bytes("run/model.safetensors");
  std::string long_header = good;
  long_header[6] = '\x7f';
  for (const std::string& bad : {good.substr(0, good.size() - 3), good + "more", good.substr(0, 5), std::string(), long_header,
                                 std::string("\x10\0\0\0\0\0\0\0{not json at all", 24)}) {
    write_bytes(place / "run/model.safetensors", bad);
    check_fails(place.xgrad({"evaluate", "run"}), 1, {"run/model.safetensors"});
    check_fails(place.train({"--run_dir", "new", "--init_from", "run/model.safetensors"}), 1, {"run/model.safetensors"});
    BOOST_TEST((place.bytes("run/model.safetensors") == bad));
  }
  BOOST_TEST(!place.exists("new"));
}

BOOST_AUTO_TEST_CASE(weights_of_another_network_are_refused) {
  const Workplace place;
  check_succeeds(place.train({"--run_dir", "run", "-e", "1"}));
  const Finished wider = place.train({"--run_dir", "new", "--init_from", "run/model.safetensors", "--hidden", "17"});
  check_fails(wider, 1, {"run/model.safetensors", "0.weight", "(16, 36)", "(17, 36)"});
  const Finished deeper = place.train({"--run_dir", "new", "--init_from", "run/model.safetensors", "--hidden", "16,16"});
  check_fails(deeper, 2, {"run/model.safetensors"});
  BOOST_TEST(!place.exists("new"));
}

BOOST_AUTO_TEST_CASE(a_damaged_checkpoint_is_refused_and_stays_untouched) {
  const Workplace place;
  check_succeeds(place.train({"--run_dir", "run", "-e", "1"}));
  const std::string good = place.bytes("run/checkpoint.safetensors");
  std::string other = good;
  other.replace(other.find("xgrad_checkpoint"), 5, "ygrad");
  std::string no_json = good;
  no_json.replace(no_json.find("progress"), 8, "prograss");
  for (const std::string& bad : {good.substr(0, good.size() / 2), std::string("garbage"), other, no_json}) {
    write_bytes(place / "run/checkpoint.safetensors", bad);
    check_fails(place.xgrad({"train", "--resume", "run"}), 1, {"run/checkpoint.safetensors"});
    BOOST_TEST((place.bytes("run/checkpoint.safetensors") == bad));
    BOOST_TEST(place.lines("run/metrics.jsonl").size() == 1u);
  }
}

BOOST_AUTO_TEST_CASE(a_damaged_config_is_refused) {
  const Workplace place;
  check_succeeds(place.train({"--run_dir", "run", "-e", "1"}));
  const auto check = [&](const std::string& config, int status, const std::string& part) {
    write_bytes(place / "run/config.json", config);
    for (const Words& words : {Words{"evaluate", "run"}, {"predict", "run"}, {"train", "--resume", "run"}})
      check_fails(place.xgrad(words), status, {"run/config.json", part});
  };
  check("{\"epochs\": ", 1, "JSON");
  check("[1, 2]", 2, "object");
  check("{\"epochs\": -1}", 2, "'epochs': -1");
  check("{\"epochs\": 1.5}", 2, "'epochs': 1.5");
  check("{\"hidden\": [8, -1]}", 2, "'hidden'");
  check("{\"batch_norm\": 1}", 2, "'batch_norm'");
  check("{\"epoch\": 1}", 2, "did you mean 'epochs'?");
  check("{\"epochs\": 0}", 2, "--epochs: give at least 1");
  check("{\"hidden\": " + std::string(200000, '[') + std::string(200000, ']') + "}", 1, "nested more than 64 deep");
  fs::remove(place / "run/config.json");
  fs::create_directory(place / "run/config.json");
  check_fails(place.xgrad({"evaluate", "run"}), 1, {"run/config.json", "is a folder"});
}

BOOST_AUTO_TEST_CASE(a_damaged_yaml_file_is_refused) {
  const Workplace place;
  const auto check = [&](const std::string& yaml, const std::string& part) {
    write_bytes(place / "options.yaml", yaml);
    check_fails(place.train({"--config", "options.yaml", "--run_dir", "run"}), 2, {part});
  };
  check("epochs: [1, 2", "options.yaml");
  check("just words", "options.yaml");
  check("epochs: {a: 1}", "'epochs'");
  check("step_size: three", "--step_size");
  check("epoch: 3", "did you mean '--epochs'?");
  check("batch_norm: maybe", "--batch_norm");
  check("hidden: &a [*a]", "'hidden'");  // refers to itself
  check("config: more.yaml", "cannot name another");
  check("cfg: more.yaml", "cannot name another");
  check("? [a, b]\n: 1", "options.yaml");
  check_fails(place.train({"--config", "missing.yaml"}), 1, {"missing.yaml"});
  check_fails(place.train({"--config", "data"}), 2, {"data"});
  BOOST_TEST(!place.exists("run"));
}

BOOST_AUTO_TEST_SUITE_END()
