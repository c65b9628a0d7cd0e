#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <vector>

#include <boost/mpl/list.hpp>
#include <boost/test/unit_test.hpp>

#include "supported_isas.hpp"
#include "xgrad/tensor/array.hpp"
#include "xgrad/tensor/kernels/loss.hpp"
#include "xgrad/tensor/random.hpp"

using namespace xgrad;
using namespace xgrad::kernels;
using Scalars = boost::mpl::list<float, double>;
using Real = long double;

namespace {

constexpr double parameter = 0.75;  // where Huber's loss turns linear, and the margin

struct Definition {
  PairLoss loss;
  std::function<Real(Real, Real)> value, slope;
};

std::vector<Definition> definitions() {
  const auto sign = [](Real d) { return d > 0 ? Real(1) : d < 0 ? Real(-1) : Real(0); };
  return {{PairLoss::Squared, [](Real x, Real y) { return (x - y) * (x - y); }, [](Real x, Real y) { return 2 * (x - y); }},
          {PairLoss::Absolute, [](Real x, Real y) { return std::abs(x - y); }, [=](Real x, Real y) { return sign(x - y); }},
          {PairLoss::Huber,
           [](Real x, Real y) {
             const Real d = std::abs(x - y);
             return d <= parameter ? d * d / 2 : parameter * (d - Real(parameter) / 2);
           },
           [](Real x, Real y) { return std::clamp<Real>(x - y, -parameter, parameter); }},
          {PairLoss::BceWithLogits,
           [](Real x, Real y) { return -y * std::log(1 / (1 + std::exp(-x))) - (1 - y) * std::log(1 / (1 + std::exp(x))); },
           [](Real x, Real y) { return 1 / (1 + std::exp(-x)) - y; }},
          {PairLoss::KlDivergence, [](Real x, Real y) { return y * (std::log(y) - x); }, [](Real, Real y) { return -y; }},
          {PairLoss::KlDivergenceLog, [](Real x, Real y) { return std::exp(y) * (y - x); },
           [](Real, Real y) { return -std::exp(y); }},
          {PairLoss::Hinge, [](Real x, Real y) { return std::max<Real>(0, parameter - x * y); },
           [](Real x, Real y) { return parameter - x * y > 0 ? -y : Real(0); }}};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(loss_kernels)

BOOST_AUTO_TEST_CASE(every_loss_has_a_definition_here) {
  BOOST_TEST(definitions().size() == static_cast<std::size_t>(PairLoss::Count));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(every_instruction_set_agrees_with_the_definitions, T, Scalars) {
  for (const Isa isa : test::supported_isas())
    for (const std::size_t n : {0, 1, 7, 16, 37, 3000})
      for (const Definition& definition : definitions()) {
        const int loss = static_cast<int>(definition.loss);
        Generator generator(n);
        const Array<T> x = random::uniform<T>(generator, {n}, -3, 3), y = random::uniform<T>(generator, {n}, T(0.01), 1);
        const Array<T> g = random::uniform<T>(generator, {n}, -1, 1);
        const T a = T(parameter), scale = 2, common = 3;
        Array<T> value = x, slope = x, slope_of_common = x;
        const PairLosses<T>& loops = pair_losses<T>(isa);
        const double sum = loops.sum[loss](x.data(), y.data(), n, a);
        loops.value[loss](x.data(), y.data(), value.data(), n, a, scale);
        loops.slope[loss](g.data(), 1, x.data(), y.data(), slope.data(), n, a, scale);
        loops.slope[loss](&common, 0, x.data(), y.data(), slope_of_common.data(), n, a, scale);
        // Values are below 16 and take a few operations each.
        const Real tolerance = 16 * 16 * std::numeric_limits<T>::epsilon();
        Real total = 0;
        for (std::size_t i = 0; i < n; ++i) {
          const Real expected = definition.value(x(i), y(i)), derivative = definition.slope(x(i), y(i));
          total += expected;
          BOOST_TEST(std::abs(value(i) - 2 * expected) < tolerance);
          BOOST_TEST(std::abs(slope(i) - 2 * g(i) * derivative) < tolerance);
          BOOST_TEST(std::abs(slope_of_common(i) - 6 * derivative) < tolerance);
        }
        BOOST_TEST(std::abs(sum - total) <= tolerance * static_cast<Real>(n));
      }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(not_a_number_stays_so_wherever_it_stands, T, Scalars) {
  constexpr T nan = std::numeric_limits<T>::quiet_NaN();
  for (const Isa isa : test::supported_isas())
    for (int loss = 0; loss < static_cast<int>(PairLoss::Count); ++loss)
      for (std::size_t at : {std::size_t{0}, std::size_t{20}, std::size_t{36}}) {
        Array<T> x = filled_array<T>({37}, T(0.5)), value = x;
        const Array<T> y = filled_array<T>({37}, T(0.25));
        x(at) = nan;
        pair_losses<T>(isa).value[loss](x.data(), y.data(), value.data(), 37, T(parameter), T(1));
        for (std::size_t i = 0; i < 37; ++i) BOOST_TEST(std::isnan(value(i)) == (i == at));
        BOOST_TEST(std::isnan(pair_losses<T>(isa).sum[loss](x.data(), y.data(), 37, T(parameter))));
      }
}

BOOST_AUTO_TEST_SUITE_END()
