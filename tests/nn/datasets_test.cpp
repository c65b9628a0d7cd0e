#include <cmath>
#include <cstdlib>
#include <optional>
#include <string>

#include <boost/test/unit_test.hpp>

#include "environment.hpp"
#include "error_text.hpp"
#include "temporary_folder.hpp"
#include "xgrad/nn/data/catalogue.hpp"
#include "xgrad/nn/data/dataset.hpp"
#include "xgrad/nn/data/gaussian_blobs.hpp"
#include "xgrad/nn/data/load.hpp"
#include "xgrad/nn/data/locate.hpp"
#include "xgrad/nn/data/one_hot.hpp"
#include "xgrad/nn/data/sha256.hpp"
#include "xgrad/nn/data/standardizer.hpp"
#include "xgrad/tensor/error.hpp"
#include "xgrad/tensor/parallel.hpp"

using namespace xgrad;
using namespace xgrad::data;
namespace fs = std::filesystem;

namespace {

Bytes numbered_bytes(const Shape& shape) {
  Bytes bytes = empty_array<std::uint8_t>(shape);
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes.data()[i] = static_cast<std::uint8_t>(i);
  return bytes;
}

// Four images of two rows and three columns, bytes 0 to 23, labels 0 1 0 1.
template <class T>
Dataset<T> small_images() {
  return Dataset<T>(numbered_bytes({4, 2, 3}), Indices{0, 1, 0, 1},
                    {.name = "small", .class_names = {"a", "b"}, .height = 2, .width = 3});
}

Bytes labels_as_bytes(std::size_t count) {
  Bytes labels = empty_array<std::uint8_t>({count});
  for (std::size_t i = 0; i < count; ++i) labels.data()[i] = static_cast<std::uint8_t>(i % 10);
  return labels;
}

// The four files of a data set of 12 training and 5 test images, 2 by 3 pixels.
void write_files(const fs::path& folder, const std::string& ending = "") {
  fs::create_directories(folder);
  const auto path = [&](std::size_t i) { return folder / (std::string(file_names[i]) + ending); };
  write_idx(path(0), numbered_bytes({12, 2, 3}));
  write_idx(path(1), labels_as_bytes(12));
  write_idx(path(2), numbered_bytes({5, 2, 3}));
  write_idx(path(3), labels_as_bytes(5));
}

// A place of its own for every folder that is looked into by default.
struct Places {
  TemporaryFolder data, cache;
  Environment data_dir{"XGRAD_DATA_DIR", data.path().string()}, cache_home{"XDG_CACHE_HOME", cache.path().string()};
};

std::optional<fs::path> real_mnist() {
  const char* folder = std::getenv("XGRAD_TEST_MNIST");
  try {
    return locate("mnist", folder ? folder : "").folder;
  } catch (const IoError&) { return std::nullopt; }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(datasets)

BOOST_AUTO_TEST_CASE(a_pixel_is_its_byte_divided_by_255_rounded_once) {
  const Dataset<float> floats(numbered_bytes({1, 256}), Indices{0}, {.class_names = {"a"}});
  const Dataset<double> doubles(numbered_bytes({1, 256}), Indices{0}, {.class_names = {"a"}});
  for (std::size_t i = 0; i < 256; ++i) {
    BOOST_TEST(floats.features().data()[i] == static_cast<float>(i) / 255.0f);
    BOOST_TEST(doubles.features().data()[i] == static_cast<double>(i) / 255.0);
  }
}

BOOST_AUTO_TEST_CASE(rows_come_in_the_order_asked_for_with_their_labels) {
  const auto images = small_images<double>();
  BOOST_TEST(images.size() == 4u);
  BOOST_TEST(images.feature_count() == 6u);
  BOOST_TEST(images.class_count() == 2u);
  const Array<double> features = images.features(Indices{3, 0, 3});
  BOOST_CHECK((features.shape() == Shape{3, 6}));
  BOOST_TEST(features(0, 0) == 18.0 / 255);
  BOOST_TEST(features(1, 5) == 5.0 / 255);
  BOOST_TEST(features(2, 5) == 23.0 / 255);
  BOOST_CHECK((images.labels(Indices{3, 0, 2}) == Indices{1, 0, 0}));
}

BOOST_AUTO_TEST_CASE(a_subset_is_the_rows_named_and_can_be_divided_again) {
  const auto subset = small_images<double>().subset(Indices{3, 1, 0});
  BOOST_CHECK((subset.labels() == Indices{1, 1, 0}));
  BOOST_TEST(subset.features()(0, 0) == 18.0 / 255);
  const auto again = subset.subset(Indices{2, 0}).first(1);
  BOOST_TEST(again.size() == 1u);
  BOOST_TEST(again.features()(0, 0) == 0.0);
  BOOST_TEST(subset.first(2).features()(1, 0) == 6.0 / 255);
  BOOST_TEST(subset.subset(empty_array<std::int64_t>({0})).size() == 0u);
}

BOOST_AUTO_TEST_CASE(an_image_keeps_its_shape_and_its_pixels) {
  const auto images = small_images<float>();
  const auto standardised = Standardizer<float>::fit(images).apply(images);
  for (const auto& dataset : {images, standardised}) {
    const Array<float> image = dataset.subset(Indices{2}).image(0);
    BOOST_CHECK((image.shape() == Shape{2, 3}));
    BOOST_TEST(image(1, 2) == 17.0f / 255);
  }
  BOOST_CHECK_THROW(gaussian_blobs<float>().image(0), ShapeError);
}

BOOST_AUTO_TEST_CASE(features_may_be_any_numbers_and_labels_may_be_missing) {
  const Dataset<float> plain(Array<float>{{1, 2}, {3, 4}, {5, 6}}, empty_array<std::int64_t>({0}), {});
  BOOST_TEST(!plain.has_labels());
  BOOST_CHECK((plain.features(Indices{2, 0}) == Array<float>{{5, 6}, {1, 2}}));
  BOOST_TEST(plain.labels(Indices{2, 0}).size() == 0u);
  BOOST_TEST(Dataset<float>().size() == 0u);
}

// Few rows are one piece of work, a batch's an equal one for each thread, many rows more of them.
BOOST_AUTO_TEST_CASE(rows_come_alike_from_any_number_of_threads) {
  const Dataset<float> wide(numbered_bytes({500, 31}), empty_array<std::int64_t>({0}), {});
  for (const std::size_t count : {1, 7, 9, 32, 500}) {
    Indices rows = empty_array<std::int64_t>({count});
    for (std::size_t i = 0; i < count; ++i) rows.data()[i] = static_cast<std::int64_t>(i * 77 % 500);
    const Array<float> alone = wide.features(rows);
    for (std::size_t i = 0; i < count; ++i)
      BOOST_TEST(alone(i, 30) == static_cast<float>((i * 77 % 500 * 31 + 30) % 256) / 255);
    for (const std::size_t threads : {2, 3}) {
      set_thread_count(threads);
      BOOST_TEST((wide.features(rows) == alone), count << " rows, " << threads << " threads");
    }
    set_thread_count(1);
  }
}

BOOST_AUTO_TEST_CASE(samples_that_do_not_fit_their_labels_or_names_are_refused) {
  const Array<float> two{{1, 2}, {3, 4}};
  BOOST_CHECK_EXCEPTION(Dataset<float>(two, Indices{0}, {.class_names = {"a"}}), ShapeError, says({"(2, 2)", "(1,)"}));
  BOOST_CHECK_EXCEPTION(Dataset<float>(two, Indices{0, 1}, {.class_names = {"a"}}), ConfigError, says({"label 1 is 1"}));
  BOOST_CHECK_EXCEPTION(Dataset<float>(two, Indices{0, -1}, {.class_names = {"a"}}), ConfigError, says({"label 1 is -1"}));
  BOOST_CHECK_EXCEPTION(Dataset<float>(two, Indices{0, 0}, {.class_names = {"a"}, .height = 3, .width = 3}), ShapeError,
                        says({"(2, 2)", "3 by 3"}));
  BOOST_CHECK_THROW(Dataset<float>(scalar_array(1.0f), Indices{0}, {.class_names = {"a"}}), ShapeError);
}

BOOST_AUTO_TEST_CASE(rows_that_do_not_exist_are_refused) {
  const auto images = small_images<float>();
  BOOST_CHECK_EXCEPTION(images.features(Indices{0, 4}), ShapeError, says({"row 4", "small", "4 samples"}));
  BOOST_CHECK_THROW(images.labels(Indices{-1}), ShapeError);
  BOOST_CHECK_THROW(images.subset(Indices{4}), ShapeError);
  BOOST_CHECK_THROW(images.first(2).features(Indices{2}), ShapeError);
  BOOST_CHECK_EXCEPTION(images.first(5), ConfigError, says({"first 5 samples of small", "has 4"}));
}

BOOST_AUTO_TEST_CASE(one_hot_has_a_one_at_the_label) {
  BOOST_CHECK((one_hot<double>(Indices{2, 0}, 3) == Array<double>{{0, 0, 1}, {1, 0, 0}}));
  BOOST_CHECK_EXCEPTION(one_hot(Indices{0, 3}, 3), ConfigError, says({"label 1 is 3", "3 classes"}));
  BOOST_CHECK_THROW(one_hot(Indices{-1}, 3), ConfigError);
  BOOST_CHECK_THROW(one_hot(Indices{{1, 2}}, 3), ShapeError);
}

BOOST_AUTO_TEST_CASE(blobs_lie_around_their_centres_and_depend_on_the_seed_alone) {
  const BlobOptions options{.samples = 3000, .features = 4, .classes = 3, .spread = 5, .deviation = 0.5, .seed = 7};
  const auto blobs = gaussian_blobs<double>(options);
  BOOST_TEST(blobs.size() == 3000u);
  BOOST_TEST(blobs.class_count() == 3u);
  for (std::int64_t label = 0; label < 3; ++label) {
    Indices rows = empty_array<std::int64_t>({1000});
    for (std::int64_t i = 0; i < 1000; ++i) rows.data()[i] = 3 * i + label;
    BOOST_CHECK((blobs.labels(rows) == filled_array<std::int64_t>({1000}, label)));
    const auto statistics = Standardizer<double>::fit(blobs.subset(rows));
    for (std::size_t j = 0; j < 4; ++j) {
      BOOST_TEST(std::abs(statistics.mean()(j)) < 5.1);  // a centre within the cube, the mean of 1000 within 0.5·6/√1000 of it
      BOOST_TEST(std::abs(statistics.deviation()(j) - 0.5) < 0.07);  // six standard errors: 0.5·6/√2000
    }
  }
  BOOST_CHECK((gaussian_blobs<double>(options).features() == blobs.features()));
  BOOST_CHECK(!(gaussian_blobs<double>({.samples = 3000, .features = 4, .seed = 8}).features() == blobs.features()));
  BOOST_CHECK_THROW(gaussian_blobs<double>({.classes = 0}), ConfigError);
}

BOOST_AUTO_TEST_CASE(a_folder_given_is_the_only_place_and_both_layouts_are_found) {
  const Places places;
  write_files(places.data / "mnist");
  const TemporaryFolder given;
  BOOST_CHECK_EXCEPTION(locate("mnist", given.path()), IoError, says({given.path().string(), "none of the four files"}));
  write_files(given.path());
  BOOST_TEST(locate("mnist", given.path()).folder == given.path());
  write_files(given / "MNIST", ".gz");
  BOOST_TEST(locate("mnist", given.path()).folder == given / "MNIST");
  BOOST_TEST(locate("mnist", given.path()).files[3] == given / "MNIST" / "t10k-labels-idx1-ubyte.gz");
}

BOOST_AUTO_TEST_CASE(the_environment_comes_before_the_cache_and_that_before_the_package) {
  const Places places;
  write_files(places.cache / "xgrad" / "fashion_mnist");
  BOOST_TEST(locate("fashion_mnist").folder == places.cache / "xgrad" / "fashion_mnist");
  write_files(places.data / "fashion-mnist");
  BOOST_TEST(locate("fashion_mnist").folder == places.data / "fashion-mnist");
  BOOST_TEST(search_folders("fashion_mnist").back() == "/usr/share/datasets/fashion-mnist");
}

BOOST_AUTO_TEST_CASE(without_xdg_cache_home_the_cache_is_below_home) {
  const Environment cache("XDG_CACHE_HOME", std::nullopt), home("HOME", "/home/somebody");
  BOOST_TEST(cache_folder() == "/home/somebody/.cache/xgrad");
}

BOOST_AUTO_TEST_CASE(what_is_not_found_is_reported_with_every_place_and_what_to_do) {
  const Places places;
  fs::create_directories(places.cache / "xgrad" / "mnist");
  write_bytes(places.cache / "xgrad" / "mnist" / "train-images-idx3-ubyte", "");
  write_bytes(places.data / "MNIST", "a file, not a folder");
  BOOST_CHECK_EXCEPTION(
      locate("mnist"), IoError,
      says({places.data.path().string() + "/mnist (no such folder)", "/MNIST (not a folder)",
            places.cache.path().string() + "/xgrad/mnist (lacks train-labels-idx1-ubyte, t10k-images-idx3-ubyte, "
                                           "t10k-labels-idx1-ubyte)",
            "xgrad data download mnist", "--data_dir", "XGRAD_DATA_DIR"}));
  BOOST_CHECK_EXCEPTION(locate("fashion_mnist", places.data.path()), IoError, says({"apt install dataset-fashion-mnist"}));
}

BOOST_AUTO_TEST_CASE(a_mistyped_name_is_answered_with_the_nearest) {
  const Places places;
  BOOST_CHECK_EXCEPTION(locate("fashon_mnist"), ConfigError, says({"'fashon_mnist'", "did you mean", "fashion_mnist"}));
  BOOST_CHECK_THROW(locate(""), ConfigError);
  BOOST_CHECK_THROW(locate("../mnist"), ConfigError);
  BOOST_CHECK_THROW(locate("/mnist"), ConfigError);
}

BOOST_AUTO_TEST_CASE(a_data_set_of_ones_own_is_found_by_the_name_of_its_folder) {
  const Places places;
  write_files(places.data / "kmnist", ".gz");
  const auto [train, test] = load<float>("kmnist");
  BOOST_TEST(train.size() == 12u);
  BOOST_TEST(test.size() == 5u);
  BOOST_TEST(train.class_count() == 10u);
  BOOST_TEST(train.description().class_names[9] == "9");
  BOOST_TEST(train.description().source == (places.data / "kmnist").string());
  write_files(places.data.path());
  BOOST_CHECK_EXCEPTION(load<float>("cmnist"), ConfigError, says({"did you mean", "mnist"}));
}

BOOST_AUTO_TEST_CASE(a_data_set_is_read_with_names_and_sizes) {
  const Places places;
  write_files(places.data / "fashion_mnist");
  const auto [train, test] = fashion_mnist<double>();
  BOOST_TEST(train.description().name == "fashion_mnist");
  BOOST_TEST(train.description().class_names[9] == "Ankle boot");
  BOOST_TEST(train.description().height == 2u);
  BOOST_TEST(train.description().width == 3u);
  BOOST_TEST(train.features()(11, 5) == 71.0 / 255);
  BOOST_TEST(test.labels()(4) == 4);
}

BOOST_AUTO_TEST_CASE(files_that_do_not_belong_together_are_refused) {
  const TemporaryFolder folder;
  write_files(folder.path());
  write_idx(folder / "train-labels-idx1-ubyte", labels_as_bytes(11));
  BOOST_CHECK_EXCEPTION(mnist({.data_dir = folder.path()}), IoError,
                        says({"train-images-idx3-ubyte: holds 12 images", "train-labels-idx1-ubyte holds 11 labels"}));
  write_files(folder.path());
  write_idx(folder / "t10k-images-idx3-ubyte", numbered_bytes({5, 3, 2}));
  BOOST_CHECK_EXCEPTION(mnist({.data_dir = folder.path()}), IoError, says({"2 by 3", "3 by 2"}));
  write_files(folder.path());
  Bytes labels = labels_as_bytes(5);
  labels(3) = 10;
  write_idx(folder / "t10k-labels-idx1-ubyte", labels);
  BOOST_CHECK_EXCEPTION(mnist({.data_dir = folder.path()}), IoError, says({"t10k-labels-idx1-ubyte: label 3 is 10"}));
}

BOOST_AUTO_TEST_CASE(sha256_gives_the_published_digests) {
  // FIPS 180-4, examples of one block and of the empty message.
  BOOST_TEST(sha256("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  BOOST_TEST(sha256("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

BOOST_AUTO_TEST_CASE(the_real_fashion_mnist_is_what_the_catalogue_says) {
  const KnownDataset& known = *find_known("fashion_mnist");
  if (!fs::exists(known.system_folder)) {
    BOOST_TEST_MESSAGE("skipped: " << known.system_folder << " is not there (apt install " << known.package << ")");
    BOOST_WARN_MESSAGE(false, "the real Fashion-MNIST was not tested");
    return;
  }
  const Places nothing;
  const Location location = locate("fashion_mnist");
  for (std::size_t i = 0; i < 4; ++i) BOOST_TEST(sha256_of_contents(location.files[i]) == known.files[i].sha256);
  const auto [train, test] = fashion_mnist();
  BOOST_TEST(train.size() == 60000u);
  BOOST_TEST(test.size() == 10000u);
  BOOST_TEST(train.feature_count() == 784u);
  BOOST_TEST(train.labels()(0) == 9);  // the first image is an ankle boot
  BOOST_TEST(test.labels()(9999) == 5);
  // The same files under another name.
  BOOST_CHECK_EXCEPTION(mnist({.data_dir = known.system_folder}), IoError,
                        says({"holds the data set fashion_mnist", "but mnist was asked for"}));
}

BOOST_AUTO_TEST_CASE(the_real_mnist_is_what_the_catalogue_says) {
  const auto folder = real_mnist();
  if (!folder) {
    BOOST_TEST_MESSAGE("skipped: no MNIST found; XGRAD_TEST_MNIST or XGRAD_DATA_DIR can name its folder");
    BOOST_WARN_MESSAGE(false, "the real MNIST was not tested");
    return;
  }
  const Location location = locate("mnist", *folder);
  for (std::size_t i = 0; i < 4; ++i) BOOST_TEST(sha256_of_contents(location.files[i]) == find_known("mnist")->files[i].sha256);
  const auto [train, test] = mnist<double>({.data_dir = *folder});
  BOOST_TEST(train.size() == 60000u);
  BOOST_TEST(train.labels()(0) == 5);
  BOOST_TEST(test.labels()(0) == 7);
}

BOOST_AUTO_TEST_SUITE_END()
