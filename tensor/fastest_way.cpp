#include "xgrad/tensor/fastest_way.hpp"

#include <bit>
#include <chrono>
#include <cmath>
#include <limits>

namespace xgrad::detail {
namespace {

// Shares of zeros that differ by less: what a few elements tell differs by 0.1 from batch to batch.
constexpr float alike = 0.25f;

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

}  // namespace

std::size_t FastestWay::next(unsigned ways) {
  if (++calls_ > calls_until_anew) *this = FastestWay();
  const auto first = static_cast<std::size_t>(std::countr_zero(ways));
  std::size_t best = first;
  measuring_ = false;
  for (std::size_t way = first; way < most_ways; ++way)
    if (ways >> way & 1 && !is_known(way) && (!measuring_ || tried_[way] < tried_[best])) best = way, measuring_ = true;
  for (std::size_t way = first; !measuring_ && way < most_ways; ++way)
    if (ways >> way & 1 && least_[way] < hardly_slower * least_[best]) best = way;
  return best;
}

void FastestWay::record(std::size_t way, double seconds) {
  if (tried_[way] == 0 || seconds < least_[way]) least_[way] = seconds;
  ++tried_[way];
}

void FastestWay::rule_out(std::size_t way) {
  tried_[way] = tries, least_[way] = std::numeric_limits<double>::infinity();
  measuring_ = false;
}

double FastestWay::now() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

RecentZeros& recent_zeros(const ProductKind& kind) {
  thread_local std::array<RecentZeros, 128> table{};
  RecentZeros& recent = table[place_of(kind) % table.size()];
  if (recent.kind != kind) recent = {kind, {}, 0};
  return recent;
}

FastestWay& fastest_way(const ProductKind& kind, const ZeroShares& zeros) {
  thread_local std::array<Place, 64> table{};
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
