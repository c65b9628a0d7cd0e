// The choice among ways by how long they took.
#include "xgrad/tensor/fastest_way.hpp"

#include <algorithm>
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
  std::array<unsigned, FastestWay::most_ways> taken{};
  for (unsigned i = 0; i < 3 * FastestWay::first_rounds; ++i) {
    ++taken[take(choice, 0b1101, {3e-6, 0, 2e-6, 4e-6})];
    for (const std::size_t way : {0, 2, 3}) BOOST_TEST((taken[way] == (i + 1) / 3 || taken[way] == (i + 1) / 3 + 1));
  }
  BOOST_TEST(taken[1] == 0u);
  for (unsigned i = 0; i < FastestWay::least_pause; ++i) {
    BOOST_TEST(take(choice, 0b1101, {9e-6, 9e-6, 9e-6, 9e-6}) == 2u);  // times do not count now
    BOOST_TEST(!choice.is_measuring());
  }
}

BOOST_AUTO_TEST_CASE(later_rounds_come_after_pauses_that_double_up_to_the_longest) {
  FastestWay choice;
  while (take(choice, 0b11, {2e-6, 1e-6, 0, 0}), choice.is_measuring())
    ;
  std::uint32_t pause = FastestWay::least_pause, seen = 1;
  for (int round = 0; round < 8; ++round) {
    for (; take(choice, 0b11, {2e-6, 1e-6, 0, 0}), !choice.is_measuring(); ++seen)
      ;
    BOOST_TEST(seen == pause);
    BOOST_TEST(take(choice, 0b11, {2e-6, 1e-6, 0, 0}) == 1u);  // the round's second way
    BOOST_TEST(choice.is_measuring());
    pause = std::min(2 * pause, FastestWay::longest_pause), seen = 0;
  }
  BOOST_TEST(pause == FastestWay::longest_pause);
}

BOOST_AUTO_TEST_CASE(the_median_counts_so_that_neither_an_interruption_nor_luck_does) {
  for (const double outlier : {50e-6, 0.1e-6}) {
    FastestWay choice;
    for (unsigned i = 0; i < FastestWay::first_rounds; ++i) {
      BOOST_TEST(take(choice, 0b11, {outlier < 1e-6 && i == 1 ? outlier : 2e-6, 0, 0, 0}) == 0u);
      BOOST_TEST(take(choice, 0b11, {0, outlier > 1e-6 && i == 2 ? outlier : 1e-6, 0, 0}) == 1u);
    }
    BOOST_TEST(take(choice, 0b11, {}) == 1u);
  }
}

BOOST_AUTO_TEST_CASE(what_takes_long_is_tried_less_often) {
  FastestWay choice;
  for (unsigned i = 0; i < FastestWay::first_rounds + FastestWay::first_rounds_of_long_ones; ++i) {
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

BOOST_AUTO_TEST_CASE(a_way_that_becomes_possible_later_is_tried_then) {
  FastestWay choice;
  for (unsigned i = 0; i < 2 * FastestWay::first_rounds; ++i) take(choice, 0b11, {3e-6, 2e-6, 0, 0});
  BOOST_TEST(take(choice, 0b111, {3e-6, 2e-6, 1e-6, 0}) == 2u);
  BOOST_TEST(choice.is_measuring());
  for (unsigned i = 1; i < FastestWay::first_rounds; ++i) take(choice, 0b111, {3e-6, 2e-6, 1e-6, 0});
  BOOST_TEST(take(choice, 0b111, {3e-6, 2e-6, 1e-6, 0}) == 2u);
  BOOST_TEST(!choice.is_measuring());
  BOOST_TEST(take(choice, 0b11, {3e-6, 2e-6, 1e-6, 0}) == 1u);
}

BOOST_AUTO_TEST_CASE(what_is_ruled_out_is_not_taken_again_before_the_next_round) {
  FastestWay choice;
  while (choice.next(0b11) != 1) choice.record(0, 5e-6);
  choice.rule_out(1);
  BOOST_TEST(!choice.is_measuring());
  unsigned calls = 0;
  while (choice.next(0b11) == 0) {
    if (choice.is_measuring()) choice.record(0, 5e-6);
    BOOST_TEST_REQUIRE(++calls < 100u);
  }
  BOOST_TEST(choice.is_measuring());
  BOOST_TEST(calls >= FastestWay::least_pause);
  choice.rule_out(1);  // again
  BOOST_TEST(take(choice, 0b11, {5e-6, 1e-6, 0, 0}) == 0u);
}

BOOST_AUTO_TEST_CASE(when_another_way_has_become_the_fastest_it_is_taken_after_a_few_rounds) {
  FastestWay choice;
  for (int i = 0; i < 1000; ++i) take(choice, 0b11, {1e-6, 2e-6, 0, 0});
  const auto taken_of_many = [&choice] {
    std::array<int, 2> taken{};
    for (int i = 0; i < 1000; ++i) ++taken[take(choice, 0b11, {2e-6, 1e-6, 0, 0})];
    return taken;
  };
  taken_of_many();
  const std::array<int, 2> taken = taken_of_many();
  BOOST_TEST(taken[0] > 0);  // in a round now and then
  BOOST_TEST(taken[0] < 20);
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
