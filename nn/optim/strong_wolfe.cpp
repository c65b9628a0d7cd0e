#include "xgrad/nn/optim/strong_wolfe.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace xgrad::optim {
namespace {

constexpr double c1 = 1e-4, c2 = 0.9;

// The minimum of the cubic through two points with their slopes, within [low, high]; the middle if there is none.
template <class T>
double cubic_minimum(const LinePoint<T>& a, const LinePoint<T>& b, double low, double high) {
  const double d1 = a.slope + b.slope - 3 * (a.f - b.f) / (a.t - b.t), square = d1 * d1 - a.slope * b.slope;
  if (!(square >= 0)) return (low + high) / 2;
  const double d2 = std::sqrt(square);
  const auto& [left, right] = a.t <= b.t ? std::pair<const LinePoint<T>&, const LinePoint<T>&>(a, b)
                                         : std::pair<const LinePoint<T>&, const LinePoint<T>&>(b, a);
  const double t = right.t - (right.t - left.t) * ((right.slope + d2 - d1) / (right.slope - left.slope + 2 * d2));
  return std::min(std::max(t, low), high);
}

template <class T>
class Search {
 public:
  Search(const std::function<LinePoint<T>(double)>& evaluate, const LinePoint<T>& start, double largest_change,
         double tolerance_change, std::size_t most_steps)
      : evaluate_(evaluate),
        start_(start),
        largest_change_(largest_change),
        tolerance_(tolerance_change),
        most_steps_(most_steps) {}

  LineSearchResult<T> run(double first) {
    if (!bracket(first)) narrow();
    return {std::move(low()), evaluations_};
  }

 private:
  bool decreases(const LinePoint<T>& p) const { return p.f <= start_.f + c1 * p.t * start_.slope; }
  bool is_flat(const LinePoint<T>& p) const { return std::abs(p.slope) <= -c2 * start_.slope; }
  LinePoint<T>& low() { return ends_[low_]; }
  LinePoint<T>& high() { return ends_[1 - low_]; }
  void order_ends() { low_ = ends_[0].f <= ends_[1].f ? 0 : 1; }

  LinePoint<T> at(double t) {
    ++evaluations_;
    return evaluate_(t);
  }

  // Makes the step larger until an acceptable point lies between the ends; true if one was met on the way.
  bool bracket(double first) {
    LinePoint<T> previous = start_, current = at(first);
    for (; steps_ < most_steps_; ++steps_) {
      if (!decreases(current) || (steps_ > 1 && current.f >= previous.f) || (!is_flat(current) && current.slope >= 0)) {
        ends_[0] = std::move(previous);
        ends_[1] = std::move(current);
        order_ends();
        return false;
      }
      if (is_flat(current)) {
        ends_[0] = std::move(current);
        low_ = 0;
        return true;
      }
      const double t = cubic_minimum(previous, current, current.t + 0.01 * (current.t - previous.t), 10 * current.t);
      previous = std::move(current);
      current = at(t);
    }
    ends_[0] = start_;
    ends_[1] = std::move(current);
    order_ends();
    return false;
  }

  void narrow() {
    bool stalled = false;
    while (steps_ < most_steps_) {
      if (std::abs(ends_[1].t - ends_[0].t) * largest_change_ < tolerance_) return;
      LinePoint<T> p = at(next_step(stalled));
      ++steps_;
      if (!decreases(p) || p.f >= low().f) {
        high() = std::move(p);
        order_ends();
      } else {
        const bool accepted = is_flat(p);
        if (!accepted && p.slope * (high().t - low().t) >= 0) high() = low();
        low() = std::move(p);
        if (accepted) return;
      }
    }
  }

  // Interpolates, but keeps away from the ends when that twice brought little.
  double next_step(bool& stalled) {
    const double left = std::min(ends_[0].t, ends_[1].t), right = std::max(ends_[0].t, ends_[1].t),
                 margin = 0.1 * (right - left);
    double t = cubic_minimum(ends_[0], ends_[1], left, right);
    if (std::min(right - t, t - left) >= margin) {
      stalled = false;
    } else if (stalled || t >= right || t <= left) {
      t = std::abs(t - right) < std::abs(t - left) ? right - margin : left + margin;
      stalled = false;
    } else {
      stalled = true;
    }
    return t;
  }

  const std::function<LinePoint<T>(double)>& evaluate_;
  const LinePoint<T>& start_;
  double largest_change_, tolerance_;
  std::size_t most_steps_, steps_ = 0, evaluations_ = 0;
  LinePoint<T> ends_[2];
  int low_ = 0;
};

}  // namespace

template <class T>
LineSearchResult<T> strong_wolfe(const std::function<LinePoint<T>(double)>& evaluate, const LinePoint<T>& start, double first,
                                 double largest_change, double tolerance_change, std::size_t most_steps) {
  return Search<T>(evaluate, start, largest_change, tolerance_change, most_steps).run(first);
}

template LineSearchResult<float> strong_wolfe(const std::function<LinePoint<float>(double)>&, const LinePoint<float>&, double,
                                              double, double, std::size_t);
template LineSearchResult<double> strong_wolfe(const std::function<LinePoint<double>(double)>&, const LinePoint<double>&,
                                               double, double, double, std::size_t);

}  // namespace xgrad::optim
