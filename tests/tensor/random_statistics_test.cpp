// Do the numbers follow their laws? Seeds are fixed, so that a test passes always or never; bounds are such that a right
// generator would fail one check for at most one seed in 10⁹.
#include <algorithm>
#include <cmath>
#include <functional>
#include <numbers>
#include <vector>

#include <boost/mpl/list.hpp>
#include <boost/test/unit_test.hpp>

#include "xgrad/tensor/random.hpp"

using namespace xgrad;
using Scalars = boost::mpl::list<float, double>;

namespace {

const double false_alarm = 1e-9;
const double deviations = 6.11;  // a normal number is further out with probability 1e-9, both sides together

double normal_cdf(double z) { return 0.5 * std::erfc(-z / std::numbers::sqrt2); }

// Kolmogorov–Smirnov. P(D > d) ≤ 2 exp(−2 n d²) for every n (Dvoretzky, Kiefer, Wolfowitz; constant by Massart 1990).
// `step` is the largest jump of the distribution function that rounding to T causes.
template <class T>
void check_distribution(const Array<T>& sample, const std::function<double(double)>& cdf, double step = 0) {
  std::vector<double> sorted(sample.begin(), sample.end());
  std::sort(sorted.begin(), sorted.end());
  const double n = static_cast<double>(sorted.size());
  double distance = 0;
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    const double expected = cdf(sorted[i]);
    distance = std::max({distance, (i + 1) / n - expected, expected - i / n});
  }
  BOOST_TEST(distance <= std::sqrt(std::log(2 / false_alarm) / (2 * n)) + step);
}

// χ² with k degrees of freedom exceeds k + 2√(k t) + 2t with probability at most e⁻ᵗ (Laurent, Massart 2000).
void check_frequencies(const std::vector<double>& counts, double expected) {
  double chi_square = 0;
  for (const double count : counts) chi_square += (count - expected) * (count - expected) / expected;
  const double k = static_cast<double>(counts.size()) - 1, t = -std::log(false_alarm);
  BOOST_TEST(chi_square <= k + 2 * std::sqrt(k * t) + 2 * t);
  // Counts that are too even are as suspicious: below k − 2√(k t) with probability at most e⁻ᵗ.
  BOOST_TEST(chi_square >= k - 2 * std::sqrt(k * t));
}

// The mean of n values of the variance `variance` is off by 6.11 standard errors at most.
template <class T>
void check_mean(const Array<T>& sample, double mean, double variance, const std::function<double(double)>& of) {
  double sum = 0;
  for (const T x : sample) sum += of(x);
  const double n = static_cast<double>(sample.size());
  BOOST_TEST(std::abs(sum / n - mean) <= deviations * std::sqrt(variance / n));
}

