#include "xgrad/autograd/ops/power.hpp"

#include <cmath>
#include <limits>

#include "xgrad/autograd/operation_info.hpp"
#include "xgrad/autograd/ops/arithmetic.hpp"
#include "xgrad/autograd/ops/comparison.hpp"
#include "xgrad/autograd/ops/elementwise.hpp"
#include "xgrad/autograd/registry/families.hpp"

namespace xgrad {
namespace {

constexpr double inf = std::numeric_limits<double>::infinity(), nan = std::numeric_limits<double>::quiet_NaN();

// x^exponent for several exponents: those with loops of their own, whole ones for negative x too, and others.
std::vector<Sample> scalar_samples() {
  std::vector<Sample> samples;
  for (const double exponent : {0.0, 1.0, 2.0, 3.0, -1.0, -2.0, 0.5, -0.5, 1.7}) {
    const bool whole = exponent == std::floor(exponent);
    Array<double> x = sample_values({3, 5}, 0.5, 2, 7);
    if (whole)
      for (std::size_t i = 0; i < x.size(); i += 2) x.data()[i] *= -1;
    samples.push_back(sample(
        "exponent " + std::to_string(exponent), {x}, [exponent](const auto& in) { return pow(in[0], exponent); },
        [exponent](const Sample::Arrays& in) {
          Array<double> y = in[0];
          for (double& v : y) v = std::pow(v, exponent);
          return y;
        }));
  }
  return samples;
}

std::vector<SpecialValue> special_values() {
  const auto to = [](const auto& exponent) { return [exponent](const auto& x) { return pow(x, exponent); }; };
  const auto of = [](Array<double> base) {
    return [base](const auto& x) { return pow(Tensor<double>(Array<double>(base)), x); };
  };
  const Tensor<double> exponents{0.0, 1.0, 2.0, 0.5, -1.0};
  return {
      {"exponent 0", to(0), {0, -1, inf, nan}, {1, 1, 1, 1}, {0, 0, 0, 0}},
      {"exponent 1", to(1), {0, -1, inf, nan}, {0, -1, inf, nan}, {1, 1, 1, 1}},
      {"exponent 2", to(2), {0, -3, inf, nan}, {0, 9, inf, nan}, {0, -6, inf, nan}},
      {"exponent -1", to(-1), {0, -2, inf, nan}, {inf, -0.5, 0, nan}, {-inf, -0.25, 0, nan}},
      {"exponent 0.5", to(0.5), {0, 4, inf, -1}, {0, 2, inf, nan}, {inf, 0.25, 0, nan}},
      {"whole exponents of negative numbers", to(3), {-3, -1e100, 0}, {-27, -1e300, 0}, {27, 3e200, 0}},
      {"a negative number to a fraction", to(1.5), {-1, 4}, {nan, 8}, {nan, 3}},
      {"base 0", to(exponents), {0, 0, 0, 0, 0}, {1, 0, 0, 0, inf}, {0, 1, 0, inf, -inf}},
      {"exponents of base 0", of({0, 0, 0, 0}), {0, 0.5, 2, -1}, {1, 0, 0, inf}, {0, 0, 0, -inf}},
      {"exponent 0 of any base", to(Tensor<double>(0.0)), {0, -1, inf, nan}, {1, 1, 1, 1}, {0, 0, 0, 0}},
      {"exponents of other bases",
       of({1, 2, -2, -2, nan}),
       {nan, -1, 2, 0.5, 0},
       {1, 0.5, 4, nan, 1},
       {0, std::log(2) / 2, nan, nan, nan}},
  };
}

}  // namespace

std::vector<OperationInfo> power_operations() {
  const auto call = [](const auto& base, const auto& exponent) { return pow(base, exponent); };
  OperationInfo info{"pow", binary_samples(call, std::pow, 0.5, 2), special_values()};
  for (Sample& s : scalar_samples()) info.samples.push_back(std::move(s));
  info.samples.push_back(sample(
      "one base", {sample_values({2, 3})}, [](const auto& x) { return pow(2, x[0]); },
      elementwise_reference([](double x) { return std::exp2(x); })));
  // A polynomial's terms at 0, with all their derivatives.
  info.samples.push_back(sample(
      "whole exponents at base 0", {Array<double>{0}},
      []<class T>(const std::vector<Tensor<T>>& x) {
        return pow(x[0], Tensor<T>{0, 1, 2, 3});
      },
      [](const Sample::Arrays&) {
        return Array<double>{1, 0, 0, 0};
      }));
  info.bad_inputs = {{"shapes that do not broadcast",
                      [] {
                        pow(Tensor<double>(filled_array<double>({2, 3}, 1)), Tensor<double>(filled_array<double>({4, 3}, 1)));
                      },
                      {"pow", "(2, 3)", "(4, 3)"}}};
  return {info};
}

}  // namespace xgrad
