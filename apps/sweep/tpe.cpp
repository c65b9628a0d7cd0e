#include "tpe.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

#include "normal.hpp"

namespace xgrad::apps::sweep {
namespace {

constexpr double widest = 1, narrowest_of_many = 0.01;

double normal_density(double z) { return std::exp(-0.5 * z * z) / std::sqrt(2 * std::numbers::pi); }

std::size_t choose(const std::vector<double>& shares, double u) {
  double below = 0;
  std::size_t last = 0;
  for (std::size_t i = 0; i < shares.size(); ++i) {
    if (shares[i] <= 0) continue;
    below += shares[i];
    last = i;
    if (u < below) return i;
  }
  return last;  // the shares add up to 1 but for rounding
}

// Two uniform numbers.
struct Pair {
  double u, v;
};
Pair draw_pair(Generator& generator) {
  double numbers[2];
  random::fill_uniform(generator, numbers, 2);
  return {numbers[0], numbers[1]};
}

}  // namespace

Parzen::Parzen(const Dimension& dimension, std::vector<double> values) {
  const std::size_t choices = dimension.shares.size();
  if (choices > 0) {
    shares_ = dimension.shares;
    for (double& share : shares_) share *= static_cast<double>(choices);
    for (const double value : values) shares_[static_cast<std::size_t>(value)] += 1;
    for (double& share : shares_) share /= static_cast<double>(choices + values.size());
    return;
  }
  std::sort(values.begin(), values.end());
  const double narrowest = std::max(narrowest_of_many, 1.0 / static_cast<double>(values.size() + 2));
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double left = values[i] - (i > 0 ? values[i - 1] : 0),
                 right = (i + 1 < values.size() ? values[i + 1] : 1) - values[i];
    centres_.push_back(values[i]);
    widths_.push_back(std::clamp(std::max(left, right), narrowest, widest));
  }
}

double Parzen::log_density(double x) const {
  if (!shares_.empty()) return std::log(shares_[static_cast<std::size_t>(x)]);
  double sum = 1;
  for (std::size_t i = 0; i < centres_.size(); ++i) {
    const double within = normal_share((1 - centres_[i]) / widths_[i]) - normal_share(-centres_[i] / widths_[i]);
    sum += normal_density((x - centres_[i]) / widths_[i]) / (widths_[i] * within);
  }
  return std::log(sum / static_cast<double>(centres_.size() + 1));
}

double Parzen::draw(double u, double v) const {
  if (!shares_.empty()) return static_cast<double>(choose(shares_, u));
  const std::size_t i = static_cast<std::size_t>(u * static_cast<double>(centres_.size() + 1));
  if (i >= centres_.size()) return v;
  const double low = normal_share(-centres_[i] / widths_[i]), high = normal_share((1 - centres_[i]) / widths_[i]);
  return std::clamp(centres_[i] + widths_[i] * normal_quantile(low + v * (high - low)), 0.0, std::nextafter(1.0, 0.0));
}

Tpe::Tpe(std::vector<Dimension> dimensions, TpeOptions options) : dimensions_(std::move(dimensions)), options_(options) {}

Point Tpe::draw(Generator generator) const {
  Point point;
  for (const Dimension& dimension : dimensions_) {
    const auto [u, v] = draw_pair(generator);
    point.push_back(dimension.shares.empty() ? v : static_cast<double>(choose(dimension.shares, u)));
  }
  return point;
}

Point Tpe::suggest(const std::vector<Trial>& trials, Generator generator) const {
  std::vector<std::size_t> known, others;
  for (std::size_t i = 0; i < trials.size(); ++i) (trials[i].cost ? known : others).push_back(i);
  if (known.size() < std::max<std::size_t>(1, options_.startup)) return draw(generator);
  std::stable_sort(known.begin(), known.end(), [&](std::size_t a, std::size_t b) { return *trials[a].cost < *trials[b].cost; });
  const auto good = static_cast<std::size_t>(std::ceil(options_.good_share * static_cast<double>(known.size())));
  others.insert(others.end(), known.begin() + static_cast<std::ptrdiff_t>(good), known.end());
  known.resize(good);

  Point point;
  for (std::size_t d = 0; d < dimensions_.size(); ++d) {
    const auto coordinates = [&](const std::vector<std::size_t>& of) {
      std::vector<double> values;
      for (const std::size_t i : of) values.push_back(trials[i].point[d]);
      return values;
    };
    const Parzen better(dimensions_[d], coordinates(known)), worse(dimensions_[d], coordinates(others));
    double best = 0, best_ratio = -INFINITY;
    for (std::size_t c = 0; c < options_.candidates; ++c) {
      const auto [u, v] = draw_pair(generator);
      const double x = better.draw(u, v), ratio = better.log_density(x) - worse.log_density(x);
      if (c == 0 || ratio > best_ratio) best = x, best_ratio = ratio;
    }
    point.push_back(best);
  }
  return point;
}

}  // namespace xgrad::apps::sweep
