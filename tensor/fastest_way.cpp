#include "xgrad/tensor/fastest_way.hpp"

#include <algorithm>
#include <bit>
#include <chrono>
#include <cmath>
#include <limits>
#include <memory>

namespace xgrad::detail {
namespace {

// Shares of zeros that differ by less: what a few elements tell differs by 0.1 from batch to batch.
constexpr float alike = 0.25f;

constexpr double infinite = std::numeric_limits<double>::infinity();

struct Known {
  ProductKind kind;
  ZeroShares zeros;
  FastestWay way;
};
// Kinds whose places fall together share a few entries, of which the oldest gives way.
struct Place {
  std::array<Known, 4> entries;
  std::size_t oldest;
};

std::size_t place_of(const ProductKind& kind) {
  std::size_t hash = 0;
  for (const std::size_t part : {kind.m, kind.n, kind.k, kind.threads, std::size_t{kind.flip_a}, std::size_t{kind.flip_b}})
    hash = (hash ^ part) * 0x9e3779b97f4a7c15u;
  return hash >> 40;
}

// Made when it is first asked for: a library that others load at run time has hardly any room for what is thread_local.
template <class T>
T& of_this_thread() {
  thread_local const std::unique_ptr<T> it = std::make_unique<T>();
  return *it;
}

}  // namespace

FastestWay::FastestWay() {
  for (auto& times : seconds_) times.fill(infinite);
  median_.fill(infinite);
}

bool FastestWay::is_known(std::size_t way) const {
  return tried_[way] >= (median_[way] < long_seconds ? first_rounds : first_rounds_of_long_ones);
}

unsigned FastestWay::unknown(unsigned ways) const {
  for (std::size_t way = 0; way < most_ways; ++way)
    if (is_known(way)) ways &= ~(1u << way);
  return ways;
}

std::size_t FastestWay::fastest(unsigned ways) const {
  const auto first = static_cast<std::size_t>(std::countr_zero(ways));
  std::size_t best = first;
  for (std::size_t way = first + 1; way < most_ways; ++way)
    if (ways >> way & 1 && median_[way] < median_[best]) best = way;
  return best;
}

std::size_t FastestWay::next(unsigned ways) {
  to_take_ &= ways;
  if (to_take_ == 0) to_take_ = unknown(ways);
  if (to_take_ == 0 && calls_left_-- == 0) {
    to_take_ = ways;
    pause_ = std::min(2 * pause_, longest_pause);
    calls_left_ = pause_;
  }
  measuring_ = to_take_ != 0;
  return measuring_ ? static_cast<std::size_t>(std::countr_zero(to_take_)) : fastest(ways);
}

void FastestWay::record(std::size_t way, double seconds) {
  seconds_[way][tried_[way]++ % rounds_that_count] = seconds;
  auto sorted = seconds_[way];
  std::sort(sorted.begin(), sorted.end());  // what has not been taken comes last
  median_[way] = sorted[(std::min<std::size_t>(tried_[way], rounds_that_count) - 1) / 2];
  to_take_ &= ~(1u << way);
}

void FastestWay::rule_out(std::size_t way) {
  seconds_[way].fill(infinite);
  median_[way] = infinite;
  tried_[way] = std::max(tried_[way], first_rounds);
  to_take_ &= ~(1u << way);
  measuring_ = false;
}

double FastestWay::now() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

RecentZeros& recent_zeros(const ProductKind& kind) {
  auto& table = of_this_thread<std::array<RecentZeros, 128>>();
  RecentZeros& recent = table[place_of(kind) % table.size()];
  if (recent.kind != kind) recent = {kind, {}, 0};
  return recent;
}

FastestWay& fastest_way(const ProductKind& kind, const ZeroShares& zeros) {
  auto& table = of_this_thread<std::array<Place, 64>>();
  Place& place = table[place_of(kind) % table.size()];
  for (Known& known : place.entries)
    if (known.kind == kind && std::abs(known.zeros[0] - zeros[0]) < alike && std::abs(known.zeros[1] - zeros[1]) < alike)
      return known.way;
  Known& known = place.entries[place.oldest];
  place.oldest = (place.oldest + 1) % place.entries.size();
  known = {kind, zeros, {}};
  return known.way;
}

}  // namespace xgrad::detail
