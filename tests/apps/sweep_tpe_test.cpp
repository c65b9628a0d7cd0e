#include <algorithm>
#include <cmath>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "sweep/tpe.hpp"

using namespace xgrad;
using namespace xgrad::apps::sweep;

namespace {

const std::vector<Dimension> space{{}, {}, {{0.25, 0.25, 0.25, 0.25}}};

// Its least value is 0, at (0.3, 0.8) with choice 2.
double cost(const Point& p) { return std::pow(p[0] - 0.3, 2) + std::pow(p[1] - 0.8, 2) + (p[2] == 2 ? 0 : 0.2); }

// The least cost after 60 points; `lag` latest points are still under way when one is suggested.
double regret(std::uint64_t seed, bool learns, std::size_t lag) {
  const Tpe tpe(space);
  std::vector<Trial> trials;
  double least = INFINITY;
  for (std::size_t i = 0; i < 60; ++i) {
    const Generator generator = Generator(seed).split(i);
    std::vector<Trial> known = trials;
    for (std::size_t k = known.size() - std::min(lag, known.size()); k < known.size(); ++k) known[k].cost.reset();
    const Point point = learns ? tpe.suggest(known, generator) : tpe.draw(generator);
    trials.push_back({point, cost(point)});
    least = std::min(least, cost(point));
  }
  return least;
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return (values[values.size() / 2 - 1] + values[values.size() / 2]) / 2;
}

// Were both searches as good, each of 20 pairs would be a fair coin, and 16 or more wins would have a probability of
// (C(20,16) + … + C(20,20)) / 2²⁰ = 6196 / 1048576 = 0.6 %.
void check_beats_random(std::size_t lag) {
  std::vector<double> learnt, drawn;
  int wins = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    learnt.push_back(regret(seed, true, lag));
    drawn.push_back(regret(seed, false, lag));
    wins += learnt.back() < drawn.back();
  }
  BOOST_TEST_MESSAGE("lag " << lag << ": median " << median(learnt) << " against " << median(drawn) << ", " << wins << " wins");
  BOOST_TEST(median(learnt) < median(drawn));
  BOOST_TEST(wins >= 16);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(sweep_tpe)

BOOST_AUTO_TEST_CASE(after_60_points_it_is_nearer_to_the_optimum_than_random_search) { check_beats_random(0); }

BOOST_AUTO_TEST_CASE(it_is_nearer_too_where_the_latest_16_points_are_still_under_way) { check_beats_random(16); }

BOOST_AUTO_TEST_CASE(a_suggestion_depends_on_trials_and_generator_alone) {
  const Tpe tpe(space);
  std::vector<Trial> trials;
  for (std::size_t i = 0; i < 20; ++i) {
    const Point point = tpe.draw(Generator(5).split(i));
    trials.push_back({point, cost(point)});
  }
  BOOST_TEST((tpe.suggest(trials, Generator(1)) == tpe.suggest(trials, Generator(1))));
  BOOST_TEST((tpe.suggest(trials, Generator(1)) != tpe.suggest(trials, Generator(2))));
  trials[3].cost = -1;
  trials[3].point = {0.9, 0.9, 0};
  BOOST_TEST((tpe.suggest(trials, Generator(1)) != tpe.suggest({}, Generator(1))));
}

BOOST_AUTO_TEST_CASE(every_suggestion_lies_in_the_space) {
  const Tpe tpe({{}, {{0.9, 0.1}}}, {.startup = 2});
  std::vector<Trial> trials;
  for (std::size_t i = 0; i < 200; ++i) {
    const Point point = tpe.suggest(trials, Generator(8).split(i));
    BOOST_REQUIRE((point[0] >= 0 && point[0] < 1));
    BOOST_REQUIRE((point[1] == 0 || point[1] == 1));
    trials.push_back({point, i % 5 == 0 ? std::nullopt : std::optional(-point[0])});  // it pays to go to the border
  }
}

BOOST_AUTO_TEST_CASE(trials_without_a_cost_are_avoided) {
  // Twenty equal trials near 0.2 and 0.8; then those near 0.2 get no cost.
  const Tpe tpe({{}}, {.startup = 8});
  std::size_t above = 0;
  std::vector<Trial> trials;
  for (std::size_t i = 0; i < 10; ++i) {
    const double x = 0.01 * static_cast<double>(i);
    trials.push_back({{0.15 + x}, std::nullopt});
    trials.push_back({{0.75 + x}, x});
  }
  for (std::size_t i = 0; i < 100; ++i) above += tpe.suggest(trials, Generator(4).split(i))[0] > 0.5;
  BOOST_TEST(above > 90u);
}

BOOST_AUTO_TEST_CASE(a_parzen_density_integrates_to_one) {
  const Parzen numbers(Dimension{}, {0.0, 0.1, 0.12, 0.7, 1.0});
  double integral = 0;
  constexpr int n = 20000;  // the midpoint rule: its error is at most max|f''|/(24 n²), with |f''| < 1/(0.1)³·… below 10⁴
  for (int i = 0; i < n; ++i) integral += std::exp(numbers.log_density((i + 0.5) / n)) / n;
  BOOST_TEST(std::abs(integral - 1) < 1e-5);
  const Parzen choices(Dimension{{0.5, 0.25, 0.25}}, {0, 0, 2});
  // (0.5·3 + 2)/6, 0.75/6, 1.75/6
  BOOST_TEST(std::abs(std::exp(choices.log_density(0)) - 3.5 / 6) < 1e-15);
  BOOST_TEST(std::abs(std::exp(choices.log_density(1)) - 0.75 / 6) < 1e-15);
  BOOST_TEST(std::abs(std::exp(choices.log_density(2)) - 1.75 / 6) < 1e-15);
}

BOOST_AUTO_TEST_CASE(draws_from_a_parzen_density_follow_it) {
  const Parzen parzen(Dimension{}, {0.2, 0.25, 0.9});
  constexpr int side = 400, cells = 10;
  double drawn[cells] = {}, expected[cells] = {};
  for (int i = 0; i < side; ++i)
    for (int k = 0; k < side; ++k)
      drawn[static_cast<int>(parzen.draw((i + 0.5) / side, (k + 0.5) / side) * cells)] += 1.0 / (side * side);
  for (int i = 0; i < cells * 1000; ++i)
    expected[i / 1000] += std::exp(parzen.log_density((i + 0.5) / (cells * 1000))) / (cells * 1000);
  // Each of the four components is drawn from on a grid of `side` quantiles: a cell's share is off by at most 2/side.
  for (int i = 0; i < cells; ++i) BOOST_TEST(std::abs(drawn[i] - expected[i]) < 2.0 / side);
}

BOOST_AUTO_TEST_SUITE_END()
