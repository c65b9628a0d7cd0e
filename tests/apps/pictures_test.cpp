// pictures.json: what a run shows of itself.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "workplace.hpp"
#include "xgrad/nn/data/idx.hpp"
#include "xgrad/nn/safetensors.hpp"

using namespace xgrad;

namespace {

constexpr std::size_t pixels = 36;

std::vector<std::uint8_t> decoded(const std::string& text) {
  const std::string letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::vector<std::uint8_t> bytes;
  unsigned bits = 0, count = 0;
  for (const char letter : text) {
    if (letter == '=') break;
    const std::size_t value = letters.find(letter);
    BOOST_REQUIRE(value != letters.npos);
    bits = (bits << 6) | static_cast<unsigned>(value);
    if ((count += 6) < 8) continue;
    count -= 8;
    bytes.push_back(static_cast<std::uint8_t>(bits >> count));
  }
  return bytes;
}

struct TestImages {
  data::Bytes images;
  Indices labels;

  explicit TestImages(const Workplace& place)
      : images(data::read_idx_images(place / "data/t10k-images-idx3-ubyte.gz")),
        labels(data::read_idx_labels(place / "data/t10k-labels-idx1-ubyte.gz")) {}

  std::vector<std::uint8_t> image(std::size_t row) const {
    return {images.data() + row * pixels, images.data() + (row + 1) * pixels};
  }
};

void check_first_layer(const std::vector<std::string>& options, const char* weight, std::size_t side = 6) {
  const Workplace place(side);
  const std::size_t count = side * side;
  check_succeeds(place.train(options));
  const Json units = place.json("run/pictures.json")["first_layer"];
  const Array<float> weights = nn::read_safetensors(place / "run/model.safetensors").get<float>(weight);
  BOOST_REQUIRE(units.size() == 64u);
  for (std::size_t u = 0; u < 64; ++u) {
    BOOST_TEST(units[u]["unit"] == u);
    const float* w = weights.data() + u * weights.shape()[1];
    const float scale = std::abs(*std::max_element(w, w + count, [](float a, float b) { return std::abs(a) < std::abs(b); }));
    BOOST_TEST(units[u]["scale"].get<double>() == static_cast<double>(scale));
    const std::vector<std::uint8_t> bytes = decoded(units[u]["pixels"]);
    BOOST_REQUIRE(bytes.size() == count);
    for (std::size_t i = 0; i < count; ++i)
      BOOST_TEST(std::abs((bytes[i] - 128.0) / 127 - w[i] / scale) <= 0.5 / 127 + 1e-6);  // rounding to a byte
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(pictures)

BOOST_AUTO_TEST_CASE(the_test_images_confused_with_most_confidence_are_shown_as_they_are_in_the_file) {
  const Workplace place;
  const TestImages test(place);
  for (const char* more : {"--batch_norm", "--standardize"}) {  // what the network sees does not matter
    const std::string run = std::string("run") + more;
    check_succeeds(place.train({"--run_dir", run, more}));
    const Json json = place.json(run + "/pictures.json");
    BOOST_TEST(json["width"] == 6);
    BOOST_TEST(json["height"] == 6);
    BOOST_REQUIRE(json["confused"].size() == 12u);  // of a hundred, after two epochs
    double before = 1;
    for (const Json& image : json["confused"]) {
      const auto row = image["index"].get<std::size_t>();
      BOOST_TEST((decoded(image["pixels"]) == test.image(row)));
      BOOST_TEST(image["label"] == test.labels.data()[row]);
      BOOST_TEST(image["predicted"] != image["label"]);
      const double confidence = image["confidence"];
      BOOST_TEST((confidence <= before && confidence > 0.1));  // above a share of one in ten classes
      before = confidence;
    }
    // The same as predict says of them.
    const Json& first = json["confused"][0];
    const Finished said =
        place.xgrad({"predict", run, "--json", "--top", "1", "--rows", std::to_string(first["index"].get<int>())});
    const Json expected = Json::parse(said.output)["classes"][0];
    BOOST_TEST(expected["class"] == first["predicted"]);
    BOOST_TEST(expected["probability"].get<double>() == first["confidence"].get<double>(),
               boost::test_tools::tolerance(1e-5));  // of floats, in batches of another size
  }
}

BOOST_AUTO_TEST_CASE(the_weights_of_the_first_units_are_bytes_around_128) {
  check_first_layer({"--run_dir", "run", "--hidden", "70"}, "0.weight");
}

BOOST_AUTO_TEST_CASE(the_first_layer_is_found_behind_noise) {
  check_first_layer({"--run_dir", "run", "--hidden", "70", "--noise", "0.1"}, "1.weight");
}

BOOST_AUTO_TEST_CASE(the_weights_of_pixels_are_shown_where_the_first_layer_sees_more) {
  check_first_layer({"--run_dir", "run", "--hidden", "70", "--oriented_gradients", "4"}, "1.weight", 8);
  check_first_layer({"--run_dir", "run", "--hidden", "70", "--oriented_gradients", "4", "--noise", "0.1"}, "2.weight", 8);
}

BOOST_AUTO_TEST_CASE(weights_that_are_all_zero_are_grey) {
  const Workplace place;
  check_succeeds(place.train({"--run_dir", "run", "-w_i", "zeros", "-a", "relu"}));
  const Json pictures = place.json("run/pictures.json");
  for (const Json& unit : pictures["first_layer"]) {
    BOOST_TEST(unit["scale"] == 0.0);
    for (const std::uint8_t byte : decoded(unit["pixels"])) BOOST_TEST(byte == 128);
  }
}

BOOST_AUTO_TEST_CASE(an_autoencoder_shows_ten_test_images_beside_what_it_makes_of_them) {
  const Workplace place;
  const TestImages test(place);
  check_succeeds(place.train({"--run_dir", "run", "--task", "reconstruct", "-e", "60", "--hidden", "32", "-a", "tanh"}));
  const Json json = place.json("run/pictures.json");
  BOOST_TEST(!json.contains("confused"));
  BOOST_REQUIRE(json["reconstructions"].size() == 10u);
  double squares = 0;
  for (std::size_t row = 0; row < 10; ++row) {
    const Json& image = json["reconstructions"][row];
    BOOST_TEST(image["index"] == row);
    BOOST_TEST(image["label"] == test.labels.data()[row]);
    const std::vector<std::uint8_t> original = decoded(image["original"]), made = decoded(image["reconstruction"]);
    BOOST_TEST((original == test.image(row)));
    BOOST_REQUIRE(made.size() == pixels);
    for (std::size_t i = 0; i < pixels; ++i) squares += std::pow((original[i] - made[i]) / 255.0, 2);
  }
  // Ten of a hundred images: their mean is near that of all.
  const double loss = place.json("run/summary.json")["test_loss"];
  BOOST_TEST(squares / (10 * pixels) < 1.5 * loss);
  BOOST_TEST(squares / (10 * pixels) > loss / 1.5);
}

BOOST_AUTO_TEST_SUITE_END()
