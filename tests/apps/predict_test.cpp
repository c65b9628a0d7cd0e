#include <algorithm>
#include <cmath>
#include <limits>
#include <sstream>
#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>
#include <fmt/format.h>

#include "workplace.hpp"
#include "xgrad/nn/data/idx.hpp"
#include "xgrad/tensor/npy.hpp"

using namespace xgrad;

namespace {

Array<float> filled(const Shape& shape, float value) {
  Array<float> pixels = empty_array<float>(shape);
  std::fill_n(pixels.data(), pixels.size(), value);
  return pixels;
}

struct Trained : Workplace {
  Trained() { check_succeeds(train({"--run_dir", "run", "--hidden", "8"})); }

  // One object a line.
  std::vector<Json> predictions(const std::vector<std::string>& more) const {
    std::vector<std::string> words{"predict", "run", "--json"};
    words.insert(words.end(), more.begin(), more.end());
    const Finished finished = xgrad(words);
    check_succeeds(finished);
    std::istringstream in(finished.output);
    std::vector<Json> result;
    for (std::string line; std::getline(in, line);) result.push_back(Json::parse(line));
    return result;
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(predict, Trained)

BOOST_AUTO_TEST_CASE(predictions_are_right_as_often_as_the_summary_says) {
  const std::vector<Json> images = predictions({"--top", "10"});
  const Indices labels = data::read_idx_labels(*this / "data/t10k-labels-idx1-ubyte.gz");
  BOOST_REQUIRE(images.size() == 100u);
  int right = 0;
  for (std::size_t i = 0; i < images.size(); ++i) {
    BOOST_TEST(images[i]["image"] == i);
    right += images[i]["predicted"] == labels.data()[i];
    double sum = 0, before = 1;
    for (const Json& c : images[i]["classes"]) {
      BOOST_TEST(c["probability"].get<double>() <= before);
      before = c["probability"].get<double>();
      sum += before;
    }
    BOOST_TEST(std::abs(sum - 1) < 1e-5);  // ten floats
  }
  BOOST_TEST(right == std::lround(100 * json("run/summary.json")["test_accuracy"].get<double>()));
}

BOOST_AUTO_TEST_CASE(a_network_that_was_trained_with_noise_predicts_without) {
  check_succeeds(train({"--run_dir", "noisy", "--hidden", "8", "--noise", "0.1"}));
  const std::vector<std::string> words{"predict", "noisy", "--input", "data/t10k-images-idx3-ubyte.gz", "--rows", "0,1"};
  const Finished once = xgrad(words), twice = xgrad(words);
  check_succeeds(once);
  BOOST_TEST(once.output == twice.output);
}

BOOST_AUTO_TEST_CASE(images_come_from_idx_and_npy_files_alike) {
  const std::vector<Json> expected = predictions({});
  std::filesystem::copy(*this / "data/t10k-images-idx3-ubyte.gz", *this / "images.gz");
  const data::Bytes bytes = data::read_idx_images(*this / "images.gz");
  Array<float> pixels = empty_array<float>({100, 36});
  for (std::size_t i = 0; i < pixels.size(); ++i) pixels.data()[i] = static_cast<float>(bytes.data()[i]) / 255;
  write_npy(*this / "images.npy", pixels);
  std::filesystem::remove_all(*this / "data");  // a model needs no data but the images
  BOOST_TEST((predictions({"--input", "images.gz"}) == expected));
  BOOST_TEST((predictions({"--input", "images.npy"}) == expected));
}

BOOST_AUTO_TEST_CASE(chosen_rows_come_in_the_order_asked_for) {
  const std::vector<Json> all = predictions({}), some = predictions({"--rows", "99,0,7"});
  BOOST_TEST((some == std::vector<Json>{all[99], all[0], all[7]}));
}

BOOST_AUTO_TEST_CASE(without_json_there_is_a_readable_line_for_each_image) {
  const Finished finished = xgrad({"predict", "run", "--rows", "3", "--top", "2"});
  check_succeeds(finished);
  BOOST_TEST((finished.output.find(" %") != finished.output.npos));
  BOOST_TEST(std::count(finished.output.begin(), finished.output.end(), '\n') == 1);
}

BOOST_AUTO_TEST_CASE(what_cannot_be_predicted_is_refused) {
  check_fails(xgrad({"predict", "run", "--rows", "100"}), 2, {"--rows 100", "100 images"});
  for (const char* rows : {"-1", "1.5", "99999999999999999999"})
    check_fails(xgrad({"predict", "run", "--rows", rows}), 2, {"--rows", rows, "not a whole number"});
  check_fails(xgrad({"predict", "run", "--rows", "0,,3"}), 2, {"--rows", "'' is not a whole number"});
  check_fails(xgrad({"predict", "run", "--rows", ""}), 2, {"--rows", "names no image"});
  check_fails(xgrad({"predict", "run", "--limit_test", "-1"}), 2, {"--limit_test", "'-1' is not a whole number"});
  check_fails(xgrad({"predict", "run", "--input", "missing.gz"}), 1, {"missing.gz"});
  check_fails(xgrad({"predict", "run", "--top", "0"}), 2, {"--top"});
  write_npy(*this / "wrong.npy", filled({3, 35}, 0));
  check_fails(xgrad({"predict", "run", "--input", "wrong.npy"}), 1, {"wrong.npy", "35 pixels", "36"});
  for (const float wrong : {255.0f, -1.0f, std::numeric_limits<float>::quiet_NaN()}) {
    write_npy(*this / "range.npy", filled({1, 36}, wrong));
    check_fails(xgrad({"predict", "run", "--input", "range.npy"}), 2, {"range.npy", fmt::format("{}", wrong), "from 0 to 1"});
  }
  write_npy(*this / "flat.npy", empty_array<float>({36}));
  check_fails(xgrad({"predict", "run", "--input", "flat.npy"}), 1, {"flat.npy", "(36"});
  write_bytes(*this / "not.npy", "no array");
  check_fails(xgrad({"predict", "run", "--input", "not.npy"}), 1, {"not.npy"});
}

BOOST_AUTO_TEST_CASE(output_that_cannot_be_written_is_an_error) {
  check_fails(xgrad({"predict", "run"}, {.output_to = "/dev/full"}), 1, {"standard output"});
}

BOOST_AUTO_TEST_CASE(images_for_a_network_that_sees_oriented_gradients_are_counted_in_pixels) {
  const Workplace other(8);
  for (const char* noise : {"0", "0.1"}) {
    const std::string run = std::string("run_") + noise;
    check_succeeds(other.train({"--run_dir", run, "--oriented_gradients", "4", "--noise", noise}));
    const Finished finished = other.xgrad({"predict", run, "--json"});
    check_succeeds(finished);
    BOOST_TEST(std::count(finished.output.begin(), finished.output.end(), '\n') == 100);
    write_npy(other / "small.npy", filled({2, 36}, 0.5f));
    check_fails(other.xgrad({"predict", run, "--input", "small.npy"}), 1, {"36 pixels", "64"});
  }
}

BOOST_AUTO_TEST_SUITE_END()
