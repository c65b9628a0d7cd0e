#pragma once

#include <functional>
#include <vector>

namespace xgrad::optim {

/// A point on the search line: the step t, the function's value there, its gradient, and the slope (gradient times direction).
template <class T>
struct LinePoint {
  double t = 0, f = 0, slope = 0;
  std::vector<T> gradient{};
};

/// What a line search found, and how often it evaluated the function.
template <class T>
struct LineSearchResult {
  LinePoint<T> point;
  std::size_t evaluations = 0;
};

/// A step that satisfies the strong Wolfe conditions f(t) ≤ f(0) + c₁·t·f'(0) and |f'(t)| ≤ c₂·|f'(0)|, c₁ = 10⁻⁴, c₂ = 0.9:
/// first the step grows until it brackets such a point, then cubic interpolation narrows the bracket. `start` is the point t =
/// 0, with a negative slope; `first` the first step to try; `largest_change` the largest element of the direction. Source:
/// Nocedal and Wright, "Numerical Optimization" (2006), algorithms 3.5 and 3.6; the interpolation is equation 3.59; limits are
/// PyTorch's.
template <class T>
LineSearchResult<T> strong_wolfe(const std::function<LinePoint<T>(double t)>& evaluate, const LinePoint<T>& start, double first,
                                 double largest_change, double tolerance_change = 1e-9, std::size_t most_steps = 25);

}  // namespace xgrad::optim
