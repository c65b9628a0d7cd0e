#pragma once

#include <cstddef>

#include "xgrad/tensor/kernels/isa.hpp"

namespace xgrad::kernels {

/// The numbers that the update rules below share. Bias corrections are computed by the caller.
template <class T>
struct UpdateNumbers {
  T lr = 0;
  T weight_decay = 0;     ///< added to the gradient, times the parameter
  T decoupled_decay = 1;  ///< factor on the parameter before the update (AdamW)
  T momentum = 0;
  T one_minus_dampening = 1;
  T beta1 = 0, beta2 = 0;
  T rest1 = 1, rest2 = 1;  ///< 1 − β₁ and 1 − β₂, subtracted in double: in float they lose digits
  T eps = 0;
  T correction2 = 1;    ///< 1/√(1 − β₂ᵗ): factor on √v
  T gradient_step = 0;  ///< NAdam: factor on the gradient's share of the step
};

/// One pass over parameter, gradient and state for each update rule; the formulas are those in the comments of xgrad::optim.
/// A null `max` or `mean` leaves that part out.
template <class T>
struct OptimizerLoops {
  using Numbers = UpdateNumbers<T>;
  /// p −= lr·(g + wd·p)
  void (*sgd)(T* p, const T* g, std::size_t n, const Numbers& k);
  /// d = g + wd·p;  b = momentum·b + (1 − dampening)·d (first step: b = d);  p −= lr·(nesterov ? d + momentum·b : b)
  void (*sgd_momentum)(T* p, const T* g, T* b, std::size_t n, const Numbers& k, bool nesterov, bool first);
  /// v = β₂·v + (1 − β₂)·d²;  m̄ = β₂·m̄ + (1 − β₂)·d if given;  s = √(v − m̄²) + eps;  b given: b = momentum·b + d/s, p −= lr·b;
  /// else p −= lr·d/s
  void (*rmsprop)(T* p, const T* g, T* v, T* mean, T* b, std::size_t n, const Numbers& k);
  /// p = decoupled·p;  m = β₁·m + (1 − β₁)·d;  v = β₂·v + (1 − β₂)·d²;  max = max(max, v);
  /// p −= (lr·m + gradient_step·d)/(√(max or v)·correction2 + eps)
  void (*adam)(T* p, const T* g, T* m, T* v, T* max, std::size_t n, const Numbers& k);
  /// s += d²;  p −= lr·d/(√s + eps)
  void (*adagrad)(T* p, const T* g, T* s, std::size_t n, const Numbers& k);
  /// v = ρ·v + (1 − ρ)·d²;  u = d·√(a + eps)/√(v + eps);  a = ρ·a + (1 − ρ)·u²;  p −= lr·u   (ρ in beta2)
  void (*adadelta)(T* p, const T* g, T* v, T* a, std::size_t n, const Numbers& k);
  /// out = √x, as the loops above take it.
  void (*roots)(const T* x, T* out, std::size_t n);

  /// The same loops, whose roots are taken by multiply-adds from an estimate; null where there are none.
  const OptimizerLoops* multiplied_roots;
};

/// Whether multiplied_roots have the bits of the others. The estimate is defined to its last bit for Intel's processors, for
/// which all were tested; for others only to a part in 2¹⁴.
bool multiplied_roots_are_exact();

/// The loops for `isa`, with the instruction for roots; or those for the instruction set in use, with roots by multiply-adds
/// where these are exact: on Intel's processors they are faster, too.
template <class T>
const OptimizerLoops<T>& optimizer_loops(Isa isa);
template <class T>
const OptimizerLoops<T>& optimizer_loops();

}  // namespace xgrad::kernels
