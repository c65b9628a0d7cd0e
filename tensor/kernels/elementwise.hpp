#pragma once

#include <cstddef>

#include "xgrad/tensor/kernels/isa.hpp"

namespace xgrad::kernels {

/// y = f(x; a, b), element by element.
enum class Unary {
  Neg,
  Exp,
  Expm1,
  Log,
  Log1p,
  Sqrt,
  Square,
  Abs,
  Sign,
  Sin,
  Cos,
  Tanh,
  Sigmoid,
  LogSigmoid,
  Relu,
  LeakyRelu,  // x > 0 ? x : a x
  Elu,        // x > 0 ? x : a (eˣ − 1)
  Gelu,       // x Φ(x)
  GeluTanh,   // the tanh approximation of Gelu
  Silu,
  Softplus,
  Erf,
  Reciprocal,
  AddScalar,      // x + a
  MulScalar,      // x a
  RsubScalar,     // a − x
  RdivScalar,     // a / x
  PowScalar,      // x^a
  Clamp,          // min(max(x, a), b); NaN stays NaN
  Within,         // a ≤ x ≤ b ? 1 : 0
  GreaterScalar,  // x > a ? 1 : 0
  Count
};

/// y = f(u, v; a), element by element. The …Grad forms take a gradient u and the input or output v of a function.
enum class Binary {
  Add,
  Sub,
  Mul,
  Div,
  Pow,
  Maximum,
  Minimum,
  Greater,
  GreaterEqual,
  Equal,
  NotEqual,       // comparisons: 1 or 0
  LargerShare,    // u < v ? 0 : u = v ? ½ : 1: the part of the gradient of max(u, v) that u gets
  ReluGrad,       // v = output:  v ≤ 0 ? 0 : u, so that NaN passes it
  AbsGrad,        // v = input:   u sign(v)
  LeakyReluGrad,  // v = input:   v > 0 ? u : a u
  EluGrad,        // v = output:  v > 0 ? u : u (v + a)
  TanhGrad,       // v = output:  u (1 − v²)
  SigmoidGrad,    // v = output:  u v (1 − v)
  SiluGrad,
  GeluGrad,
  GeluTanhGrad,
  SoftplusGrad,
  LogSigmoidGrad,  // v = input
  AddScaled,       // u + a v
  MulScaled,       // u a v
  ReluMul,         // u ≤ 0 ? 0 : u v
  ReluMulGrad,     // v = output:  v ≤ 0 ? 0 : a u
  Count
};

/// The elementwise loops of one instruction set. The result of an element never depends on its position.
template <class T>
struct Elementwise {
  using UnaryLoop = void (*)(const T* x, T* y, std::size_t n, T a, T b);
  /// `u_step` and `v_step` are 1, or 0 where one element serves all n.
  using BinaryLoop = void (*)(const T* u, std::size_t u_step, const T* v, std::size_t v_step, T* y, std::size_t n, T a);
  UnaryLoop unary[static_cast<int>(Unary::Count)];
  BinaryLoop binary[static_cast<int>(Binary::Count)];
  /// y = mask ≠ 0 ? u : v, with steps 0 or 1.
  void (*where)(const T* mask, std::size_t mask_step, const T* u, std::size_t u_step, const T* v, std::size_t v_step, T* y,
                std::size_t n);
  /// sum += u v, the product rounded before it is added, as by Mul and Add one after the other.
  void (*add_product)(const T* u, const T* v, T* sum, std::size_t n);
};

/// The loops for `isa`, or for the instruction set in use. T is float or double.
template <class T>
const Elementwise<T>& elementwise(Isa isa);
template <class T>
const Elementwise<T>& elementwise();

/// Runs the loops of the instruction set in use over contiguous memory.
template <class T>
inline void run(Unary f, const T* x, T* y, std::size_t n, T a = 0, T b = 0) {
  elementwise<T>().unary[static_cast<int>(f)](x, y, n, a, b);
}
template <class T>
inline void run(Binary f, const T* u, const T* v, T* y, std::size_t n, T a = 0) {
  elementwise<T>().binary[static_cast<int>(f)](u, 1, v, 1, y, n, a);
}

}  // namespace xgrad::kernels