// Two independent streams on [0, 1): the mean of (x − ½)(y − ½) has variance 1/144n.
void check_independent(Generator first, Generator second) {
  constexpr std::size_t n = 50000;
  const Array<double> x = random::uniform<double>(first, {n}), y = random::uniform<double>(second, {n});
  double sum = 0;
  for (std::size_t i = 0; i < n; ++i) sum += (x(i) - 0.5) * (y(i) - 0.5);
  BOOST_TEST(std::abs(sum / n) <= deviations / 12 / std::sqrt(static_cast<double>(n)));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(random_statistics)

BOOST_AUTO_TEST_CASE_TEMPLATE(uniform_numbers_have_the_uniform_law, T, Scalars) {
  Generator g(1);
  const Array<T> sample = random::uniform<T>(g, {200000}, T(-1), T(3));
  check_distribution<T>(
      sample, [](double x) { return (x + 1) / 4; }, 0x1p-24);
  check_mean<T>(sample, 1.0, 16.0 / 12, [](double x) { return x; });
  // (x − 1)² has the mean 4/3 and the variance 2⁴ (1/5 − 1/9).
  check_mean<T>(sample, 4.0 / 3, 16 * (1.0 / 5 - 1.0 / 9), [](double x) { return (x - 1) * (x - 1); });
}

BOOST_AUTO_TEST_CASE_TEMPLATE(every_bit_of_the_uniform_numbers_is_set_half_of_the_time, T, Scalars) {
  Generator g(2);
  const Array<T> sample = random::uniform<T>(g, {100000});
  const int bits = sizeof(T) == 4 ? 24 : 53;
  for (int bit = 1; bit <= bits; ++bit)
    check_mean<T>(sample, 0.5, 0.25,
                  [bit](double x) { return static_cast<double>(static_cast<std::int64_t>(std::ldexp(x, bit)) & 1); });
}

BOOST_AUTO_TEST_CASE_TEMPLATE(normal_numbers_have_the_normal_law, T, Scalars) {
  Generator g(3);
  const Array<T> sample = random::normal<T>(g, {200000}, T(2), T(3));
  // Rounding to float moves a value by 2⁻²⁴ of its size at most, some 10: with the density below 0.14, by less than 1e-7.
  check_distribution<T>(
      sample, [](double x) { return normal_cdf((x - 2) / 3); }, 1e-7);
  check_mean<T>(sample, 2, 9, [](double x) { return x; });
  check_mean<T>(sample, 1, 2, [](double x) { return std::pow((x - 2) / 3, 2); });
  check_mean<T>(sample, 0, 15, [](double x) { return std::pow((x - 2) / 3, 3); });
  check_mean<T>(sample, 3, 96, [](double x) { return std::pow((x - 2) / 3, 4); });
}

BOOST_AUTO_TEST_CASE_TEMPLATE(the_two_normal_numbers_of_a_pair_are_independent, T, Scalars) {
  Generator g(4);
  const Array<T> sample = random::normal<T>(g, {200000});
  double product = 0, squares = 0;
  const std::size_t pairs = sample.size() / 2;
  for (std::size_t i = 0; i < pairs; ++i) {
    const double x = sample(2 * i), y = sample(2 * i + 1);
    product += x * y;                      // variance 1
    squares += (x * x - 1) * (y * y - 1);  // variance 4
  }
  BOOST_TEST(std::abs(product) <= deviations * std::sqrt(static_cast<double>(pairs)));
  BOOST_TEST(std::abs(squares) <= deviations * 2 * std::sqrt(static_cast<double>(pairs)));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(truncated_normal_numbers_have_their_law_on_either_side_of_the_mean, T, Scalars) {
  const double bounds[][2] = {{-2, 2}, {-1, 4}, {-4, 1}, {1, 3}, {-9, -6}, {6, 9}};
  for (const auto& [low, high] : bounds) {
    Generator g(5);
    const Array<T> sample = random::truncated_normal<T>(g, {50000}, T(1), T(2), T(1 + 2 * low), T(1 + 2 * high));
    // Mirrored to the left of the mean, where the normal law's tail is known to all digits.
    const bool right = low + high > 0;
    const double from = right ? -high : low, to = right ? -low : high;
    const double share = normal_cdf(to) - normal_cdf(from);
    const auto cdf = [=](double x) {
      const double z = (x - 1) / 2;
      const double below = (normal_cdf(right ? -z : z) - normal_cdf(from)) / share;
      return right ? 1 - below : below;
    };
    // A float below 32 is rounded by 1e-6 at most, half of that in units of sd = 2. The density of the interval's law is below
    // 6 + 1/6, at z = 6: steps below 4e-6.
    check_distribution<T>(sample, cdf, sizeof(T) == 4 ? 4e-6 : 1e-12);
  }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(bernoulli_keeps_the_share_p, T, Scalars) {
  for (const double p : {0.001, 0.3, 0.5, 0.85, 0.999}) {
    Generator g(6);
    const Array<T> sample = random::bernoulli<T>(g, {200000}, p, T(2));
    check_mean<T>(sample, p, p * (1 - p), [](double x) { return x / 2; });
  }
}

BOOST_AUTO_TEST_CASE(bernoulli_elements_do_not_depend_on_their_neighbours) {
  Generator g(7);
  constexpr std::size_t n = 200000;
  const Array<float> sample = random::bernoulli<float>(g, {n + 8}, 0.3);
  for (std::size_t distance = 1; distance <= 8; ++distance) {
    double sum = 0;
    for (std::size_t i = 0; i < n; ++i) sum += (sample(i) - 0.3) * (sample(i + distance) - 0.3);
    BOOST_TEST(std::abs(sum / n) <= deviations * 0.3 * 0.7 / std::sqrt(static_cast<double>(n)));
  }
}

BOOST_AUTO_TEST_CASE(integers_are_equally_frequent) {
  for (const std::int64_t bound : {2, 3, 10, 1000}) {
    Generator g(8);
    std::vector<double> counts(bound);
    for (const std::int64_t x : random::integers(g, {200000}, bound)) ++counts[x];
    check_frequencies(counts, 200000.0 / static_cast<double>(bound));
  }
}

// 2⁶⁴ holds this bound 2.7 times: without rejection, a third of the values would come half as often again as the rest, and one
// draw in four is rejected.
BOOST_AUTO_TEST_CASE(integers_below_a_huge_bound_are_uniform) {
  Generator g(9);
  const std::int64_t bound = (std::int64_t{1} << 62) + (std::int64_t{1} << 61) + 12345;
  const Indices sample = random::integers(g, {200000}, bound);
  Array<double> scaled = Array<double>::from_shape(sample.shape());
  for (std::size_t i = 0; i < sample.size(); ++i) scaled(i) = static_cast<double>(sample(i)) / static_cast<double>(bound);
  check_distribution<double>(scaled, [](double x) { return x; });
}

BOOST_AUTO_TEST_CASE(all_120_orders_of_five_elements_are_equally_frequent) {
  Generator g(10);
  std::vector<double> counts(120);
  constexpr int trials = 60000;
  for (int trial = 0; trial < trials; ++trial) {
    const Indices p = random::permutation(g, 5);
    std::size_t rank = 0;  // in lexicographic order, by the factorial number system
    for (std::size_t i = 0; i < 5; ++i) {
      std::size_t smaller = 0;
      for (std::size_t j = i + 1; j < 5; ++j) smaller += p(j) < p(i);
      rank = rank * (5 - i) + smaller;
    }
    ++counts[rank];
  }
  check_frequencies(counts, trials / 120.0);
}

BOOST_AUTO_TEST_CASE(every_element_of_a_long_permutation_may_go_everywhere) {
  constexpr std::size_t n = 1000, parts = 10;
  std::vector<double> counts(parts * parts);
  constexpr int trials = 200;
  Generator g(11);
  for (int trial = 0; trial < trials; ++trial) {
    const Indices p = random::permutation(g, n);
    for (std::size_t i = 0; i < n; ++i) ++counts[i * parts / n * parts + static_cast<std::size_t>(p(i)) * parts / n];
  }
  // Rows and columns have fixed sums: 81 degrees of freedom rather than 99, so that the upper bound is a little generous; each
  // cell's variance is larger than a multinomial's with fixed margins by n/(n − 1), which 0.1 % is.
  double chi_square = 0;
  const double expected = trials * n / static_cast<double>(parts * parts);
  for (const double count : counts) chi_square += (count - expected) * (count - expected) / expected;
  const double t = -std::log(false_alarm);
  BOOST_TEST(chi_square <= 1.001 * (81 + 2 * std::sqrt(81 * t) + 2 * t));
  BOOST_TEST(chi_square >= 81 - 2 * std::sqrt(81 * t));
}

BOOST_AUTO_TEST_CASE(neighbouring_seeds_streams_and_children_are_independent) {
  check_independent(Generator(0), Generator(1));
  check_independent(Generator(0, 0), Generator(0, 1));
  check_independent(Generator(0), Generator(std::uint64_t{1} << 32));
  check_independent(Generator(5).split(0), Generator(5).split(1));
  check_independent(Generator(5), Generator(5).split(0));
  check_independent(Generator(5).split(3), Generator(6).split(3));
  check_independent(Generator(5, 0, 0), Generator(5, 0, 1000000));
}

BOOST_AUTO_TEST_SUITE_END()
