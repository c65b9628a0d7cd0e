#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <set>
#include <vector>

#include <boost/mpl/list.hpp>
#include <boost/test/unit_test.hpp>

#include "error_text.hpp"
#include "xgrad/tensor/error.hpp"
#include "xgrad/tensor/random.hpp"

using namespace xgrad;
using Scalars = boost::mpl::list<float, double>;

namespace {

// Everything that fills floating-point memory, with one interface.
template <class T>
std::vector<void (*)(Generator&, T*, std::size_t)> fillers() {
  return {[](Generator& g, T* out, std::size_t n) { random::fill_uniform(g, out, n, -1, 3); },
          [](Generator& g, T* out, std::size_t n) { random::fill_normal(g, out, n, 1, 2); },
          [](Generator& g, T* out, std::size_t n) { random::fill_truncated_normal(g, out, n); },
          [](Generator& g, T* out, std::size_t n) { random::fill_bernoulli(g, out, n, 0.7, T(1 / 0.7)); }};
}

template <class T>
constexpr T infinity = std::numeric_limits<T>::infinity();

}  // namespace

BOOST_AUTO_TEST_SUITE(random_numbers)

BOOST_AUTO_TEST_CASE_TEMPLATE(an_element_depends_on_its_place_and_not_on_how_many_are_drawn, T, Scalars) {
  constexpr std::size_t most = 5000;
  for (const auto filler : fillers<T>()) {
    std::vector<T> all(most);
    Generator whole(7, 8);
    filler(whole, all.data(), most);
    for (const std::size_t n : {1, 2, 3, 4, 5, 31, 1023, 1024, 1025, 4097}) {
      std::vector<T> some(n + 1, T(77));
      Generator again(7, 8);
      filler(again, some.data(), n);
      BOOST_TEST((std::equal(all.begin(), all.begin() + n, some.begin()) && some[n] == T(77)));
    }
  }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_generator_set_back_or_made_from_the_three_numbers_goes_on_identically, T, Scalars) {
  for (const auto filler : fillers<T>()) {
    Generator generator(123456789012345, 3);
    std::vector<T> first(11), second(300), resumed(300);
    filler(generator, first.data(), first.size());
    const Generator saved = generator;
    filler(generator, second.data(), second.size());
    BOOST_CHECK(generator != saved);
    Generator restored(saved.seed(), saved.stream(), saved.position());
    BOOST_CHECK(restored == saved);
    filler(restored, resumed.data(), resumed.size());
    BOOST_TEST(second == resumed);
    BOOST_CHECK(restored == generator);
    restored.set_position(saved.position());
    BOOST_CHECK(restored == saved);
  }
}

BOOST_AUTO_TEST_CASE(calls_advance_the_generator_by_what_their_comments_say) {
  Generator g(1);
  std::vector<float> single(9);
  std::vector<double> wide(9);
  const auto advance = [&g](auto call) {
    const std::uint64_t before = g.position();
    call();
    return g.position() - before;
  };
  BOOST_TEST(advance([&] { random::fill_uniform(g, single.data(), 9); }) == 3u);
  BOOST_TEST(advance([&] { random::fill_uniform(g, wide.data(), 9); }) == 5u);
  BOOST_TEST(advance([&] { random::fill_normal(g, single.data(), 8); }) == 2u);
  BOOST_TEST(advance([&] { random::fill_normal(g, wide.data(), 9); }) == 5u);
  BOOST_TEST(advance([&] { random::fill_truncated_normal(g, single.data(), 9); }) == 5u);
  BOOST_TEST(advance([&] { random::fill_bernoulli(g, single.data(), 9, 0.0); }) == 3u);
  BOOST_TEST(advance([&] { random::fill_bernoulli(g, wide.data(), 9, 0.5); }) == 3u);
  BOOST_TEST(advance([&] { random::integers(g, {3, 3}, 5); }) == 9u);
  BOOST_TEST(advance([&] { random::permutation(g, 9); }) == 9u);
  BOOST_TEST(advance([&] { random::fill_uniform(g, single.data(), 0); }) == 0u);
}

