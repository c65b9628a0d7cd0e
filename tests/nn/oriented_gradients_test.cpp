#include "xgrad/nn/oriented_gradients.hpp"

#include <cmath>

#include <boost/test/unit_test.hpp>

#include "error_text.hpp"
#include "xgrad/nn/mlp.hpp"
#include "xgrad/tensor/error.hpp"
#include "xgrad/tensor/parallel.hpp"

using namespace xgrad;
using nn::OrientedGradients;

namespace {

template <class T>
Array<T> random_images(const Shape& shape) {
  Generator generator(1);
  return random::uniform<T>(generator, shape);
}

// A wall from dark to bright, at half the width, of a step's height.
Tensor<double> wall(std::size_t height, std::size_t width, double step) {
  Array<double> image = filled_array<double>({1, height * width}, 0);
  for (std::size_t i = 0; i < height; ++i)
    for (std::size_t j = width / 2; j < width; ++j) image(0, i * width + j) = step;
  return Tensor<double>(image);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(oriented_gradients)

BOOST_AUTO_TEST_CASE(pixels_come_first_as_they_are) {
  OrientedGradients<double> module({.height = 8, .width = 8});
  const Array<double> x = random_images<double>({3, 64});
  const Array<double> y = module(Tensor<double>(x)).value();
  BOOST_TEST((y.shape() == Shape{3, 64 + 8 * 4}));
  for (std::size_t n = 0; n < 3; ++n)
    for (std::size_t p = 0; p < 64; ++p) BOOST_TEST(y(n, p) == x(n, p));
}

// Both columns at the wall differ by the step, right from left: all votes are for the first orientation. Of the pixels' weights
// along an axis, (5 7 7 5 3 1 0 0)/32 for the first cell, the rows of the image have 28/32; the two columns 5/32 + 3/32.
BOOST_AUTO_TEST_CASE(a_wall_votes_for_one_orientation_in_the_cells_beside_it) {
  OrientedGradients<double> module({.height = 8, .width = 8, .orientations = 4, .eps = 0.1});
  const Array<double> y = module(wall(8, 8, 0.5)).value();
  const double histogram = 0.5 * (28.0 / 32) * (8.0 / 32), length = std::sqrt(4 * histogram * histogram + 0.01);
  for (std::size_t f = 0; f < 16; ++f)
    BOOST_TEST(y(0, 64 + f) == (f % 4 == 0 ? histogram / length : 0), boost::test_tools::tolerance(1e-12));
}

BOOST_AUTO_TEST_CASE(strong_and_faint_edges_look_alike_but_not_noise) {
  OrientedGradients<double> module({.height = 8, .width = 8});
  const Array<double> strong = module(wall(8, 8, 100)).value(), faint = module(wall(8, 8, 50)).value();
  const Array<double> noise = module(wall(8, 8, 0.001)).value();
  BOOST_TEST(strong(0, 64) == 0.5, boost::test_tools::tolerance(1e-4));  // 1/√4: of four cells alike
  BOOST_TEST(faint(0, 64) == strong(0, 64), boost::test_tools::tolerance(1e-4));
  BOOST_TEST(noise(0, 64) < 0.01);
}

BOOST_AUTO_TEST_CASE(blocks_overlap_and_each_has_all_its_cells) {
  OrientedGradients<double> module({.height = 12, .width = 8, .orientations = 2, .cell = 2, .block = 3, .eps = 1e-3});
  const Array<double> x = random_images<double>({2, 96});
  const Array<double> y = module(Tensor<double>(x)).value();
  const Array<double> h = orientation_histograms(Array<double>(xt::reshape_view(x, Shape{2, 12, 8})), {2, 2});  // (2, 2, 6, 4)
  BOOST_REQUIRE((y.shape() == Shape{2, 96 + 9 * 2 * 4 * 2}));
  for (std::size_t n = 0; n < 2; ++n)
    for (std::size_t r = 0; r < 4; ++r)
      for (std::size_t c = 0; c < 2; ++c) {
        double sum = 1e-6;
        for (std::size_t k = 0; k < 2; ++k)
          for (std::size_t i = 0; i < 9; ++i) sum += std::pow(h(n, k, r + i / 3, c + i % 3), 2);
        for (std::size_t k = 0; k < 2; ++k)
          for (std::size_t i = 0; i < 9; ++i)
            BOOST_TEST(y(n, 96 + ((i * 2 + k) * 4 + r) * 2 + c) == h(n, k, r + i / 3, c + i % 3) / std::sqrt(sum),
                       boost::test_tools::tolerance(1e-12));
      }
}

BOOST_AUTO_TEST_CASE(threads_change_no_bit) {
  OrientedGradients<float> module;
  const Tensor<float> x(random_images<float>({70, 784}));
  const Array<float> alone = module(x).value();
  set_thread_count(3);
  const Array<float> together = module(x).value();
  set_thread_count(1);
  BOOST_TEST((alone == together));
}

BOOST_AUTO_TEST_CASE(a_perceptron_sees_them_and_saves_nothing_of_them) {
  nn::MLP<float> network({64, 5, 3}, {.oriented_gradients = nn::OrientedGradientsOptions{.height = 8, .width = 8}, .seed = 1});
  BOOST_TEST(network.parameter_count() == (64 + 32) * 5 + 5 + 5 * 3 + 3);
  BOOST_TEST((network.output_shape({7, 64}) == Shape{7, 3}));
  BOOST_TEST(network.summary({7, 64}).find("OrientedGradients(8 × 8, 8 orientations)") != std::string::npos);
  const Tensor<float> x(random_images<float>({7, 64}));
  network(x).backward(Tensor<float>(filled_array<float>({7, 3}, 1)));
  for (const Tensor<float>& parameter : network.parameters()) BOOST_TEST(parameter.grad().defined());
}

BOOST_AUTO_TEST_CASE(what_makes_no_sense_is_refused) {
  using Options = nn::OrientedGradientsOptions;
  BOOST_CHECK_EXCEPTION(OrientedGradients<float>(Options{.height = 8, .width = 8, .block = 3}), ConfigError,
                        says({"3 × 3 cells", "2 × 2", "1 to 2"}));
  BOOST_CHECK_EXCEPTION(OrientedGradients<float>(Options{.block = 0}), ConfigError, says({"0 × 0 cells"}));
  BOOST_CHECK_EXCEPTION(OrientedGradients<float>(Options{.eps = 0}), ConfigError, says({"eps is 0"}));
  BOOST_CHECK_EXCEPTION(OrientedGradients<float>(Options{.eps = NAN}), ConfigError, says({"eps"}));
  BOOST_CHECK_EXCEPTION(OrientedGradients<float>(Options{.orientations = 1}), ConfigError, says({"1 orientations"}));
  BOOST_CHECK_EXCEPTION(OrientedGradients<float>(Options{.width = 30}), ShapeError, says({"(28, 30)", "4 × 4"}));
  OrientedGradients<float> module;
  BOOST_CHECK_EXCEPTION(module(Tensor<float>{{1, 2}}), ShapeError, says({"(1, 2)", "784"}));
  BOOST_CHECK_THROW(module.output_shape({784}), ShapeError);
  BOOST_CHECK_EXCEPTION(nn::MLP<float>({100, 10}, {.oriented_gradients = Options{}}), ConfigError, says({"100 inputs", "784"}));
}

BOOST_AUTO_TEST_SUITE_END()
