#pragma once

#include <cstddef>

#include "xgrad/autograd/tensor.hpp"
#include "xgrad/tensor/random.hpp"

namespace xgrad::nn {

/// A batch whose samples were blended with others of it: sample i is share·x_i + (1 − share)·x_partner(i), and so is its loss:
/// share·loss(y_i) + (1 − share)·loss(y_partner(i)).
template <class T>
struct Mixture {
  Tensor<T> x;
  Indices partner_labels;
  double share;  ///< of the sample itself, from ½ to 1
};

/// Blends the samples of a batch in pairs (mixup), which makes a network change evenly from one sample to another. Every sample
/// has a partner, by a random permutation; all have the same share: λ or 1 − λ, whichever is larger, with λ from Beta(α, α).
/// Which of the two it is matters as little as which of the pair is called the sample.
/// Shapes: x (N, …), labels (N,). Throws: ConfigError unless α is above 0 and finite; ShapeError unless each sample has a
/// label. Source: Zhang, Cisse, Dauphin and Lopez-Paz, "mixup: beyond empirical risk minimization" (2018).
template <class T>
Mixture<T> mix(const Tensor<T>& x, const Indices& labels, double alpha, Generator generator);

/// A number from Beta(α, α): density proportional to (λ(1 − λ))^(α − 1) on [0, 1].
/// Throws: ConfigError unless α is above 0 and finite.
/// Source: for α ≤ 1 Jöhnk, "Erzeugung von betaverteilten und gammaverteilten Zufallszahlen" (1964); else Ulrich, "Computer
/// generation of distributions on the m-sphere" (1984).
double draw_symmetric_beta(double alpha, Generator& generator);

}  // namespace xgrad::nn
