#include "report/importance.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>
#include <utility>

#include <fmt/format.h>

namespace xgrad::apps {
namespace {

std::vector<std::size_t> sorted_order(const std::vector<double>& x) {
  std::vector<std::size_t> order(x.size());
  std::iota(order.begin(), order.end(), 0u);
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return x[a] < x[b]; });
  return order;
}

std::vector<double> ranks(const std::vector<double>& x) {
  const std::vector<std::size_t> order = sorted_order(x);
  std::vector<double> result(x.size());
  for (std::size_t begin = 0, end; begin < order.size(); begin = end) {
    for (end = begin; end < order.size() && x[order[end]] == x[order[begin]];) ++end;
    for (std::size_t i = begin; i < end; ++i) result[order[i]] = (static_cast<double>(begin + end) - 1) / 2;
  }
  return result;
}

double mean_of(const std::vector<double>& x) {
  return std::accumulate(x.begin(), x.end(), 0.0) / static_cast<double>(x.size());
}

// The values in order: numbers by size, words by the alphabet.
Grouping by_value(const Column& column) {
  Grouping result;
  std::vector<std::pair<double, std::string>> values;
  for (std::size_t i = 0; i < column.levels.size(); ++i)
    values.emplace_back(column.numeric ? column.numbers[i] : 0, column.levels[i]);
  std::vector<std::pair<double, std::string>> distinct = values;
  std::sort(distinct.begin(), distinct.end());
  distinct.erase(std::unique(distinct.begin(), distinct.end()), distinct.end());
  for (const auto& value : distinct) result.names.push_back(value.second);
  for (const auto& value : values)
    result.group.push_back(
        static_cast<std::size_t>(std::lower_bound(distinct.begin(), distinct.end(), value) - distinct.begin()));
  return result;
}

// Equal numbers stay together, so that an interval may hold more than its share.
Grouping by_interval(const Column& column, std::size_t intervals) {
  const std::vector<std::size_t> order = sorted_order(column.numbers);
  Grouping result;
  result.group.resize(order.size());
  double first = 0, last = 0;
  for (std::size_t i = 0; i < order.size(); ++i) {
    const double x = column.numbers[order[i]];
    const bool begins = i == 0 || (x > last && i * intervals >= result.names.size() * order.size());
    if (begins) {
      result.names.emplace_back();
      first = x;
    }
    last = x;
    result.names.back() = fmt::format("{:.3g} to {:.3g}", first, last);
    result.group[order[i]] = result.names.size() - 1;
  }
  return result;
}

}  // namespace

Grouping grouping(const Column& column, std::size_t most) {
  const Grouping values = by_value(column);
  constexpr std::size_t intervals = 6;
  return column.numeric && values.names.size() > most ? by_interval(column, intervals) : values;
}

Grouping crossed(const Grouping& a, const Grouping& b) {
  Grouping result;
  std::map<std::pair<std::size_t, std::size_t>, std::size_t> known;
  for (std::size_t i = 0; i < a.group.size(); ++i) {
    const auto [at, is_new] = known.emplace(std::pair{a.group[i], b.group[i]}, known.size());
    if (is_new) result.names.push_back(a.names[a.group[i]] + " and " + b.names[b.group[i]]);
    result.group.push_back(at->second);
  }
  return result;
}

double rank_correlation(const std::vector<double>& x, const std::vector<double>& y) {
  const std::vector<double> a = ranks(x), b = ranks(y);
  const double mean_a = mean_of(a), mean_b = mean_of(b);
  double ab = 0, aa = 0, bb = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    ab += (a[i] - mean_a) * (b[i] - mean_b);
    aa += (a[i] - mean_a) * (a[i] - mean_a);
    bb += (b[i] - mean_b) * (b[i] - mean_b);
  }
  return aa > 0 && bb > 0 ? ab / std::sqrt(aa * bb) : std::numeric_limits<double>::quiet_NaN();
}

std::optional<double> variance_explained(const Grouping& groups, const std::vector<double>& y) {
  const std::size_t k = groups.names.size(), n = y.size();
  if (n <= k) return std::nullopt;
  std::vector<double> sum(k), count(k);
  for (std::size_t i = 0; i < n; ++i) {
    sum[groups.group[i]] += y[i];
    count[groups.group[i]] += 1;
  }
  const double mean = mean_of(y);
  double within = 0, between = 0;
  for (std::size_t i = 0; i < n; ++i) {
    const double center = sum[groups.group[i]] / count[groups.group[i]];
    within += (y[i] - center) * (y[i] - center);
    between += (center - mean) * (center - mean);
  }
  // Rounding alone makes a constant y vary by this much.
  const double rounding = static_cast<double>(n) * std::pow(mean * std::numeric_limits<double>::epsilon(), 2);
  if (within + between <= 4 * rounding) return std::nullopt;
  const double by_chance = static_cast<double>(k - 1) * within / static_cast<double>(n - k);
  return std::max(0.0, (between - by_chance) / (within + between));
}

std::optional<double> interaction(const Grouping& a, const Grouping& b, const std::vector<double>& y) {
  const Grouping both = crossed(a, b);
  const double k = static_cast<double>(both.names.size()), n = static_cast<double>(y.size());
  if (n < 3 * k) return std::nullopt;
  const auto together = variance_explained(both, y), alone_a = variance_explained(a, y), alone_b = variance_explained(b, y);
  if (!together || !alone_a || !alone_b) return std::nullopt;
  const double share = *together - *alone_a - *alone_b;
  // For normal y without any effect, SSB/(SSB + SSW) is Beta((k − 1)/2, (n − k)/2), and ε² is linear in it.
  const double noise = std::sqrt(2 * (k - 1) / ((n - k) * (n + 1)));
  return share > 2.5 * noise ? share : 0.0;
}

}  // namespace xgrad::apps
