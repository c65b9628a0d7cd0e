#include "xgrad/nn/data/augmentation.hpp"

#include <cmath>
#include <set>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "error_text.hpp"
#include "xgrad/nn/data/batches.hpp"
#include "xgrad/nn/data/standardizer.hpp"
#include "xgrad/tensor/error.hpp"
#include "xgrad/tensor/parallel.hpp"

using namespace xgrad;
using data::Augmentation;
using data::AugmentationOptions;

namespace {

constexpr std::size_t side = 9;
using Image = std::vector<double>;

Image dot(std::size_t row, std::size_t column) {
  Image image(side * side);
  image[row * side + column] = 1;
  return image;
}

Image distorted(const AugmentationOptions& options, Image image, std::uint64_t seed) {
  Augmentation<double>(options, side, side).apply(image.data(), Generator(seed));
  return image;
}

// The centre of gravity, and the sum.
struct Mass {
  double row = 0, column = 0, sum = 0;

  explicit Mass(const Image& image) {
    for (std::size_t i = 0; i < image.size(); ++i) {
      sum += image[i];
      row += static_cast<double>(i / side) * image[i];
      column += static_cast<double>(i % side) * image[i];
    }
    row /= sum, column /= sum;
  }
};

data::Dataset<float> images(std::size_t count) {
  data::Bytes bytes = empty_array<std::uint8_t>({count, side, side});
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes.data()[i] = static_cast<std::uint8_t>((i * 37) % 251);
  return {bytes, Indices::from_shape({0}), {.name = "pictures", .height = side, .width = side}};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(augmentation)

BOOST_AUTO_TEST_CASE(shifts_are_whole_pixels_in_all_directions_and_zeros_come_in) {
  std::set<std::pair<int, int>> seen;
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    const Image image = distorted({.shift = 1}, dot(4, 4), seed);
    const Mass mass(image);
    BOOST_TEST(mass.sum == 1.0);
    seen.insert({static_cast<int>(mass.row) - 4, static_cast<int>(mass.column) - 4});
    BOOST_TEST(image[static_cast<std::size_t>(mass.row * side + mass.column)] == 1.0);
    BOOST_TEST(std::abs(distorted({.shift = 1}, Image(side * side, 1), seed)[4 * side + 4] - 1) == 0.0);
  }
  BOOST_TEST(seen.size() == 9u);  // one of nine stays away in 300 draws with a probability of 9·(8/9)³⁰⁰ < 10⁻¹⁴
}

BOOST_AUTO_TEST_CASE(half_of_the_images_are_flipped) {
  int flipped = 0;
  for (std::uint64_t seed = 0; seed < 400; ++seed) {
    const Image image = distorted({.flip = true}, dot(2, 1), seed);
    BOOST_TEST((image == dot(2, 1) || image == dot(2, side - 2)));
    flipped += image == dot(2, side - 2);
  }
  BOOST_TEST(std::abs(flipped - 200) < 60);  // six standard deviations of ten
}

BOOST_AUTO_TEST_CASE(a_rotation_keeps_the_centre_and_turns_the_rest_by_at_most_its_angle) {
  bool left = false, right = false;
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    BOOST_TEST(distorted({.rotation = 20}, dot(4, 4), seed)[4 * side + 4] == 1.0, boost::test_tools::tolerance(1e-12));
    Image bar(side * side);  // from the centre upwards
    for (std::size_t r = 1; r <= 3; ++r) bar[r * side + 4] = 1;
    const Mass mass(distorted({.rotation = 20}, bar, seed));
    const double angle = std::atan2(mass.column - 4, 4 - mass.row) * 180 / M_PI;
    BOOST_TEST(std::abs(angle) < 21);  // interpolation moves it a little
    left |= angle<-5, right |= angle> 5;
  }
  BOOST_TEST((left && right));
}

BOOST_AUTO_TEST_CASE(scaling_changes_areas_and_shearing_does_not) {
  Image block(side * side);
  for (std::size_t r = 3; r <= 5; ++r)
    for (std::size_t c = 3; c <= 5; ++c) block[r * side + c] = 1;
  double least = 9, most = 9;
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    const double sum = Mass(distorted({.scaling = 0.3}, block, seed)).sum;
    least = std::min(least, sum), most = std::max(most, sum);
    BOOST_TEST(Mass(distorted({.shearing = 0.3}, block, seed)).sum == 9.0, boost::test_tools::tolerance(1e-9));
  }
  BOOST_TEST(least < 7);
  BOOST_TEST(most > 11);
}

