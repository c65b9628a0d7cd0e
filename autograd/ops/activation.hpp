#pragma once

#include <type_traits>

#include "xgrad/autograd/tensor.hpp"

namespace xgrad {

// Activation functions, element by element.  Shapes: any → same.

/// tanh(x).  Gradient: g·(1 − tanh² x).
template <class T>
Tensor<T> tanh(const Tensor<T>& x);

/// The logistic function σ(x) = 1/(1 + e⁻ˣ).  Gradient: g·σ(x)·(1 − σ(x)).
template <class T>
Tensor<T> sigmoid(const Tensor<T>& x);

/// log σ(x) = −log(1 + e⁻ˣ), without overflow for any x.  Gradient: g·σ(−x).
template <class T>
Tensor<T> log_sigmoid(const Tensor<T>& x);

/// max(x, 0).  Gradient: g where x > 0, else 0; 0 at the kink.  Source: Nair and Hinton 2010.
template <class T>
Tensor<T> relu(const Tensor<T>& x);

/// x where x > 0, else slope·x.  Gradient: g or slope·g; slope·g at the kink.  Throws: ConfigError if slope is not finite.
/// Source: Maas, Hannun and Ng 2013.
template <class T>
Tensor<T> leaky_relu(const Tensor<T>& x, std::type_identity_t<T> slope = T(0.01));

/// x where x > 0, else alpha·(eˣ − 1).  Gradient: g or g·alpha·eˣ; g·alpha at 0.
/// Throws: ConfigError unless alpha is finite and at least 0.  Source: Clevert, Unterthiner and Hochreiter 2016, equation 15.
template <class T>
Tensor<T> elu(const Tensor<T>& x, std::type_identity_t<T> alpha = T(1));

/// How gelu is computed: exactly, or by the approximation with tanh that many published models use.
enum class GeluForm { Exact, Tanh };

/// x·Φ(x), where Φ is the distribution function of the standard normal distribution; or, in the tanh form,
/// x·(1 + tanh(√(2/π)·(x + 0.044715·x³)))/2.  Gradient: g·(Φ(x) + x·φ(x)); in the tanh form that of the approximation.
/// Range: NaN at −∞, as −∞·0.  Source: Hendrycks and Gimpel 2016, section 2.
template <class T>
Tensor<T> gelu(const Tensor<T>& x, GeluForm form = GeluForm::Exact);

/// x·σ(x), also called swish.  Gradient: g·σ(x)·(1 + x·(1 − σ(x))).  Range: NaN at −∞, as −∞·0.
/// Source: Hendrycks and Gimpel 2016; Elfwing, Uchibe and Doya 2017.
template <class T>
Tensor<T> silu(const Tensor<T>& x);

/// log(1 + eˣ), without overflow and exact for large x too (no threshold).  Gradient: g·σ(x).  Source: Dugas et al. 2001.
template <class T>
Tensor<T> softplus(const Tensor<T>& x);

}  // namespace xgrad
