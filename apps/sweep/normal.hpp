#pragma once

namespace xgrad::apps::sweep {

/// Φ(x) = ½ erfc(−x/√2): the share of a standard normal distribution below x.
double normal_share(double x);

/// Φ⁻¹(u); u is taken to be at least 2⁻⁵⁴ and at most 1 − 2⁻⁵³, so that the result is finite (|x| < 8.3).
double normal_quantile(double u);

}  // namespace xgrad::apps::sweep