BOOST_AUTO_TEST_CASE(an_elastic_distortion_is_smooth_and_as_strong_as_alpha_says) {
  // An image whose values are its columns shows the field: away from the border a pixel changes by what it is moved.
  Image ramp(side * side);
  for (std::size_t i = 0; i < ramp.size(); ++i) ramp[i] = static_cast<double>(i % side);
  double squares = 0;
  constexpr int draws = 500;
  for (std::uint64_t seed = 0; seed < draws; ++seed) {
    const Image image = distorted({.elastic = 2, .elastic_sigma = 1.5}, ramp, seed);
    squares += std::pow(image[4 * side + 4] - 4, 2);
    BOOST_TEST(std::abs(image[4 * side + 4] - image[4 * side + 3] - 1) < 1);  // neighbours move together
  }
  // A sum of uniform numbers (variance 1/3) under a Gaussian in two dimensions: variance 1/3·1/(4πσ²), times α².
  const double expected = 2 * std::sqrt(1 / (3 * 4 * M_PI * 1.5 * 1.5));
  BOOST_TEST(std::sqrt(squares / draws) == expected, boost::test_tools::tolerance(0.2));  // six of 1/√(2·500)
}

BOOST_AUTO_TEST_CASE(one_kind_of_distortion_does_not_change_another) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const Mass alone(distorted({.shift = 2}, dot(4, 4), seed)),
        together(distorted({.shift = 2, .flip = true}, dot(4, 4), seed));
    BOOST_TEST(alone.row == together.row);
    BOOST_TEST(alone.column == together.column);
  }
}

BOOST_AUTO_TEST_CASE(batches_are_distorted_by_seed_epoch_and_row_whatever_the_threads_and_the_order) {
  const auto set = images(200);
  const auto row_17 = [&](std::uint64_t seed, std::uint64_t epoch, std::optional<std::uint64_t> order) {
    const auto batches = data::batches(set, 64,
                                       {.shuffle_seed = order,
                                        .epoch = epoch,
                                        .augmentation = {.shift = 1, .rotation = 10, .elastic = 5},
                                        .augmentation_seed = seed});
    for (std::size_t b = 0; b < batches.size(); ++b)
      for (std::size_t i = 0; i < batches.rows(b).size(); ++i)
        if (batches.rows(b)[i] == 17) {
          const Tensor<float> x = batches[b].x;
          return std::vector<float>(x.data() + i * side * side, x.data() + (i + 1) * side * side);
        }
    return std::vector<float>();
  };
  const auto first = row_17(1, 3, {});
  BOOST_TEST(first.size() == side * side);
  set_thread_count(3);
  BOOST_TEST((first == row_17(1, 3, {})));
  set_thread_count(1);
  BOOST_TEST((first == row_17(1, 3, 5)));
  BOOST_TEST((first != row_17(1, 4, {})));
  BOOST_TEST((first != row_17(2, 3, {})));
}

BOOST_AUTO_TEST_CASE(what_comes_in_from_outside_is_black_also_after_standardisation) {
  const auto set = images(10);
  const data::Standardizer<float> standardizer(Array<float>{0.5f}, Array<float>{0.25f});
  const auto batches = data::batches(standardizer.apply(set), 10, {.augmentation = {.shift = 8}});
  const Tensor<float> x = batches[0].x;
  float least = 0;
  for (const float value : x.value()) least = std::min(least, value);
  BOOST_TEST(least == -2.0f);
}

BOOST_AUTO_TEST_CASE(what_makes_no_sense_is_refused) {
  const auto refused = [](const AugmentationOptions& options, std::vector<std::string> parts) {
    BOOST_CHECK_EXCEPTION(Augmentation<float>(options, side, side), ConfigError, says(parts));
  };
  refused({.shift = side}, {"shift", "9"});
  refused({.rotation = -1}, {"rotation", "-1"});
  refused({.scaling = 1}, {"scaling"});
  refused({.shearing = NAN}, {"shearing"});
  refused({.elastic = 1, .elastic_sigma = 0}, {"elastic_sigma"});
  const data::Dataset<float> numbers(empty_array<float>({3, 4}), Indices::from_shape({0}), {.name = "numbers"});
  BOOST_CHECK_EXCEPTION(data::batches(numbers, 2, {.augmentation = {.flip = true}}), ConfigError, says({"not images"}));
}

BOOST_AUTO_TEST_SUITE_END()
