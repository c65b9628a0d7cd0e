#include "xgrad/autograd/factories.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <boost/test/unit_test.hpp>

#include "xgrad/tensor/error.hpp"

using namespace xgrad;

namespace {

template <class T>
std::vector<T> elements(const Tensor<T>& x) {
  return {x.data(), x.data() + x.size()};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(factories)

BOOST_AUTO_TEST_CASE(zeros_ones_and_full_hold_one_value_in_the_given_shape) {
  BOOST_TEST(elements(zeros({2, 2})) == std::vector<float>(4, 0.f));
  BOOST_TEST(elements(ones<double>({3})) == std::vector<double>(3, 1.0));
  BOOST_TEST(elements(full<double>({2, 1}, 7)) == std::vector<double>(2, 7.0));
  BOOST_TEST((full({2, 0, 3}, 1.5).shape() == Shape{2, 0, 3}));
  BOOST_TEST(full<double>({}, 4).item() == 4.0);
}

BOOST_AUTO_TEST_CASE(they_are_leaves_that_require_gradients_only_if_asked) {
  BOOST_TEST(!zeros({2}).requires_grad());
  const Tensor<double> x = ones<double>({2}, true);
  BOOST_TEST(x.requires_grad());
  BOOST_TEST(x.is_leaf());
  BOOST_TEST(!ones_like(x).requires_grad());
  BOOST_TEST(zeros_like(x, true).requires_grad());
}

BOOST_AUTO_TEST_CASE(like_takes_the_shape_and_nothing_else) {
  const Tensor<double> x = full<double>({2, 3}, 9, true);
  BOOST_TEST((zeros_like(x).shape() == x.shape()));
  BOOST_TEST(elements(ones_like(x)) == std::vector<double>(6, 1.0));
  BOOST_TEST(elements(full_like(x, -2)) == std::vector<double>(6, -2.0));
  BOOST_TEST(zeros_like(x).data() != x.data());
}

BOOST_AUTO_TEST_CASE(eye_is_one_on_the_diagonal_of_any_matrix) {
  BOOST_TEST(elements(eye(2)) == (std::vector<float>{1, 0, 0, 1}));
  BOOST_TEST(elements(eye<double>(2, 3)) == (std::vector<double>{1, 0, 0, 0, 1, 0}));
  BOOST_TEST(elements(eye<double>(3, 2)) == (std::vector<double>{1, 0, 0, 1, 0, 0}));
  BOOST_TEST((eye(0).shape() == Shape{0, 0}));
}

BOOST_AUTO_TEST_CASE(arange_stops_before_its_end) {
  BOOST_TEST(elements(arange(4)) == (std::vector<float>{0, 1, 2, 3}));
  BOOST_TEST(elements(arange<double>(1, 2, 0.25)) == (std::vector<double>{1, 1.25, 1.5, 1.75}));
  BOOST_TEST(elements(arange<double>(3, 0, -1.5)) == (std::vector<double>{3, 1.5}));
  BOOST_TEST(elements(arange<double>(0.5, 3)) == (std::vector<double>{0.5, 1.5, 2.5}));
  BOOST_TEST(arange(2, 2).size() == 0u);
  BOOST_TEST(arange(0, 1, 0.1f).size() == 10u);
  BOOST_TEST(arange<double>(0, 1, 0.1).size() == 10u);
}

BOOST_AUTO_TEST_CASE(arange_refuses_what_never_arrives) {
  const double infinite = std::numeric_limits<double>::infinity();
  BOOST_CHECK_THROW(arange<double>(0, 1, 0), ConfigError);
  BOOST_CHECK_THROW(arange<double>(0, 1, -1), ConfigError);
  BOOST_CHECK_THROW(arange<double>(-3), ConfigError);
  BOOST_CHECK_THROW(arange<double>(0, infinite), ConfigError);
  BOOST_CHECK_THROW(arange<double>(std::nan(""), 1), ConfigError);
  BOOST_CHECK_THROW(arange<double>(0, 1, infinite), ConfigError);
  BOOST_CHECK_THROW(arange<double>(0, 1, 1e-300), ConfigError);
  BOOST_CHECK_EXCEPTION(arange<double>(5, 1), ConfigError, [](const ConfigError& e) {
    return std::string(e.what()) == "arange: from 5 to 1 in steps of 1 never arrives; change the sign of the step";
  });
}

BOOST_AUTO_TEST_CASE(linspace_meets_both_ends_exactly) {
  BOOST_TEST(elements(linspace<double>(0, 1, 5)) == (std::vector<double>{0, 0.25, 0.5, 0.75, 1}));
  BOOST_TEST(elements(linspace<double>(2, -2, 3)) == (std::vector<double>{2, 0, -2}));
  BOOST_TEST(elements(linspace<double>(3, 8, 1)) == (std::vector<double>{3}));
  BOOST_TEST(linspace(0, 1, 0).size() == 0u);
  const Tensor<float> tenths = linspace(0.1f, 0.7f, 101);
  BOOST_TEST(tenths.data()[0] == 0.1f);
  BOOST_TEST(tenths.data()[100] == 0.7f);
  BOOST_CHECK_THROW(linspace<double>(0, std::nan(""), 3), ConfigError);
}

BOOST_AUTO_TEST_CASE(linspace_is_as_symmetric_as_its_ends) {
  const Tensor<double> x = linspace<double>(-0.3, 0.3, 12);
  for (std::size_t i = 0; i < 6; ++i) BOOST_TEST(x.data()[i] == -x.data()[11 - i]);
}

BOOST_AUTO_TEST_CASE(random_leaves_are_what_the_generator_gives) {
  Generator generator(7), same(7);
  const Tensor<double> u = uniform<double>({3, 5}, -2, 3, generator, true), n = normal<double>({4}, 10, 0.5, generator);
  const Array<double> expected_u = random::uniform<double>(same, {3, 5}, -2, 3),
                      expected_n = random::normal<double>(same, {4}, 10, 0.5);
  BOOST_TEST(std::equal(u.data(), u.data() + 15, expected_u.data()));
  BOOST_TEST(std::equal(n.data(), n.data() + 4, expected_n.data()));
  BOOST_TEST((generator == same));
  BOOST_TEST(u.requires_grad());
  BOOST_TEST(!n.requires_grad());
}

BOOST_AUTO_TEST_CASE(rand_and_randn_have_the_standard_parameters) {
  Generator generator(3), same(3);
  const Tensor<float> first = rand({100}, generator), second = randn({100}, generator);
  BOOST_TEST(elements(first) == elements(uniform({100}, 0, 1, same)));
  BOOST_TEST(elements(second) == elements(normal({100}, 0, 1, same)));
  BOOST_TEST(elements(rand_like(first, generator)) == elements(rand({100}, same)));
  BOOST_TEST(elements(randn_like(first, generator)) == elements(randn({100}, same)));
  BOOST_TEST(elements(rand_like(first, generator)) != elements(first));
}

BOOST_AUTO_TEST_CASE(random_leaves_refuse_impossible_parameters) {
  Generator generator(1);
  BOOST_CHECK_THROW(uniform<double>({2}, 1, 1, generator), ConfigError);
  BOOST_CHECK_THROW(normal<double>({2}, 0, -1, generator), ConfigError);
}

BOOST_AUTO_TEST_SUITE_END()
