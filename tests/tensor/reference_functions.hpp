#pragma once
// What the elementwise loops compute, in long double: 11 bits more than a double has, and a formula of its own wherever the
// loops use a trick.

#include <cmath>
#include <functional>
#include <numbers>
#include <string>
#include <vector>

#include "xgrad/tensor/kernels/elementwise.hpp"

namespace reference {

using Real = long double;
using xgrad::kernels::Binary;
using xgrad::kernels::Unary;

inline Real sigmoid(Real x) { return 1 / (1 + std::exp(-x)); }
inline Real softplus(Real x) { return x > 0 ? x + std::log1p(std::exp(-x)) : std::log1p(std::exp(x)); }
inline Real normal_cdf(Real x) { return std::erfc(-x / std::numbers::sqrt2_v<Real>) / 2; }
inline Real normal_pdf(Real x) { return std::exp(-x * x / 2) / std::sqrt(2 * std::numbers::pi_v<Real>); }
inline Real gelu_inner(Real x) { return std::sqrt(2 / std::numbers::pi_v<Real>) * (x + 0.044715L * x * x * x); }
inline Real gelu_inner_slope(Real x) { return std::sqrt(2 / std::numbers::pi_v<Real>) * (1 + 3 * 0.044715L * x * x); }

/// A function of one argument, where it is compared, and by how many units in the last place it may be off. Where terms cancel,
/// the unit is that of `scale`, the sum of the terms' sizes, else that of the result.
struct UnaryCase {
  Unary function;
  std::string name;
  std::function<Real(Real x, Real a, Real b)> value;
  double low, high;  ///< the range of arguments, the same for float and double
  double float_ulps, double_ulps;
  double a = 0, b = 0;
  std::function<Real(Real x, Real a, Real b)> scale = nullptr;
};

/// The same for two arguments u and v, both from the range.
struct BinaryCase {
  Binary function;
  std::string name;
  std::function<Real(Real u, Real v, Real a)> value;
  double low, high;
  double float_ulps, double_ulps;
  double a = 0;
  std::function<Real(Real u, Real v, Real a)> scale = nullptr;
  bool v_is_output = false;  ///< v is what a function gave, and never beyond the range
};

std::vector<UnaryCase> unary_cases();
std::vector<BinaryCase> binary_cases();

}  // namespace reference
