#pragma once

#include <type_traits>

#include "xgrad/autograd/tensor.hpp"

namespace xgrad {

// Functions of one number, element by element.  Shapes: any → same.  Outside its domain a function gives NaN, as in <cmath>.

/// eˣ.  Gradient: g·eˣ.
template <class T>
Tensor<T> exp(const Tensor<T>& x);

/// eˣ − 1, with full relative precision near 0.  Gradient: g·eˣ.
template <class T>
Tensor<T> expm1(const Tensor<T>& x);

/// The natural logarithm.  Gradient: g/x.
template <class T>
Tensor<T> log(const Tensor<T>& x);

/// log(1 + x), with full relative precision near 0.  Gradient: g/(1 + x).
template <class T>
Tensor<T> log1p(const Tensor<T>& x);

/// √x.  Gradient: g/(2√x); infinite at 0.
template <class T>
Tensor<T> sqrt(const Tensor<T>& x);

/// x².  Gradient: 2·g·x.
template <class T>
Tensor<T> square(const Tensor<T>& x);

/// |x|.  Gradient: g·sign(x); 0 at 0.
template <class T>
Tensor<T> abs(const Tensor<T>& x);

/// sin(x).  Gradient: g·cos(x).  Units: radians.
template <class T>
Tensor<T> sin(const Tensor<T>& x);

/// cos(x).  Gradient: −g·sin(x).  Units: radians.
template <class T>
Tensor<T> cos(const Tensor<T>& x);

/// The error function 2/√π·∫₀ˣ e^(−t²) dt.  Gradient: g·2/√π·e^(−x²).
template <class T>
Tensor<T> erf(const Tensor<T>& x);

/// min(max(x, low), high); NaN stays NaN. An infinite bound does not limit.  Gradient: g where low ≤ x ≤ high, else 0.
/// Throws: ConfigError unless low ≤ high.
template <class T>
Tensor<T> clamp(const Tensor<T>& x, std::type_identity_t<T> low, std::type_identity_t<T> high);

}  // namespace xgrad
