#include "hyperband.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace xgrad::apps::sweep {

std::vector<std::size_t> Hyperband::brackets(std::size_t epochs) const {
  std::vector<std::size_t> all;
  if (s) {
    double at = static_cast<double>(*max_iter);
    for (std::size_t i = 0; i < *s && (at /= eta) >= 1; ++i) all.push_back(static_cast<std::size_t>(at + 1e-9));
  } else {
    const std::size_t end = max_iter ? std::min(*max_iter, epochs) : epochs;
    for (double at = static_cast<double>(*min_iter); at < static_cast<double>(end); at *= eta)
      all.push_back(static_cast<std::size_t>(at + 1e-9));
  }
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  all.erase(std::lower_bound(all.begin(), all.end(), epochs), all.end());
  return all;
}

std::vector<bool> Hyperband::goes_on(const std::vector<double>& costs, std::size_t generation_begin) const {
  std::vector<std::size_t> order(costs.size() - (strict ? generation_begin : 0));
  std::iota(order.begin(), order.end(), strict ? generation_begin : 0);
  const auto passing = static_cast<std::size_t>(std::ceil(static_cast<double>(order.size()) / eta - 1e-9));
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return costs[a] < costs[b]; });
  std::vector<bool> result(costs.size() - generation_begin, false);
  for (std::size_t i = 0; i < std::min(passing, order.size()); ++i)
    if (order[i] >= generation_begin) result[order[i] - generation_begin] = true;
  return result;
}

}  // namespace xgrad::apps::sweep
