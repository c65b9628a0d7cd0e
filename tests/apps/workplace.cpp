#include "workplace.hpp"

#include <algorithm>
#include <cmath>
#include <fstream>

#include <boost/test/unit_test.hpp>

#include "paths.hpp"
#include "xgrad/nn/data/gaussian_blobs.hpp"
#include "xgrad/nn/data/idx.hpp"

namespace fs = std::filesystem;
using namespace xgrad;

namespace {

constexpr std::size_t train_images = 300, test_images = 100;

void write_part(const data::Dataset<float>& all, std::size_t side, std::size_t begin, std::size_t count, const fs::path& images,
                const fs::path& labels) {
  const Array<float> features = all.features();
  const Indices classes = all.labels();
  data::Bytes pixels = empty_array<std::uint8_t>({count, side, side}), targets = empty_array<std::uint8_t>({count});
  for (std::size_t i = 0; i < pixels.size(); ++i) {
    const float pixel = std::round(128 + features.data()[begin * side * side + i]);
    pixels.data()[i] = static_cast<std::uint8_t>(std::clamp(pixel, 0.0f, 255.0f));
  }
  for (std::size_t i = 0; i < count; ++i) targets.data()[i] = static_cast<std::uint8_t>(classes.data()[begin + i]);
  data::write_idx(images, pixels);
  data::write_idx(labels, targets);
}

}  // namespace

Workplace::Workplace(std::size_t side) {
  const fs::path data = folder_ / "data";
  fs::create_directory(data);
  // The clouds overlap, so that a network's mistakes and its progress can be seen.
  const auto blobs = data::gaussian_blobs<float>({.samples = train_images + test_images,
                                                  .features = side * side,
                                                  .classes = 10,
                                                  .spread = 60,
                                                  .deviation = 45,
                                                  .seed = 7});
  write_part(blobs, side, 0, train_images, data / "train-images-idx3-ubyte", data / "train-labels-idx1-ubyte");
  write_part(blobs, side, train_images, test_images, data / "t10k-images-idx3-ubyte.gz", data / "t10k-labels-idx1-ubyte.gz");
}

Finished Workplace::xgrad(const std::vector<std::string>& arguments, Surroundings surroundings) const {
  if (surroundings.folder.empty()) surroundings.folder = path();
  return ChildProcess(xgrad::test::program_path(), arguments, surroundings).wait();
}

std::vector<std::string> Workplace::training(const std::vector<std::string>& more) {
  std::vector<std::string> arguments{"train", "--data_dir", "data", "--hidden", "16",   "-b",
                                     "32",    "-e",         "2",    "-lr",      "0.01", "--quiet"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return arguments;
}

Finished Workplace::train(const std::vector<std::string>& more, Surroundings surroundings) const {
  return xgrad(training(more), std::move(surroundings));
}

Json Workplace::json(const std::string& file) const { return Json::parse(bytes(file)); }

std::vector<Json> Workplace::lines(const std::string& file) const {
  std::ifstream in(folder_ / file);
  std::vector<Json> result;
  for (std::string line; std::getline(in, line);) result.push_back(Json::parse(line));
  return result;
}

std::vector<std::string> names_in(const fs::path& folder) {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder)) names.push_back(entry.path().filename().string());
  std::sort(names.begin(), names.end());
  return names;
}

std::vector<Json> without_timings(std::vector<Json> metrics) {
  for (Json& epoch : metrics) {
    epoch.erase("seconds");
    epoch.erase("samples_per_second");
  }
  return metrics;
}

void check_fails(const Finished& finished, int status, const std::vector<std::string>& parts) {
  const std::string& said = finished.errors;
  BOOST_TEST(finished.signal == 0);
  BOOST_TEST(finished.status == status);
  BOOST_TEST(finished.output == "");
  BOOST_TEST(said.rfind("xgrad: ", 0) == 0u, "it said: " << said);
  BOOST_TEST(std::count(said.begin(), said.end(), '\n') == 1, "it said: " << said);
  for (const std::string& part : parts) BOOST_TEST((said.find(part) != said.npos), "'" << part << "' is not in: " << said);
}

void check_succeeds(const Finished& finished) {
  BOOST_TEST(finished.signal == 0);
  BOOST_TEST(finished.status == 0, "it said: " << finished.errors);
}
