#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>

namespace xgrad::detail {

/// Chooses among ways to the same result by measuring: takes each of them a few times, in turn, then the one that was the
/// fastest in its best try. After some thousand calls it begins anew, because how fast a machine is changes.
class FastestWay {
 public:
  static constexpr std::size_t most_ways = 4;
  static constexpr std::uint8_t tries = 4;  ///< the first finds caches and pools cold, others may be interrupted
  static constexpr std::uint32_t calls_until_anew = 5000;

  /// The way to take now, from 0 on: one of those whose bits are set in `ways`, at least one of which is.
  std::size_t next(unsigned ways) {
    if (++calls_ > calls_until_anew) *this = FastestWay();
    std::size_t best = static_cast<std::size_t>(std::countr_zero(ways));
    measuring_ = false;
    for (std::size_t way = best; way < most_ways; ++way)
      if (ways >> way & 1 && tried_[way] < tries && (!measuring_ || tried_[way] < tried_[best])) best = way, measuring_ = true;
    for (std::size_t way = best; !measuring_ && way < most_ways; ++way)
      if (ways >> way & 1 && least_[way] < least_[best]) best = way;
    return best;
  }

  /// Whether record() wants to know how long the way takes that next() named.
  bool is_measuring() const { return measuring_; }

  void record(std::size_t way, double seconds) {
    ++tried_[way];
    if (tried_[way] == 1 || seconds < least_[way]) least_[way] = seconds;
  }

  /// Seconds since some moment, for record().
  static double now();

  /// The way leads nowhere at the moment: it is not taken again before all are measured anew.
  void rule_out(std::size_t way) {
    tried_[way] = tries, least_[way] = std::numeric_limits<double>::infinity();
    measuring_ = false;
  }

 private:
  std::array<double, most_ways> least_{};
  std::array<std::uint8_t, most_ways> tried_{};
  std::uint32_t calls_ = 0;
  bool measuring_ = false;
};

/// Products that take equally long.
struct Likeness {
  const void* loops;
  std::size_t m, n, k, threads;
  unsigned flips, zeros;
  bool operator==(const Likeness&) const = default;
};

/// What is known of such products: each thread that calls finds out by itself, and forgets some where there are very many.
FastestWay& fastest_way(const Likeness& product);

}  // namespace xgrad::detail
