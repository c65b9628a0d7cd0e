#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "xgrad/tensor/array.hpp"

namespace xgrad {

/// A place in a stream of random numbers: a small value, to be copied, compared, stored and set back. The numbers are a
/// function of (seed, stream, position) alone, never of threads or of what else was drawn; a generator made from the three
/// numbers of another goes on exactly where that one stood.
/// Numbers: Philox4x32-10 with key `seed` and counter (position, stream): 128 bits, one block, for every position.
/// Source: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011.
class Generator {
 public:
  explicit Generator(std::uint64_t seed = 0, std::uint64_t stream = 0, std::uint64_t position = 0) noexcept
      : seed_(seed), stream_(stream), position_(position) {}

  std::uint64_t seed() const noexcept { return seed_; }
  std::uint64_t stream() const noexcept { return stream_; }
  /// How many blocks of 128 bits were taken from the stream.
  std::uint64_t position() const noexcept { return position_; }
  void set_position(std::uint64_t position) noexcept { position_ = position; }
  /// Leaves out `blocks` blocks.
  void advance(std::uint64_t blocks) noexcept { position_ += blocks; }

  /// The generator number `number` below this one, at position 0 of a stream of its own. It depends on seed, stream and
  /// `number`, not on the position: what was drawn before does not matter. Streams are chosen by a hash of 64 bits: among a
  /// million of them, two coincide with a probability of 3·10⁻⁸.
  Generator split(std::uint64_t number) const noexcept;

  friend bool operator==(const Generator&, const Generator&) noexcept = default;

 private:
  std::uint64_t seed_, stream_, position_;
};

/// Filling n elements at `out` with random numbers. Element i depends on the generator and on i alone: filling n and then m
/// elements, or more or fewer of them, or with more threads, changes none, as long as calls begin at the same position. T is
/// float or double. Every function advances the generator by whole blocks, as its comment says.
namespace random {

/// Uniform on [low, high), in steps of (high − low)·2⁻²⁴ for float, 2⁻⁵³ for double; never `high`, even by rounding.
/// Advances: ⌈n/4⌉ blocks for float, ⌈n/2⌉ for double.  Throws: ConfigError unless low < high and high − low is finite.
template <class T>
void fill_uniform(Generator& generator, T* out, std::size_t n, std::type_identity_t<T> low = 0,
                  std::type_identity_t<T> high = 1);

/// Normal: mean + sd·z with z = √(−2 ln u)·(cos 2πv, sin 2πv) for pairs of elements; |z| is below 6.8 for float, 8.7 for
/// double. Advances: ⌈n/4⌉ blocks for float, ⌈n/2⌉ for double.  Throws: ConfigError unless mean and sd are finite and sd ≥ 0.
/// Source: Box and Muller, "A note on the generation of random normal deviates", 1958.
template <class T>
void fill_normal(Generator& generator, T* out, std::size_t n, std::type_identity_t<T> mean = 0, std::type_identity_t<T> sd = 1);

/// Normal with everything outside [low, high] cut off: mean + sd·Φ⁻¹(Φ(a) + u (Φ(b) − Φ(a))), a = (low − mean)/sd,
/// b = (high − mean)/sd. `low` and `high` are values, not multiples of sd, as in PyTorch's trunc_normal_; they may be infinite.
/// Advances: ⌈n/2⌉ blocks.  Throws: ConfigError unless low < high, sd > 0, and the interval has a probability above 1e-280.
template <class T>
void fill_truncated_normal(Generator& generator, T* out, std::size_t n, std::type_identity_t<T> mean = 0,
                           std::type_identity_t<T> sd = 1, std::type_identity_t<T> low = -2, std::type_identity_t<T> high = 2);

/// `value` with probability p (to within 2⁻³³), else 0: with value = 1/p, a dropout mask that keeps a share p.
/// Advances: ⌈n/4⌉ blocks.  Throws: ConfigError unless 0 ≤ p ≤ 1.
template <class T>
void fill_bernoulli(Generator& generator, T* out, std::size_t n, double p, std::type_identity_t<T> value = 1);

/// Uniform on 0, …, bound − 1, every value exactly as likely as the others.
/// Advances: n blocks.  Throws: ConfigError unless bound ≥ 1.
/// Source: Lemire, "Fast random integer generation in an interval", 2019, algorithm 5.
void fill_integers(Generator& generator, std::int64_t* out, std::size_t n, std::int64_t bound);

/// Puts the elements of `values` into a random order, each as likely as the others: `values` is walked from its end.
/// Advances: n blocks.  Source: Knuth, The Art of Computer Programming, volume 2, algorithm 3.4.2P.
void shuffle(Generator& generator, std::int64_t* values, std::size_t n);
void shuffle(Generator& generator, Indices& values);

/// 0, …, n − 1 in a random order. Advances: n blocks.  Shapes: (n,).
Indices permutation(Generator& generator, std::size_t n);

/// Arrays of random numbers, as the functions above fill them.
template <class T>
Array<T> uniform(Generator& generator, const Shape& shape, T low = 0, T high = 1) {
  Array<T> result = empty_array<T>(shape);
  fill_uniform(generator, result.data(), result.size(), low, high);
  return result;
}
template <class T>
Array<T> normal(Generator& generator, const Shape& shape, T mean = 0, T sd = 1) {
  Array<T> result = empty_array<T>(shape);
  fill_normal(generator, result.data(), result.size(), mean, sd);
  return result;
}
template <class T>
Array<T> truncated_normal(Generator& generator, const Shape& shape, T mean = 0, T sd = 1, T low = -2, T high = 2) {
  Array<T> result = empty_array<T>(shape);
  fill_truncated_normal(generator, result.data(), result.size(), mean, sd, low, high);
  return result;
}
template <class T>
Array<T> bernoulli(Generator& generator, const Shape& shape, double p, T value = 1) {
  Array<T> result = empty_array<T>(shape);
  fill_bernoulli(generator, result.data(), result.size(), p, value);
  return result;
}
Indices integers(Generator& generator, const Shape& shape, std::int64_t bound);

}  // namespace random
}  // namespace xgrad
