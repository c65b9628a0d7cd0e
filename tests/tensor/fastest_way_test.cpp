// The choice among ways by how long they took.
#include "xgrad/tensor/fastest_way.hpp"

#include <array>

#include <boost/test/unit_test.hpp>

using xgrad::detail::FastestWay;

namespace {

// Takes a way, which takes as long as `seconds` says; returns which.
std::size_t take(FastestWay& choice, unsigned ways, const std::array<double, FastestWay::most_ways>& seconds) {
  const std::size_t way = choice.next(ways);
  if (choice.is_measuring()) choice.record(way, seconds[way]);
  return way;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(fastest_way)

BOOST_AUTO_TEST_CASE(each_way_is_tried_equally_often_in_turn_then_the_fastest_is_taken) {
  FastestWay choice;
  std::array<int, FastestWay::most_ways> taken{};
  for (int i = 0; i < 3 * FastestWay::tries; ++i) {
    ++taken[take(choice, 0b1101, {3, 0, 2, 4})];
    for (const std::size_t way : {0, 2, 3}) BOOST_TEST((taken[way] == (i + 1) / 3 || taken[way] == (i + 1) / 3 + 1));
  }
  BOOST_TEST(taken[1] == 0);
  for (int i = 0; i < 10; ++i) {
    BOOST_TEST(take(choice, 0b1101, {9, 9, 9, 9}) == 2u);  // times do not count any more
    BOOST_TEST(!choice.is_measuring());
  }
}

BOOST_AUTO_TEST_CASE(the_best_try_counts) {
  FastestWay choice;
  for (int i = 0; i < 2 * FastestWay::tries; ++i) {
    const std::size_t way = choice.next(0b11);
    choice.record(way, way == 0 ? 2 : i < 4 ? 50 : 1);  // interrupted twice
  }
  BOOST_TEST(choice.next(0b11) == 1u);
}

BOOST_AUTO_TEST_CASE(a_way_alone_is_taken) {
  FastestWay choice;
  for (int i = 0; i < 10; ++i) BOOST_TEST(take(choice, 0b100, {1, 1, 1, 1}) == 2u);
}

BOOST_AUTO_TEST_CASE(what_is_ruled_out_is_not_taken_again_before_all_are_measured_anew) {
  FastestWay choice;
  while (choice.next(0b11) != 1) choice.record(0, 5);
  choice.rule_out(1);
  BOOST_TEST(!choice.is_measuring());
  for (int i = 0; i < 10; ++i) BOOST_TEST(take(choice, 0b11, {5, 1, 1, 1}) == 0u);
}

BOOST_AUTO_TEST_CASE(after_many_calls_it_measures_anew) {
  FastestWay choice;
  for (std::uint32_t i = 0; i < FastestWay::calls_until_anew; ++i) take(choice, 0b11, {1, 2, 0, 0});
  BOOST_TEST(!choice.is_measuring());
  bool took_other = false;
  for (int i = 0; i < 2 * FastestWay::tries; ++i) took_other |= take(choice, 0b11, {2, 1, 0, 0}) == 1;
  BOOST_TEST(took_other);
  BOOST_TEST(take(choice, 0b11, {2, 1, 0, 0}) == 1u);
}

BOOST_AUTO_TEST_SUITE_END()
