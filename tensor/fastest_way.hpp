#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace xgrad::detail {

/// Chooses among ways to the same result by measuring, in rounds in which each of them is taken once: a few rounds at first,
/// then one every now and then, because data and how fast a machine is change. Otherwise takes the way whose median over the
/// last rounds is the least.
class FastestWay {
 public:
  static constexpr std::size_t most_ways = 4;
  /// The first round finds caches and pools cold; of what takes long, interruptions are a small part.
  static constexpr std::uint32_t first_rounds = 4, first_rounds_of_long_ones = 2;
  static constexpr double long_seconds = 3e-4;
  static constexpr std::size_t rounds_that_count = 7;  ///< the last ones
  /// Calls between later rounds: twice as many after each, up to the most.
  static constexpr std::uint32_t least_pause = 8, longest_pause = 128;

  FastestWay();

  /// The way to take now, from 0 on: one of those whose bits are set in `ways`, at least one of which is.
  std::size_t next(unsigned ways);

  /// Whether record() wants to know how long the way takes that next() named.
  bool is_measuring() const { return measuring_; }

  void record(std::size_t way, double seconds);

  /// The way leads nowhere at the moment: it is not taken again before the next round.
  void rule_out(std::size_t way);

  /// Seconds since some moment, for record().
  static double now();

 private:
  bool is_known(std::size_t way) const;
  unsigned unknown(unsigned ways) const;
  std::size_t fastest(unsigned ways) const;

  std::array<std::array<double, rounds_that_count>, most_ways> seconds_;
  std::array<double, most_ways> median_;  // of these; the lower one of an even number
  std::array<std::uint32_t, most_ways> tried_{};
  std::uint32_t pause_ = least_pause, calls_left_ = least_pause;  // before the next round
  unsigned to_take_ = 0;                                          // in this round: bits as in next()
  bool measuring_ = false;
};

/// A kind of products. Those of one kind take equally long if about as many of their terms are zero.
struct ProductKind {
  const void* loops;
  std::size_t m, n, k, threads;
  bool flip_a, flip_b;
  bool operator==(const ProductKind&) const = default;
};
using ZeroShares = std::array<float, 2>;

/// What leaving out zeros of a product can save: bits for ways that may be the fastest, and shares of zeros.
struct ZerosFound {
  unsigned ways;
  ZeroShares shares;
};

/// The zeros that were found in a product of this kind a few calls ago; looking anew takes a µs or two, as lines come from
/// another core.
struct RecentZeros {
  static constexpr std::uint32_t calls_until_anew = 7;  ///< odd, so that two that take turns are both looked at
  ProductKind kind;
  ZerosFound found;
  std::uint32_t calls_left;
};

/// Of this thread; without calls_left if there is nothing.
RecentZeros& recent_zeros(const ProductKind& kind);

/// What is known of products of this kind with about these shares of zeros. Each thread that calls finds out by itself, and
/// forgets some where there are very many.
FastestWay& fastest_way(const ProductKind& kind, const ZeroShares& zeros);

}  // namespace xgrad::detail