// The words are the first of Random123's published vectors, for key and counter 0.
BOOST_AUTO_TEST_CASE(uniform_numbers_are_the_upper_bits_of_the_words) {
  Generator single(0), wide(0);
  const Array<float> x = random::uniform<float>(single, {4});
  const Array<double> y = random::uniform<double>(wide, {2});
  const std::uint32_t words[] = {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8};
  for (std::size_t i = 0; i < 4; ++i) BOOST_TEST(x(i) == static_cast<float>(words[i] >> 8) / 0x1p24f);
  for (std::size_t i = 0; i < 2; ++i)
    BOOST_TEST(y(i) == static_cast<double>((words[2 * i] | std::uint64_t{words[2 * i + 1]} << 32) >> 11) / 0x1p53);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(uniform_never_gives_its_upper_bound_even_by_rounding, T, Scalars) {
  Generator g(1);
  // Between neighbouring numbers, half of all draws would round up.
  const T low = 1, next = std::nextafter(low, T(2));
  for (const T x : random::uniform<T>(g, {1000}, low, next)) BOOST_REQUIRE(x == low);
  for (const T x : random::uniform<T>(g, {1000}, T(1e6), T(1e6) + T(0.5))) BOOST_REQUIRE((x >= T(1e6) && x < T(1e6) + T(0.5)));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(bernoulli_at_its_ends_is_constant, T, Scalars) {
  Generator g(1);
  for (const T x : random::bernoulli<T>(g, {999}, 0.0, T(2))) BOOST_REQUIRE(x == T(0));
  for (const T x : random::bernoulli<T>(g, {999}, 1.0, T(2))) BOOST_REQUIRE(x == T(2));
  for (const T x : random::bernoulli<T>(g, {999}, 0.5, T(2))) BOOST_REQUIRE((x == T(0) || x == T(2)));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(truncated_normal_stays_within_its_bounds_in_the_far_tails_too, T, Scalars) {
  const T bounds[][2] = {{-2, 2}, {T(-0.1), 3}, {5, 6}, {-31, -30}, {30, infinity<T>}, {-infinity<T>, infinity<T>}};
  for (const auto& [low, high] : bounds) {
    Generator g(1);
    for (const T x : random::truncated_normal<T>(g, {2000}, 0, 1, low, high))
      BOOST_REQUIRE((std::isfinite(x) && x >= low && x <= high));
  }
}

BOOST_AUTO_TEST_CASE(integers_reach_both_ends_and_no_further) {
  Generator g(1);
  const Indices dice = random::integers(g, {1000}, 6);
  BOOST_TEST(*std::min_element(dice.begin(), dice.end()) == 0);
  BOOST_TEST(*std::max_element(dice.begin(), dice.end()) == 5);
  for (const std::int64_t x : random::integers(g, {10}, 1)) BOOST_TEST(x == 0);
  for (const std::int64_t x : random::integers(g, {100}, std::numeric_limits<std::int64_t>::max())) BOOST_REQUIRE(x >= 0);
}

BOOST_AUTO_TEST_CASE(a_permutation_holds_every_index_once) {
  for (const std::size_t n : {0, 1, 2, 255, 256, 257, 10000}) {
    Generator g(n);
    Indices p = random::permutation(g, n);
    BOOST_REQUIRE(p.shape() == Shape{n});
    std::sort(p.begin(), p.end());
    for (std::size_t i = 0; i < n; ++i) BOOST_REQUIRE(p(i) == static_cast<std::int64_t>(i));
  }
}

BOOST_AUTO_TEST_CASE(shuffle_moves_values_as_permutation_moves_indices) {
  Indices values = {10, 20, 20, 30, 40, 50, 60};
  const Indices before = values;
  Generator g(3), same(3);
  random::shuffle(g, values);
  const Indices order = random::permutation(same, before.size());
  for (std::size_t i = 0; i < values.size(); ++i) BOOST_TEST(values(i) == before(order(i)));
  BOOST_CHECK(g == same);
}

BOOST_AUTO_TEST_CASE(split_depends_on_seed_stream_and_number_but_not_on_the_position) {
  Generator g(42);
  const Generator early = g.split(5);
  random::uniform<float>(g, {1000});
  BOOST_CHECK(g.split(5) == early);
  BOOST_TEST(early.position() == 0u);
  // Checkpoints hold streams: the numbers that split() gives must stay what they are.
  BOOST_TEST(Generator(0).split(0).stream() == 9839625492123203132u);
  BOOST_TEST(Generator(42, 7).split(5).stream() == 9315846617889855333u);
}

BOOST_AUTO_TEST_CASE(split_gives_different_streams_for_different_numbers_seeds_and_parents) {
  std::set<std::uint64_t> streams;
  for (std::uint64_t seed = 0; seed < 10; ++seed)
    for (std::uint64_t parent = 0; parent < 10; ++parent)
      for (std::uint64_t number = 0; number < 100; ++number) streams.insert(Generator(seed, parent).split(number).stream());
  BOOST_TEST(streams.size() == 10000u);
  BOOST_CHECK(Generator(1).split(2).split(3) != Generator(1).split(3).split(2));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(parameters_out_of_range_are_named, T, Scalars) {
  Generator g(1);
  const T nan = std::numeric_limits<T>::quiet_NaN(), most = std::numeric_limits<T>::max();
  BOOST_CHECK_EXCEPTION(random::uniform<T>(g, {2}, 5, 3), ConfigError, says({"[5, 3)"}));
  BOOST_CHECK_THROW(random::uniform<T>(g, {2}, 1, 1), ConfigError);
  BOOST_CHECK_THROW(random::uniform<T>(g, {2}, nan, 1), ConfigError);
  BOOST_CHECK_THROW(random::uniform<T>(g, {2}, -most, most), ConfigError);
  BOOST_CHECK_EXCEPTION(random::normal<T>(g, {2}, 0, -1), ConfigError, says({"sd -1"}));
  BOOST_CHECK_THROW(random::normal<T>(g, {2}, nan, 1), ConfigError);
  BOOST_CHECK_THROW(random::normal<T>(g, {2}, 0, infinity<T>), ConfigError);
  BOOST_CHECK_EXCEPTION(random::truncated_normal<T>(g, {2}, 0, 1, 2, -2), ConfigError, says({"[2, -2]"}));
  BOOST_CHECK_THROW(random::truncated_normal<T>(g, {2}, 0, 0), ConfigError);
  BOOST_CHECK_THROW(random::truncated_normal<T>(g, {2}, 0, -1), ConfigError);
  BOOST_CHECK_THROW(random::truncated_normal<T>(g, {2}, 0, 1, 50, 51), ConfigError);
  BOOST_CHECK_THROW(random::truncated_normal<T>(g, {2}, nan, 1), ConfigError);
  BOOST_CHECK_EXCEPTION(random::bernoulli<T>(g, {2}, 1.5), ConfigError, says({"1.5"}));
  BOOST_CHECK_THROW(random::bernoulli<T>(g, {2}, -0.1), ConfigError);
  BOOST_CHECK_THROW(random::bernoulli<T>(g, {2}, nan), ConfigError);
  BOOST_CHECK_EXCEPTION(random::integers(g, {2}, 0), ConfigError, says({"0"}));
  BOOST_TEST(g.position() == 0u);  // a call that fails takes nothing
}

BOOST_AUTO_TEST_SUITE_END()
