#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "xgrad/tensor/random.hpp"

namespace xgrad::apps::sweep {

/// A coordinate for each parameter that is searched: from 0 to 1, or the index of a choice.
using Point = std::vector<double>;

/// What a coordinate can be.
struct Dimension {
  std::vector<double> shares{};  ///< of each choice, before anything is known; empty: a number from 0 to 1, uniform
};

/// A point that was tried.
struct Trial {
  Point point;
  std::optional<double> cost{};  ///< smaller is better; none: it failed, or is still under way
};

struct TpeOptions {
  std::size_t startup = 8;      ///< trials with a cost before which points are drawn at random
  double good_share = 0.15;     ///< γ: the share of trials that counts as good
  std::size_t candidates = 24;  ///< draws from the good, of which the best is taken
};

/// Suggests points by a tree-structured Parzen estimator. With y* the γ-quantile of the costs, ℓ(x) is the density of the
/// trials below y* and g(x) that of all others; the expected improvement below y* grows with ℓ(x)/g(x). Candidates are drawn
/// from ℓ, one coordinate at a time, and the one of the largest ratio is taken. The density of a number is the mean of a
/// uniform one and a normal one about each trial, cut off at 0 and 1, as wide as the larger gap to its neighbours; that of a
/// choice counts the trials, with one more for each choice to begin with. Trials without a cost count among the others: so
/// points differ that are suggested while earlier ones are still under way.
/// Source: Bergstra, Bardenet, Bengio, Kégl, "Algorithms for hyper-parameter optimization", 2011, sections 4 and 4.1.
class Tpe {
 public:
  explicit Tpe(std::vector<Dimension> dimensions, TpeOptions options = {});

  /// The next point: a function of the trials, in this order, and of the generator.
  Point suggest(const std::vector<Trial>& trials, Generator generator) const;
  /// A point from the prior.
  Point draw(Generator generator) const;

 private:
  std::vector<Dimension> dimensions_;
  TpeOptions options_;
};

/// The density of the numbers or choices of some trials in one dimension; see Tpe.
class Parzen {
 public:
  /// `values`: the coordinates of the trials, in any order.
  Parzen(const Dimension& dimension, std::vector<double> values);

  double log_density(double x) const;
  /// The value that belongs to two independent uniform numbers of [0, 1).
  double draw(double u, double v) const;

 private:
  std::vector<double> shares_;            // of choices
  std::vector<double> centres_, widths_;  // of numbers
};

}  // namespace xgrad::apps::sweep
