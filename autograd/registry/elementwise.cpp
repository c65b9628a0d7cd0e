#include "xgrad/autograd/ops/elementwise.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "xgrad/autograd/operation_info.hpp"
#include "xgrad/autograd/ops/arithmetic.hpp"
#include "xgrad/autograd/ops/comparison.hpp"
#include "xgrad/autograd/registry/families.hpp"

namespace xgrad {
namespace {

constexpr double inf = std::numeric_limits<double>::infinity(), nan = std::numeric_limits<double>::quiet_NaN();

OperationInfo clamp_info() {
  const auto call = [](const auto& x) { return clamp(x, -0.35, 0.55); };
  const auto upper = [](const auto& x) { return clamp(x, -inf, 1); };
  OperationInfo info{"clamp", unary_samples(
                                  call, [](double x) { return std::min(std::max(x, -0.35), 0.55); }, 0, 0)};
  const Array<double> at{-inf, -0.35, 0, 0.55, 1, inf, nan};
  info.special_values = {
      {"ends, infinities and NaN", call, at, {-0.35, -0.35, 0, 0.55, 0.55, 0.55, nan}, {0, 1, 1, 1, 0, 0, 0}},
      {"one bound", upper, at, {-inf, -0.35, 0, 0.55, 1, 1, nan}, {1, 1, 1, 1, 1, 0, 0}}};
  const Tensor<double> x{1.0, 2.0};
  info.bad_inputs = {{"bounds exchanged", [x] { clamp(x, 2, 1); }, {"clamp", "low is 2", "high is 1"}},
                     {"bound NaN", [x] { clamp(x, nan, 1); }, {"clamp", "nan"}}};
  return info;
}

}  // namespace

std::vector<OperationInfo> elementwise_operations() {
  const auto function = [](const char* name, auto call, double (*reference)(double), double low, double high,
                           const Array<double>& at, const Array<double>& value, const Array<double>& gradient) {
    return OperationInfo{name, unary_samples(call, reference, low, high), {{"special values", call, at, value, gradient}}};
  };
  return {
      function("exp", [](const auto& x) { return exp(x); }, std::exp, -2, 2,  //
               {0, 1000, -1000, inf, -inf, nan}, {1, inf, 0, inf, 0, nan}, {1, inf, 0, inf, 0, nan}),
      function("expm1", [](const auto& x) { return expm1(x); }, std::expm1, -2, 2,  //
               {0, 1000, -1000, inf, -inf, nan}, {0, inf, -1, inf, -1, nan}, {1, inf, 0, inf, 0, nan}),
      function("log", [](const auto& x) { return log(x); }, std::log, 0.5, 2,  //
               {0, 1, inf, nan, -1}, {-inf, 0, inf, nan, nan}, {inf, 1, 0, nan, -1}),
      function("log1p", [](const auto& x) { return log1p(x); }, std::log1p, -0.5, 2,  //
               {-1, 0, inf, nan, -2}, {-inf, 0, inf, nan, nan}, {inf, 1, 0, nan, -1}),
      function("sqrt", [](const auto& x) { return sqrt(x); }, std::sqrt, 0.5, 2,  //
               {0, 1, inf, nan, -1}, {0, 1, inf, nan, nan}, {inf, 0.5, 0, nan, nan}),
      function(
          "square", [](const auto& x) { return square(x); }, [](double x) { return x * x; }, -2, 2,  //
          {0, 1e200, inf, -inf, nan}, {0, inf, inf, inf, nan}, {0, 2e200, inf, -inf, nan}),
      function("abs", [](const auto& x) { return abs(x); }, std::fabs, 0, 0,  //
               {0, -0.0, inf, -inf, nan}, {0, 0, inf, inf, nan}, {0, 0, 1, -1, nan}),
      function("sin", [](const auto& x) { return sin(x); }, std::sin, -4, 4,  //
               {0, inf, nan, 1e6}, {0, nan, nan, std::sin(1e6)}, {1, nan, nan, std::cos(1e6)}),
      function("cos", [](const auto& x) { return cos(x); }, std::cos, -4, 4,  //
               {0, inf, nan, 1e6}, {1, nan, nan, std::cos(1e6)}, {0, nan, nan, -std::sin(1e6)}),
      function("erf", [](const auto& x) { return erf(x); }, std::erf, -2, 2,  //
               {0, 1000, -1000, inf, -inf, nan}, {0, 1, -1, 1, -1, nan}, {1.12837916709551257390, 0, 0, 0, 0, nan}),
      clamp_info(),
  };
}

}  // namespace xgrad
