#include "reference_functions.hpp"

#include <algorithm>

// Bounds: 0 where nothing is rounded, ½ where IEEE 754 rounds one operation, 1 for the C library's pow, whose authors promise
// that; else 1¼ times the largest error found at 4·10⁵ arguments or more for each type and instruction set, rounded up.
namespace reference {

std::vector<UnaryCase> unary_cases() {
  return {
      {Unary::Neg, "neg", [](Real x, Real, Real) { return -x; }, -1e30, 1e30, 0, 0},
      {Unary::Exp, "exp", [](Real x, Real, Real) { return std::exp(x); }, -87, 88, 2, 1.2},
      {Unary::Expm1, "expm1", [](Real x, Real, Real) { return std::expm1(x); }, -87, 88, 2.5, 2.5},
      {Unary::Log, "log", [](Real x, Real, Real) { return std::log(x); }, 1e-37, 1e38, 1.1, 1.1},
      {Unary::Log1p, "log1p", [](Real x, Real, Real) { return std::log1p(x); }, -0.9999, 1e38, 1.1, 1.1},
      {Unary::Sqrt, "sqrt", [](Real x, Real, Real) { return std::sqrt(x); }, 0, 1e38, 0.5, 0.5},
      {Unary::Square, "square", [](Real x, Real, Real) { return x * x; }, -1e18, 1e18, 0.5, 0.5},
      {Unary::Abs, "abs", [](Real x, Real, Real) { return std::abs(x); }, -1e38, 1e38, 0, 0},
      {Unary::Sign, "sign", [](Real x, Real, Real) { return x == 0 || std::isnan(x) ? x : std::copysign(Real(1), x); }, -1e38,
       1e38, 0, 0},
      {Unary::Sin, "sin", [](Real x, Real, Real) { return std::sin(x); }, -1e4, 1e4, 2.7, 2.7},
      {Unary::Cos, "cos", [](Real x, Real, Real) { return std::cos(x); }, -1e4, 1e4, 2.7, 2.7},
      {Unary::Tanh, "tanh", [](Real x, Real, Real) { return std::tanh(x); }, -50, 50, 1.7, 1.7},
      {Unary::Sigmoid, "sigmoid", [](Real x, Real, Real) { return sigmoid(x); }, -87, 100, 3, 3},
      {Unary::LogSigmoid, "log_sigmoid", [](Real x, Real, Real) { return -softplus(-x); }, -1e4, 80, 2.4, 2.4},
      {Unary::Relu, "relu", [](Real x, Real, Real) { return x <= 0 ? 0 : x; }, -1e38, 1e38, 0, 0},
      {Unary::LeakyRelu, "leaky_relu", [](Real x, Real a, Real) { return x > 0 ? x : a * x; }, -1e38, 1e38, 0.5, 0.5, 0.015625},
      {Unary::Elu, "elu", [](Real x, Real a, Real) { return x > 0 ? x : a * std::expm1(x); }, -50, 50, 2, 2, 1.5},
      {Unary::Gelu, "gelu", [](Real x, Real, Real) { return x * normal_cdf(x); }, -12, 50, 6.5, 2.5, 0, 0,
       [](Real x, Real, Real) { return x * normal_cdf(x) * (1 + (x < 0 ? x * x : 0)); }},
      {Unary::GeluTanh, "gelu_tanh", [](Real x, Real, Real) { return x * sigmoid(2 * gelu_inner(x)); }, -9, 50, 3.6, 3.6, 0, 0,
       [](Real x, Real, Real) { return x * sigmoid(2 * gelu_inner(x)) * (1 + (x < 0 ? -2 * gelu_inner(x) : 0)); }},
      {Unary::Silu, "silu", [](Real x, Real, Real) { return x * sigmoid(x); }, -87, 100, 3.5, 3.5},
      {Unary::Softplus, "softplus", [](Real x, Real, Real) { return softplus(x); }, -80, 1e4, 2.4, 2.4},
      {Unary::Erf, "erf", [](Real x, Real, Real) { return std::erf(x); }, -10, 10, 3, 1.4},
      {Unary::Reciprocal, "reciprocal", [](Real x, Real, Real) { return 1 / x; }, 1e-37, 1e37, 0.5, 0.5},
      {Unary::AddScalar, "add_scalar", [](Real x, Real a, Real) { return x + a; }, -100, 100, 0.5, 0.5, 1.25},
      {Unary::MulScalar, "mul_scalar", [](Real x, Real a, Real) { return x * a; }, -1e30, 1e30, 0.5, 0.5, 1.25},
      {Unary::RsubScalar, "rsub_scalar", [](Real x, Real a, Real) { return a - x; }, -100, 100, 0.5, 0.5, 1.25},
      {Unary::RdivScalar, "rdiv_scalar", [](Real x, Real a, Real) { return a / x; }, 1e-30, 1e30, 0.5, 0.5, 1.25},
      {Unary::PowScalar, "pow_scalar", [](Real x, Real a, Real) { return std::pow(x, a); }, 1e-12, 1e12, 1, 1, 2.5},
      {Unary::Clamp, "clamp", [](Real x, Real a, Real b) { return x < a   ? a
                                                                  : x > b ? b
                                                                          : x; }, -10, 10, 0, 0, -1.5, 2.5},
      {Unary::Within, "within", [](Real x, Real a, Real b) { return Real(x >= a && x <= b); }, -10, 10, 0, 0, -1.5, 2.5},
      {Unary::GreaterScalar, "greater_scalar", [](Real x, Real a, Real) { return Real(x > a); }, -10, 10, 0, 0, 1.5},
  };
}

std::vector<BinaryCase> binary_cases() {
  const auto product = [](Real u, Real v, Real) { return u * v; };
  return {
      {Binary::Add, "add", [](Real u, Real v, Real) { return u + v; }, -1e30, 1e30, 0.5, 0.5},
      {Binary::Sub, "sub", [](Real u, Real v, Real) { return u - v; }, -1e30, 1e30, 0.5, 0.5},
      {Binary::Mul, "mul", product, -1e15, 1e15, 0.5, 0.5},
      {Binary::Div, "div", [](Real u, Real v, Real) { return u / v; }, -1e15, 1e15, 0.5, 0.5},
      {Binary::Pow, "pow", [](Real u, Real v, Real) { return std::pow(u, v); }, 1e-3, 25, 1, 1},
      {Binary::Maximum, "maximum", [](Real u, Real v, Real) { return std::isnan(u) || u > v ? u : v; }, -10, 10, 0, 0},
      {Binary::Minimum, "minimum", [](Real u, Real v, Real) { return std::isnan(u) || u < v ? u : v; }, -10, 10, 0, 0},
      {Binary::Greater, "greater", [](Real u, Real v, Real) { return Real(u > v); }, -10, 10, 0, 0},
      {Binary::GreaterEqual, "greater_equal", [](Real u, Real v, Real) { return Real(u >= v); }, -10, 10, 0, 0},
      {Binary::Equal, "equal", [](Real u, Real v, Real) { return Real(u == v); }, -10, 10, 0, 0},
      {Binary::NotEqual, "not_equal", [](Real u, Real v, Real) { return Real(u != v); }, -10, 10, 0, 0},
      {Binary::LargerShare, "larger_share", [](Real u, Real v, Real) { return u < v    ? 0
                                                                              : u == v ? Real(0.5)
                                                                                       : 1; }, -10, 10, 0,
       0},
      {Binary::ReluGrad, "relu_grad", [](Real u, Real v, Real) { return v <= 0 ? 0 : u; }, -10, 10, 0, 0},
      {Binary::AbsGrad, "abs_grad", [](Real u, Real v, Real) { return v > 0   ? u
                                                                      : v < 0 ? -u
                                                                              : u * v; }, -10, 10, 0, 0},
      {Binary::LeakyReluGrad, "leaky_relu_grad", [](Real u, Real v, Real a) { return v > 0 ? u : a * u; }, -10, 10, 0.5, 0.5,
       0.015625},
      {Binary::EluGrad, "elu_grad", [](Real u, Real v, Real a) { return v > 0 ? u : u * (v + a); }, -1.5, 3, 2, 2, 1.5},
      {Binary::TanhGrad, "tanh_grad", [](Real u, Real v, Real) { return u * (1 - v * v); }, -1, 1, 1.4, 1.4, 0,
       [](Real u, Real v, Real) { return u * (1 + v * v); }, true},
      {Binary::SigmoidGrad, "sigmoid_grad", [](Real u, Real v, Real) { return u * v * (1 - v); }, 1e-6, 1, 2.5, 2.5, 0, nullptr,
       true},
      {Binary::SiluGrad, "silu_grad", [](Real u, Real v, Real) { return u * sigmoid(v) * (1 + v * sigmoid(-v)); }, -50, 50, 4.5,
       4.5, 0, [](Real u, Real v, Real) { return u * sigmoid(v) * (1 + std::abs(v) * sigmoid(-v)); }},
      {Binary::GeluGrad, "gelu_grad", [](Real u, Real v, Real) { return u * (normal_cdf(v) + v * normal_pdf(v)); }, -9, 9, 6,
       3.5, 0,
       [](Real u, Real v, Real) { return u * (normal_cdf(v) + std::abs(v) * normal_pdf(v)) * (1 + (v < 0 ? v * v : 0)); }},
      {Binary::GeluTanhGrad, "gelu_tanh_grad",
       [](Real u, Real v, Real) {
         const Real w = std::clamp<Real>(v, -100, 100), z = 2 * gelu_inner(w);  // beyond, nothing changes any more
         return u * sigmoid(z) * (1 + w * sigmoid(-z) * 2 * gelu_inner_slope(w));
       },
       -9, 9, 4.8, 4.8, 0,
       [](Real u, Real v, Real) {
         const Real w = std::clamp<Real>(v, -100, 100), z = 2 * gelu_inner(w), size = 1 + (w < 0 ? -z : 0);
         return u * sigmoid(z) * (1 + std::abs(w) * sigmoid(-z) * 2 * gelu_inner_slope(w)) * size;
       }},
      {Binary::SoftplusGrad, "softplus_grad", [](Real u, Real v, Real) { return u * sigmoid(v); }, -40, 40, 3.6, 3.6},
      {Binary::LogSigmoidGrad, "log_sigmoid_grad", [](Real u, Real v, Real) { return u * sigmoid(-v); }, -40, 40, 3.6, 3.6},
      {Binary::AddScaled, "add_scaled", [](Real u, Real v, Real a) { return u + a * v; }, -100, 100, 1, 1, -0.3,
       [](Real u, Real v, Real a) { return std::abs(u) + std::abs(a * v); }},
      {Binary::MulScaled, "mul_scaled", [](Real u, Real v, Real a) { return u * (a * v); }, -100, 100, 1.5, 1.5, -0.3},
      {Binary::ReluMul, "relu_mul", [](Real u, Real v, Real) { return u <= 0 ? 0 : u * v; }, -10, 10, 0.5, 0.5},
      {Binary::ReluMulGrad, "relu_mul_grad", [](Real u, Real v, Real a) { return v <= 0 ? 0 : a * u; }, -10, 10, 1.25, 0.5},
  };
}

}  // namespace reference
