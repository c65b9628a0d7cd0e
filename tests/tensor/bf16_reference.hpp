#pragma once

#include <cmath>
#include <limits>

namespace xgrad::test {

/// x in bfloat16 by its definition: 8 significant bits, to the nearest, ties to even, from 2¹²⁸ on infinity. As the processor
/// does it, numbers below the smallest normal one become zero.
inline float rounded_to_bf16(float x) {
  if (std::isnan(x) || std::isinf(x)) return x;
  if (std::abs(x) < std::numeric_limits<float>::min()) return std::copysign(0.0f, x);
  int exponent = 0;
  std::frexp(x, &exponent);  // |x| = f·2^exponent with ½ ≤ f < 1
  const double nearest = std::ldexp(std::nearbyint(std::ldexp(static_cast<double>(x), 8 - exponent)), exponent - 8);
  const float infinite = std::copysign(std::numeric_limits<float>::infinity(), x);
  return std::abs(nearest) < std::ldexp(1.0, 128) ? static_cast<float>(nearest) : infinite;
}

/// How far a float32 sum of k products of bfloat16 numbers may be from the true one, `size` being the sum of their absolute
/// values and of what they are added to. Products are exact (two times 8 bits); each of the k additions, and one more for the
/// zero that completes an odd k, rounds by at most 2⁻²⁴ of what was summed up so far, (1 + 2⁻²⁴)ᵏ being below 1.001 for all k
/// that are tested, or takes a result below 2⁻¹²⁶ for zero, as may be a product.
inline double bf16_sum_error(std::size_t k, double size) {
  const double additions = static_cast<double>(k + 1);
  return additions * (1.001 * std::ldexp(size, -24) + std::ldexp(2.0, -126));
}

}  // namespace xgrad::test
