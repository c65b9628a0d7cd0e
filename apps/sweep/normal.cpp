#include "normal.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include <boost/math/special_functions/erf.hpp>

namespace xgrad::apps::sweep {

double normal_share(double x) { return 0.5 * std::erfc(-x / std::numbers::sqrt2); }

double normal_quantile(double u) {
  using Policy = boost::math::policies::policy<boost::math::policies::promote_double<false>>;
  const double inside = std::clamp(u, 0x1p-54, 1 - 0x1p-53);
  return -std::numbers::sqrt2 * boost::math::erfc_inv(2 * inside, Policy());
}

}  // namespace xgrad::apps::sweep
