#include "xgrad/tensor/shape.hpp"

#include <boost/test/unit_test.hpp>

#include "xgrad/tensor/error.hpp"

using namespace xgrad;

BOOST_AUTO_TEST_SUITE(shape)

BOOST_AUTO_TEST_CASE(to_string_writes_shapes_as_numpy_does) {
  BOOST_TEST(to_string(Shape{}) == "()");
  BOOST_TEST(to_string(Shape{4}) == "(4,)");
  BOOST_TEST(to_string(Shape{2, 3}) == "(2, 3)");
}

BOOST_AUTO_TEST_CASE(same_shape_looks_at_every_extent_and_at_the_rank) {
  BOOST_TEST(same_shape({}, {}));
  BOOST_TEST(same_shape({2, 3, 4, 5, 6}, {2, 3, 4, 5, 6}));
  for (const Shape& other : {Shape{2}, Shape{2, 4}, Shape{1, 3}, Shape{2, 3, 1}, Shape{}})
    BOOST_TEST(!same_shape({2, 3}, other), to_string(other));
}

BOOST_AUTO_TEST_CASE(broadcast_shape_follows_the_rule_of_trailing_axes) {
  BOOST_CHECK((broadcast_shape({2, 1, 3}, {4, 1}, "add") == Shape{2, 4, 3}));
  BOOST_CHECK((broadcast_shape({}, {5}, "add") == Shape{5}));
  BOOST_CHECK((broadcast_shape({0, 3}, {1, 3}, "add") == Shape{0, 3}));
}

BOOST_AUTO_TEST_CASE(broadcast_shape_names_both_shapes_when_they_do_not_fit) {
  BOOST_CHECK_EXCEPTION(broadcast_shape({2, 3}, {4, 3}, "mul"), ShapeError, [](const ShapeError& error) {
    const std::string text = error.what();
    return text.find("mul") != text.npos && text.find("(2, 3)") != text.npos && text.find("(4, 3)") != text.npos;
  });
}

BOOST_AUTO_TEST_CASE(axes_count_from_the_end_when_negative) {
  BOOST_TEST(normalize_axis(-1, {2, 3}, "sum") == 1u);
  BOOST_CHECK_THROW(normalize_axis(2, {2, 3}, "sum"), ShapeError);
  BOOST_CHECK_THROW(normalize_axes({0, -2}, {2, 3}, "sum"), ShapeError);
  BOOST_TEST(normalize_axes({}, {2, 3}, "sum").size() == 2u);
}

BOOST_AUTO_TEST_SUITE_END()
