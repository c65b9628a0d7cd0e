// The choice among ways by how long they took.
#include "xgrad/tensor/fastest_way.hpp"

#include <array>
#include <utility>

#include <boost/test/unit_test.hpp>

using xgrad::detail::FastestWay;
using xgrad::detail::ProductKind;

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
    ++taken[take(choice, 0b1101, {3e-6, 0, 2e-6, 4e-6})];
    for (const std::size_t way : {0, 2, 3}) BOOST_TEST((taken[way] == (i + 1) / 3 || taken[way] == (i + 1) / 3 + 1));
  }
  BOOST_TEST(taken[1] == 0);
  for (int i = 0; i < 10; ++i) {
    BOOST_TEST(take(choice, 0b1101, {9e-6, 9e-6, 9e-6, 9e-6}) == 2u);  // times do not count any more
    BOOST_TEST(!choice.is_measuring());
  }
}

BOOST_AUTO_TEST_CASE(the_best_try_counts) {
  FastestWay choice;
  for (int i = 0; i < 2 * FastestWay::tries; ++i) {
    const std::size_t way = choice.next(0b11);
    choice.record(way, way == 0 ? 2e-6 : i < 4 ? 50e-6 : 1e-6);  // interrupted twice
  }
  BOOST_TEST(choice.next(0b11) == 1u);
}

BOOST_AUTO_TEST_CASE(of_ways_that_are_hardly_different_the_first_is_taken) {
  for (const auto& [second, taken] : {std::pair{0.98e-6, 0u}, {0.96e-6, 1u}}) {
    FastestWay choice;
    for (int i = 0; i < 2 * FastestWay::tries; ++i) take(choice, 0b11, {1e-6, second, 0, 0});
    BOOST_TEST(take(choice, 0b11, {1e-6, second, 0, 0}) == taken);
  }
}

BOOST_AUTO_TEST_CASE(what_takes_long_is_tried_less_often) {
  FastestWay choice;
  for (int i = 0; i < FastestWay::tries + FastestWay::tries_of_long_ones; ++i) {
    take(choice, 0b11, {1e-6, 1, 0, 0});
    BOOST_TEST(choice.is_measuring());
  }
  BOOST_TEST(take(choice, 0b11, {1e-6, 1, 0, 0}) == 0u);
  BOOST_TEST(!choice.is_measuring());
}

BOOST_AUTO_TEST_CASE(a_way_alone_is_taken) {
  FastestWay choice;
  for (int i = 0; i < 10; ++i) BOOST_TEST(take(choice, 0b100, {1e-6, 1e-6, 1e-6, 1e-6}) == 2u);
}

BOOST_AUTO_TEST_CASE(what_is_ruled_out_is_not_taken_again_before_all_are_measured_anew) {
  FastestWay choice;
  while (choice.next(0b11) != 1) choice.record(0, 5e-6);
  choice.rule_out(1);
  BOOST_TEST(!choice.is_measuring());
  for (int i = 0; i < 10; ++i) BOOST_TEST(take(choice, 0b11, {5e-6, 1e-6, 1e-6, 1e-6}) == 0u);
}

BOOST_AUTO_TEST_CASE(after_many_calls_it_measures_anew) {
  FastestWay choice;
  for (std::uint32_t i = 0; i < FastestWay::calls_until_anew; ++i) take(choice, 0b11, {1e-6, 2e-6, 0, 0});
  BOOST_TEST(!choice.is_measuring());
  bool took_other = false;
  for (int i = 0; i < 2 * FastestWay::tries; ++i) took_other |= take(choice, 0b11, {2e-6, 1e-6, 0, 0}) == 1;
  BOOST_TEST(took_other);
  BOOST_TEST(take(choice, 0b11, {2e-6, 1e-6, 0, 0}) == 1u);
}

BOOST_AUTO_TEST_CASE(products_of_a_kind_with_about_as_many_zeros_share_what_is_known) {
  const ProductKind kind{nullptr, 10, 20, 30, 1, false, true};
  FastestWay& known = xgrad::detail::fastest_way(kind, {0.5f, 0.1f});
  BOOST_TEST(&xgrad::detail::fastest_way(kind, {0.7f, 0.0f}) == &known);
  BOOST_TEST(&xgrad::detail::fastest_way(kind, {0.8f, 0.1f}) != &known);
  BOOST_TEST(&xgrad::detail::fastest_way(kind, {0.5f, 0.4f}) != &known);
  BOOST_TEST(&xgrad::detail::fastest_way(kind, {0.5f, 0.1f}) == &known);
  for (int other = 0; other < 7; ++other) {
    ProductKind different = kind;
    if (other == 0) different.loops = &known;
    if (other == 1) different.m = 11;
    if (other == 2) different.n = 21;
    if (other == 3) different.k = 31;
    if (other == 4) different.threads = 2;
    if (other == 5) different.flip_a = true;
    if (other == 6) different.flip_b = false;
    BOOST_TEST(&xgrad::detail::fastest_way(different, {0.5f, 0.1f}) != &known, other);
  }
}

BOOST_AUTO_TEST_CASE(zeros_are_remembered_by_kind) {
  const ProductKind kind{nullptr, 11, 20, 30, 1, false, true};
  xgrad::detail::RecentZeros& recent = xgrad::detail::recent_zeros(kind);
  BOOST_TEST(recent.calls_left == 0u);
  recent.found.ways = 5, recent.calls_left = 3;
  BOOST_TEST(xgrad::detail::recent_zeros(kind).calls_left == 3u);
  BOOST_TEST(xgrad::detail::recent_zeros(kind).found.ways == 5u);
  ProductKind different = kind;
  for (int i = 0; i < 2000; ++i, ++different.m)
    BOOST_TEST_REQUIRE((i == 0 || xgrad::detail::recent_zeros(different).calls_left == 0u));
}

BOOST_AUTO_TEST_CASE(very_many_kinds_forget_each_other) {
  ProductKind kind{nullptr, 1, 1, 1, 1, false, false};
  for (int i = 0; i < 2000; ++i, ++kind.m) xgrad::detail::fastest_way(kind, {}).rule_out(1);
  BOOST_TEST(xgrad::detail::fastest_way({nullptr, 1, 1, 1, 1, false, false}, {}).next(0b10) == 1u);
  BOOST_TEST(xgrad::detail::fastest_way({nullptr, 1, 1, 1, 1, false, false}, {}).is_measuring());
}

BOOST_AUTO_TEST_SUITE_END()
