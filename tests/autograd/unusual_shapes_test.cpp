// Arrays without elements, shapes that no memory holds, lists that are no array.
#include <cstddef>
#include <cstdint>
#include <limits>

#include <boost/test/unit_test.hpp>

#include "error_text.hpp"
#include "xgrad/autograd/factories.hpp"
#include "xgrad/autograd/ops/arithmetic.hpp"
#include "xgrad/autograd/ops/broadcast.hpp"
#include "xgrad/autograd/ops/join.hpp"
#include "xgrad/autograd/ops/pad.hpp"
#include "xgrad/autograd/ops/prod.hpp"
#include "xgrad/autograd/ops/reduction.hpp"
#include "xgrad/autograd/ops/shape.hpp"
#include "xgrad/tensor/error.hpp"

using namespace xgrad;

namespace {

constexpr std::size_t huge = std::size_t{1} << 32;  // its square is more than 64 bits hold

}  // namespace

BOOST_AUTO_TEST_SUITE(unusual_shapes)

BOOST_AUTO_TEST_CASE(arrays_without_elements_are_joined) {
  BOOST_TEST((concat<double>({zeros<double>({0, 3})}, 1).shape() == Shape{0, 3}));
  BOOST_TEST((concat<double>({zeros<double>({0, 3}), zeros<double>({0, 0})}, 1).shape() == Shape{0, 3}));
  BOOST_TEST((stack<double>({zeros<double>({0, 3}), zeros<double>({0, 3})}, 1).shape() == Shape{0, 2, 3}));
  const Tensor<double> x = zeros<double>({0, 3}, true);
  sum(concat<double>({x, zeros<double>({0, 2})}, 1)).backward();
  BOOST_TEST((x.grad().shape() == Shape{0, 3}));
}

BOOST_AUTO_TEST_CASE(the_product_of_nothing_has_a_gradient_of_nothing) {
  const Tensor<double> x = zeros<double>({0, 3}, true);
  prod(x).backward();
  BOOST_TEST(x.grad().defined());
  BOOST_TEST((x.grad().shape() == Shape{0, 3}));
}

BOOST_AUTO_TEST_CASE(lists_of_different_lengths_are_no_array) {
  BOOST_TEST((Tensor<double>{{1, 2}, {3, 4}}.shape() == Shape{2, 2}));
  BOOST_CHECK_EXCEPTION((Tensor<double>{{1, 2}, {3}}), ShapeError,
                        says({"nested lists: one list has 1 entries where the first has 2"}));
  BOOST_CHECK_THROW((Tensor<double>{{1, 2}, {3, 4, 5, 6, 7, 8, 9, 10, 11, 12}}), ShapeError);
  BOOST_CHECK_THROW((Tensor<double>{{{1, 2}, {3, 4}}, {{5, 6}}}), ShapeError);
  BOOST_CHECK_THROW((Tensor<double>{{{1, 2}, {3, 4}}, {{5}, {6}}}), ShapeError);
}

BOOST_AUTO_TEST_CASE(shapes_beyond_all_memory_are_refused) {
  BOOST_CHECK_EXCEPTION(zeros({huge, huge}), ShapeError,
                        says({"the shape (4294967296, 4294967296) has more elements than memory has addresses"}));
  BOOST_CHECK_THROW(broadcast_to(Tensor<double>{1, 2}, {(std::size_t{1} << 63) + 1, 2}), ShapeError);
  BOOST_CHECK_THROW(reshape(zeros({0}), Shape{huge, huge}), ShapeError);
  constexpr std::ptrdiff_t most = std::numeric_limits<std::ptrdiff_t>::max();
  BOOST_CHECK_THROW(pad(Tensor<double>{1, 2}, {most, most}), ShapeError);
  BOOST_TEST((zeros({huge, huge, 0}).size() == 0u));
}

BOOST_AUTO_TEST_SUITE_END()
