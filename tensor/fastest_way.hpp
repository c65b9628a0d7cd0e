#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace xgrad::detail {

/// Chooses among ways to the same result by measuring: takes each of them a few times, in turn, then the one that was the
/// fastest in its best try, or the one before it that was hardly slower. After some thousand calls it begins anew, because how
/// fast a machine is changes.
class FastestWay {
 public:
  static constexpr std::size_t most_ways = 4;
  /// The first try finds caches and pools cold; of what takes long, interruptions are a small part.
  static constexpr std::uint8_t tries = 4, tries_of_long_ones = 2;
  static constexpr double long_seconds = 3e-4;
  static constexpr double hardly_slower = 0.97;  ///< of its time, or more, is what the faster way takes
  static constexpr std::uint32_t calls_until_anew = 5000;

  /// The way to take now, from 0 on: one of those whose bits are set in `ways`, at least one of which is.
  std::size_t next(unsigned ways);

  /// Whether record() wants to know how long the way takes that next() named.
  bool is_measuring() const { return measuring_; }

  void record(std::size_t way, double seconds);

  /// The way leads nowhere at the moment: it is not taken again before all are measured anew.
  void rule_out(std::size_t way);

  /// Seconds since some moment, for record().
  static double now();

 private:
  bool is_known(std::size_t way) const { return tried_[way] >= (least_[way] < long_seconds ? tries : tries_of_long_ones); }

  std::array<double, most_ways> least_{};
  std::array<std::uint8_t, most_ways> tried_{};
  std::uint32_t calls_ = 0;
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
