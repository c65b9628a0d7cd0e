#include "xgrad/autograd/ops/extreme.hpp"

#include <limits>
#include <tuple>

#include <boost/test/unit_test.hpp>

#include "xgrad/autograd/operation_info.hpp"
#include "xgrad/tensor/error.hpp"
#include "xgrad/tensor/parallel.hpp"

using namespace xgrad;

namespace {

using Scalars = std::tuple<float, double>;

Indices labels(std::initializer_list<std::int64_t> values) {
  Indices result = Indices::from_shape({values.size()});
  std::copy(values.begin(), values.end(), result.data());
  return result;
}

// By looking at every element, one after the other.
Indices reference_argmax(const Array<double>& x) {
  Indices result = Indices::from_shape({x.shape()[0], x.shape()[2]});
  for (std::size_t i = 0; i < x.shape()[0]; ++i)
    for (std::size_t k = 0; k < x.shape()[2]; ++k) {
      std::size_t best = 0;
      for (std::size_t j = 1; j < x.shape()[1]; ++j)
        if (x(i, j, k) > x(i, best, k)) best = j;
      result(i, k) = static_cast<std::int64_t>(best);
    }
  return result;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(extreme)

BOOST_AUTO_TEST_CASE_TEMPLATE(argmax_and_argmin_of_rows_and_columns, T, Scalars) {
  const Tensor<T> x{{1, 5, 2}, {7, 0, 7}};
  BOOST_TEST((argmax(x, 1) == labels({1, 0})));
  BOOST_TEST((argmin(x, 1) == labels({0, 1})));
  BOOST_TEST((argmax(x, 0) == labels({1, 0, 1})));
  BOOST_TEST((argmin(x, -2) == labels({0, 1, 0})));
  BOOST_TEST(argmax(x) == 3);
  BOOST_TEST(argmin(x) == 4);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(the_first_wins_a_tie, T, Scalars) {
  const Tensor<T> x{{2, 3, 3}, {1, 1, 1}, {2, 3, 1}};
  BOOST_TEST((argmax(x, 1) == labels({1, 0, 1})));
  BOOST_TEST((argmin(x, 0) == labels({1, 1, 1})));
  BOOST_TEST(argmax(x) == 1);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(the_first_nan_wins_against_every_number, T, Scalars) {
  constexpr T nan = std::numeric_limits<T>::quiet_NaN(), inf = std::numeric_limits<T>::infinity();
  const Tensor<T> x{{inf, nan, nan}, {-inf, 0, nan}};
  BOOST_TEST((argmax(x, 1) == labels({1, 2})));
  BOOST_TEST((argmin(x, 1) == labels({1, 2})));
  BOOST_TEST((argmax(x, 0) == labels({0, 0, 0})));
  BOOST_TEST((argmin(x, 0) == labels({1, 0, 0})));
  BOOST_TEST(argmax(x) == 1);
}

BOOST_AUTO_TEST_CASE(keepdims_keeps_an_extent_of_1) {
  const Tensor<double> x(sample_values({2, 3, 4}));
  BOOST_TEST((argmax(x, 1, true).shape() == Shape{2, 1, 4}));
  BOOST_TEST((argmin(x, -1).shape() == Shape{2, 3}));
  BOOST_TEST((argmax(Tensor<double>(empty_array<double>({0, 3})), 1).shape() == Shape{0}));
}

BOOST_AUTO_TEST_CASE(positions_are_the_same_for_one_thread_and_four) {
  const Array<double> x = sample_values({70, 33, 37});
  const Indices expected = reference_argmax(x);
  for (const std::size_t threads : {1, 4}) {
    set_thread_count(threads);
    BOOST_TEST((argmax(Tensor<double>(Array<double>(x)), 1) == expected));
  }
  set_thread_count(1);
}

BOOST_AUTO_TEST_CASE(nothing_to_choose_from_is_an_error_that_says_so) {
  const Tensor<float> x(empty_array<float>({2, 0}));
  const auto mentions = [](const char* name) {
    return [name](const ShapeError& error) {
      const std::string text = error.what();
      return text.find(name) != text.npos && text.find("(2, 0)") != text.npos;
    };
  };
  BOOST_CHECK_EXCEPTION(argmax(x, 1), ShapeError, mentions("argmax"));
  BOOST_CHECK_EXCEPTION(argmin(x, 1), ShapeError, mentions("argmin"));
  BOOST_CHECK_EXCEPTION(argmax(x), ShapeError, mentions("argmax"));
  BOOST_CHECK_EXCEPTION(argmin(x), ShapeError, mentions("argmin"));
  BOOST_CHECK_THROW(argmax(x, 2), ShapeError);
}

BOOST_AUTO_TEST_SUITE_END()
