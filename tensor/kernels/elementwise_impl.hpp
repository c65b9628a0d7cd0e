#pragma once
// The elementwise loops, for one xsimd architecture. Included only by the file of each instruction set: it must not pull in
// inline functions that the linker could merge with those of other files.

#include <utility>

#include "xgrad/tensor/kernels/elementwise.hpp"
#include "xgrad/tensor/kernels/simd.hpp"

namespace xgrad::kernels {

template <class B>
inline B sigmoid_of(B x) {
  return B(1) / (B(1) + xsimd::exp(-x));
}

template <class B>
struct SigmoidAndRest {
  B value, rest;
};

// σ(x) and 1 − σ(x), which by subtraction would lose its digits for positive x.
template <class B>
inline SigmoidAndRest<B> sigmoid_and_rest(B x) {
  const B e = xsimd::exp(-x), s = B(1) / (B(1) + e);
  return {s, xsimd::select(x > B(0), e * s, B(1) - s)};
}

// xsimd's erf in double is off by up to 68 units in the last place, its pow by 10: the C library's are used where that matters.
template <class B, class F>
inline B lane_by_lane(B x, B y, F f) {
  alignas(64) typename B::value_type u[B::size], v[B::size];
  x.store_aligned(u);
  y.store_aligned(v);
  for (std::size_t i = 0; i < B::size; ++i) u[i] = f(u[i], v[i]);
  return B::load_aligned(u);
}

template <class B>
inline B power(B x, B y) {
  if constexpr (sizeof(typename B::value_type) == 4)
    return lane_by_lane(x, y, [](float u, float v) { return __builtin_powf(u, v); });
  else
    return lane_by_lane(x, y, [](double u, double v) { return __builtin_pow(u, v); });
}

template <class B>
inline B error_function(B x) {
  if constexpr (sizeof(typename B::value_type) == 4)
    return xsimd::erf(x);
  else
    return lane_by_lane(x, x, [](double u, double) { return __builtin_erf(u); });
}

template <class B>
inline B normal_cdf(B x) {  // Φ(x) = erfc(−x/√2)/2, which keeps its digits for negative x
  const B z = x * B(-0.70710678118654752440);
  if constexpr (sizeof(typename B::value_type) == 4)
    return B(0.5) * xsimd::erfc(z);
  else
    return B(0.5) * lane_by_lane(z, z, [](double u, double) { return __builtin_erfc(u); });
}

// xsimd 8.1 looks at a denormal double's exponent before it has made it normal: such arguments are scaled by 2⁵⁴ here.
template <class B>
inline B logarithm(B x) {
  if constexpr (sizeof(typename B::value_type) == 4) {
    return xsimd::log(x);
  } else {
    const auto denormal = x < B(0x1p-1022);
    return xsimd::log(xsimd::select(denormal, x * B(0x1p54), x)) -
           xsimd::select(denormal, B(54 * 0.69314718055994530942), B(0));
  }
}

// log(1 + e^-|x|): the part that softplus and log_sigmoid share, without overflow.
template <class B>
inline B log1p_exp_neg_abs(B x) {
  return xsimd::log1p(xsimd::exp(-xsimd::abs(x)));
}

template <class B>
inline B positive_part(B x) {
  return xsimd::select(x <= B(0), B(0), x);  // NaN stays NaN
}

// The tanh form of gelu is x (1 + tanh z)/2 = x σ(2z) with z = √(2/π) (x + 0.044715 x³): σ keeps its digits for negative x.
// Where x² exceeds the bound σ(2z) is 0 or 1, so the bound changes no result, but keeps x² finite.
template <class B>
inline B gelu_square(B x) {
  const B square = x * x;
  return xsimd::select(square > B(1e4), B(1e4), square);
}

template <class B>
inline B gelu_tanh_argument(B x, B square) {
  return B(2 * 0.79788456080286535588) * x * (B(1) + B(0.044715) * square);
}

template <class B>
inline B mask_to_number(typename B::batch_bool_type condition) {
  return xsimd::select(condition, B(1), B(0));
}

template <Unary f, class B>
inline B formula(B x, B a, B b) {
  if constexpr (f == Unary::Neg) return -x;
  if constexpr (f == Unary::Exp) return xsimd::exp(x);
  if constexpr (f == Unary::Expm1) return xsimd::expm1(x);
  if constexpr (f == Unary::Log) return logarithm(x);
  if constexpr (f == Unary::Log1p) return xsimd::log1p(x);
  if constexpr (f == Unary::Sqrt) return xsimd::sqrt(x);
  if constexpr (f == Unary::Square) return x * x;
  if constexpr (f == Unary::Abs) return xsimd::abs(x);
  if constexpr (f == Unary::Sign) return xsimd::select(x > B(0), B(1), xsimd::select(x < B(0), B(-1), x));
  if constexpr (f == Unary::Sin) return xsimd::sin(x);
  if constexpr (f == Unary::Cos) return xsimd::cos(x);
  if constexpr (f == Unary::Tanh) return xsimd::tanh(x);
  if constexpr (f == Unary::Sigmoid) return sigmoid_of(x);
  if constexpr (f == Unary::LogSigmoid) return xsimd::select(x >= B(0), B(0), x) - log1p_exp_neg_abs(x);
  if constexpr (f == Unary::Relu) return positive_part(x);
  if constexpr (f == Unary::LeakyRelu) return xsimd::select(x > B(0), x, a * x);
  if constexpr (f == Unary::Elu) return xsimd::select(x > B(0), x, a * xsimd::expm1(xsimd::select(x > B(0), B(0), x)));
  if constexpr (f == Unary::Gelu) return x * normal_cdf(x);
  if constexpr (f == Unary::GeluTanh) return x * sigmoid_of(gelu_tanh_argument(x, gelu_square(x)));
  if constexpr (f == Unary::Silu) return x * sigmoid_of(x);
  if constexpr (f == Unary::Softplus) return positive_part(x) + log1p_exp_neg_abs(x);
  if constexpr (f == Unary::Erf) return error_function(x);
  if constexpr (f == Unary::Reciprocal) return B(1) / x;
  if constexpr (f == Unary::AddScalar) return x + a;
  if constexpr (f == Unary::MulScalar) return x * a;
  if constexpr (f == Unary::RsubScalar) return a - x;
  if constexpr (f == Unary::RdivScalar) return a / x;
  if constexpr (f == Unary::PowScalar) return power(x, a);
  if constexpr (f == Unary::Clamp) {
    const B low = xsimd::select(x < a, a, x);
    return xsimd::select(low > b, b, low);
  }
  if constexpr (f == Unary::Within) return xsimd::select(x >= a, mask_to_number<B>(x <= b), B(0));
  if constexpr (f == Unary::GreaterScalar) return mask_to_number<B>(x > a);
}

template <Binary f, class B>
inline B formula(B u, B v, B a) {
  if constexpr (f == Binary::Add) return u + v;
  if constexpr (f == Binary::Sub) return u - v;
  if constexpr (f == Binary::Mul) return u * v;
  if constexpr (f == Binary::Div) return u / v;
  if constexpr (f == Binary::Pow) return power(u, v);
  if constexpr (f == Binary::Maximum) return xsimd::select(xsimd::isnan(u), u, xsimd::select(v < u, u, v));
  if constexpr (f == Binary::Minimum) return xsimd::select(xsimd::isnan(u), u, xsimd::select(v > u, u, v));
  if constexpr (f == Binary::Greater) return mask_to_number<B>(u > v);
  if constexpr (f == Binary::GreaterEqual) return mask_to_number<B>(u >= v);
  if constexpr (f == Binary::Equal) return mask_to_number<B>(u == v);
  if constexpr (f == Binary::NotEqual) return B(1) - mask_to_number<B>(u == v);  // not u != v: xsimd takes NaN for not unequal
  if constexpr (f == Binary::LargerShare) return xsimd::select(u < v, B(0), xsimd::select(u == v, B(0.5), B(1)));
  if constexpr (f == Binary::ReluGrad) return xsimd::select(v <= B(0), B(0), u);
  if constexpr (f == Binary::ReluMul) return xsimd::select(u <= B(0), B(0), u * v);
  if constexpr (f == Binary::ReluMulGrad) return xsimd::select(v <= B(0), B(0), a * u);
  if constexpr (f == Binary::LeakyReluGrad) return xsimd::select(v > B(0), u, a * u);
  if constexpr (f == Binary::EluGrad) return xsimd::select(v > B(0), u, u * (v + a));
  if constexpr (f == Binary::AbsGrad) return xsimd::select(v > B(0), u, xsimd::select(v < B(0), -u, u * v));
  if constexpr (f == Binary::TanhGrad) return u * (B(1) - v * v);
  if constexpr (f == Binary::SigmoidGrad) return u * v * (B(1) - v);
  if constexpr (f == Binary::SiluGrad) {
    const auto [s, rest] = sigmoid_and_rest(v);
    return u * s * (B(1) + v * rest);
  }
  if constexpr (f == Binary::GeluGrad) {  // Φ(v) + v φ(v)
    const B pdf = B(0.39894228040143267794) * xsimd::exp(B(-0.5) * v * v);
    return u * (normal_cdf(v) + v * pdf);
  }
  if constexpr (f == Binary::GeluTanhGrad) {
    const B w = xsimd::select(v > B(100), B(100), xsimd::select(v < B(-100), B(-100), v));  // beyond, nothing changes any more
    const auto [s, rest] = sigmoid_and_rest(gelu_tanh_argument(w, w * w));
    const B slope = B(2 * 0.79788456080286535588) * (B(1) + B(3 * 0.044715) * w * w);
    return u * s * (B(1) + w * rest * slope);
  }
  if constexpr (f == Binary::SoftplusGrad) return u * sigmoid_of(v);
  if constexpr (f == Binary::LogSigmoidGrad) return u * sigmoid_of(-v);
  if constexpr (f == Binary::AddScaled) return u + a * v;
  if constexpr (f == Binary::MulScaled) return u * (a * v);
}

// How many vectors a turn of a loop takes: several of what takes no longer than the counting, and would otherwise take up
// to 1.7 times as long where the loop happens to lie across two lines of the cache.
constexpr std::size_t vectors_a_turn(Binary f) {
  switch (f) {
    case Binary::Add:
    case Binary::Sub:
    case Binary::Mul:
    case Binary::AddScaled:
    case Binary::MulScaled:
    case Binary::ReluGrad:
    case Binary::TanhGrad:
    case Binary::SigmoidGrad: return 4;
    default: return 1;
  }
}

template <Unary f, class T, class Arch>
void unary_loop(const T* x, T* y, std::size_t n, T a, T b) {
  using B = xsimd::batch<T, Arch>;
  constexpr std::size_t width = B::size;
  const B av(a), bv(b);
  std::size_t i = 0;
  for (; i + width <= n; i += width) formula<f>(B::load_unaligned(x + i), av, bv).store_unaligned(y + i);
  if (i < n) store_part(formula<f>(load_part<B>(x + i, n - i), av, bv), y + i, n - i);
}

template <Binary f, class T, class Arch>
void binary_loop(const T* u, std::size_t u_step, const T* v, std::size_t v_step, T* y, std::size_t n, T a) {
  using B = xsimd::batch<T, Arch>;
  constexpr std::size_t width = B::size;
  const B av(a);
  std::size_t i = 0;
  if (u_step && v_step) {
    constexpr std::size_t turn = vectors_a_turn(f) * width;
    const auto vector = [&](std::size_t at) {
      formula<f>(B::load_unaligned(u + at), B::load_unaligned(v + at), av).store_unaligned(y + at);
    };
    for (; turn > width && i + turn <= n; i += turn)
      for (std::size_t k = 0; k < turn; k += width) vector(i + k);
    for (; i + width <= n; i += width) vector(i);
    if (i < n) store_part(formula<f>(load_part<B>(u + i, n - i), load_part<B>(v + i, n - i), av), y + i, n - i);
  } else if (u_step) {
    const B vv(*v);
    for (; i + width <= n; i += width) formula<f>(B::load_unaligned(u + i), vv, av).store_unaligned(y + i);
    if (i < n) store_part(formula<f>(load_part<B>(u + i, n - i), vv, av), y + i, n - i);
  } else {
    const B uv(*u);
    for (; i + width <= n; i += width) formula<f>(uv, v_step ? B::load_unaligned(v + i) : B(*v), av).store_unaligned(y + i);
    if (i < n) store_part(formula<f>(uv, v_step ? load_part<B>(v + i, n - i) : B(*v), av), y + i, n - i);
  }
}

template <class T, class Arch>
void where_loop(const T* mask, std::size_t mask_step, const T* u, std::size_t u_step, const T* v, std::size_t v_step, T* y,
                std::size_t n) {
  using B = xsimd::batch<T, Arch>;
  constexpr std::size_t width = B::size;
  const auto load = [](const T* p, std::size_t step, std::size_t i) { return step ? B::load_unaligned(p + i) : B(*p); };
  const auto load_rest = [n](const T* p, std::size_t step, std::size_t i) { return step ? load_part<B>(p + i, n - i) : B(*p); };
  const auto choose = [](B m, B yes, B no) { return xsimd::select(m == B(0), no, yes); };
  std::size_t i = 0;
  for (; i + width <= n; i += width)
    choose(load(mask, mask_step, i), load(u, u_step, i), load(v, v_step, i)).store_unaligned(y + i);
  if (i < n) store_part(choose(load_rest(mask, mask_step, i), load_rest(u, u_step, i), load_rest(v, v_step, i)), y + i, n - i);
}

template <class T, class Arch>
void add_product_loop(const T* u, const T* v, T* sum, std::size_t n) {
  using B = xsimd::batch<T, Arch>;
  constexpr std::size_t width = B::size;
  constexpr std::size_t turn = vectors_a_turn(Binary::Mul) * width;
  const auto vector = [&](std::size_t at) {
    const B product = rounded_product(B::load_unaligned(u + at), B::load_unaligned(v + at));
    (B::load_unaligned(sum + at) + product).store_unaligned(sum + at);
  };
  std::size_t i = 0;
  for (; i + turn <= n; i += turn)
    for (std::size_t k = 0; k < turn; k += width) vector(i + k);
  for (; i + width <= n; i += width) vector(i);
  if (i == n) return;
  const B product = rounded_product(load_part<B>(u + i, n - i), load_part<B>(v + i, n - i));
  store_part(load_part<B>(sum + i, n - i) + product, sum + i, n - i);
}

template <class T, class Arch, int... unary, int... binary>
constexpr Elementwise<T> make_elementwise(std::integer_sequence<int, unary...>, std::integer_sequence<int, binary...>) {
  return {{unary_loop<static_cast<Unary>(unary), T, Arch>...},
          {binary_loop<static_cast<Binary>(binary), T, Arch>...},
          where_loop<T, Arch>,
          add_product_loop<T, Arch>};
}

template <class T, class Arch>
struct ElementwiseFor {
  static constexpr Elementwise<T> table =
      make_elementwise<T, Arch>(std::make_integer_sequence<int, static_cast<int>(Unary::Count)>{},
                                std::make_integer_sequence<int, static_cast<int>(Binary::Count)>{});
};

}  // namespace xgrad::kernels
