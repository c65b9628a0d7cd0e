#include "xgrad/tensor/random.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>
#include <utility>

#include <boost/math/special_functions/erf.hpp>
#include <fmt/format.h>
#include <Random123/philox.h>

#include "xgrad/tensor/error.hpp"
#include "xgrad/tensor/kernels/philox.hpp"
#include "xgrad/tensor/parallel.hpp"

namespace xgrad {
namespace {

constexpr std::size_t words_per_block = 4;
constexpr std::size_t buffer_blocks = 256;         // 4 KiB of words: they stay in the nearest cache
constexpr std::size_t blocks_per_chunk = 1 << 14;  // what one thread fills at a time; the numbers do not depend on it

std::uint64_t joined(std::uint32_t low, std::uint32_t high) { return low | std::uint64_t{high} << 32; }

r123::Philox4x32::ctr_type philox_block(std::uint64_t key, std::uint64_t low, std::uint64_t high) {
  const auto part = [](std::uint64_t x, int shift) { return static_cast<std::uint32_t>(x >> shift); };
  return r123::Philox4x32{}({{part(low, 0), part(low, 32), part(high, 0), part(high, 32)}}, {{part(key, 0), part(key, 32)}});
}

// Calls consume(words, first, count) for pieces of the blocks [first, first + count) until `blocks` are used.
template <class Consume>
void for_each_piece(const Generator& start, std::size_t begin, std::size_t end, Consume consume) {
  alignas(64) std::uint32_t words[words_per_block * buffer_blocks];
  for (std::size_t first = begin; first < end; first += buffer_blocks) {
    const std::size_t count = std::min(buffer_blocks, end - first);
    kernels::philox().words(start.seed(), start.stream(), start.position() + first, count, words);
    consume(words, first, count);
  }
}

// Fills n elements, `per_block` from each block, by convert(words, out, count), and advances the generator.
template <std::size_t per_block, class T, class Convert>
void fill(Generator& generator, T* out, std::size_t n, Convert convert) {
  const Generator start = generator;
  const std::size_t blocks = (n + per_block - 1) / per_block;
  generator.advance(blocks);
  parallel_for(blocks, blocks_per_chunk, [&](std::size_t begin, std::size_t end) {
    for_each_piece(start, begin, end, [&](const std::uint32_t* words, std::size_t first, std::size_t count) {
      convert(words, out + first * per_block, std::min(count * per_block, n - first * per_block));
    });
  });
}

// 53 bits of two words as a number in (0, 1]; 1 only by rounding.
double open_unit(const std::uint32_t* words) { return (static_cast<double>(joined(words[0], words[1]) >> 11) + 0.5) * 0x1p-53; }

std::pair<double, double> box_muller(double u, double v) {
  const double radius = std::sqrt(-2 * std::log(u)), angle = 2 * std::numbers::pi * v;
  return {radius * std::cos(angle), radius * std::sin(angle)};
}

// Without promotion to long double, which is slow and gains nothing after rounding to T.
using Policy = boost::math::policies::policy<boost::math::policies::promote_double<false>>;

double normal_cdf(double z) { return 0.5 * std::erfc(-z / std::numbers::sqrt2); }
double normal_quantile(double p) { return -std::numbers::sqrt2 * boost::math::erfc_inv(2 * p, Policy()); }

// A value below `bound` from `block`, without bias: the multiplication maps equally many of the 2⁶⁴ numbers to every value
// once the first (2⁶⁴ mod bound) of each value's share are rejected. What is rejected is drawn again, from a block that is
// the encryption of the last, so that the stream's other blocks stay where they are.
std::int64_t bounded(std::uint64_t seed, const std::uint32_t* block, std::uint64_t bound) {
  std::uint64_t low = joined(block[0], block[1]), high = joined(block[2], block[3]);
  for (;;) {
    const unsigned __int128 product = static_cast<unsigned __int128>(low) * bound;
    const std::uint64_t remainder = static_cast<std::uint64_t>(product);
    if (remainder >= bound || remainder >= (0 - bound) % bound) return static_cast<std::int64_t>(product >> 64);
    const auto next = philox_block(~seed, low, high);
    low = joined(next[0], next[1]);
    high = joined(next[2], next[3]);
  }
}

}  // namespace

Generator Generator::split(std::uint64_t number) const noexcept {
  // A key of its own keeps these blocks apart from those that the stream hands out.
  const auto block = philox_block(seed_ ^ 0x73706c6974ULL, number, stream_);
  return Generator(seed_, joined(block[0], block[1]));
}

namespace random {

template <class T>
void fill_uniform(Generator& generator, T* out, std::size_t n, std::type_identity_t<T> low, std::type_identity_t<T> high) {
  const T span = high - low;
  if (!(low < high) || !std::isfinite(span))
    throw ConfigError(
        fmt::format("uniform: the range is [{}, {}); give finite bounds, low < high, with a finite difference", low, high));
  const T last = std::nextafter(high, low);
  if constexpr (sizeof(T) == 4)
    fill<4>(generator, out, n, [=](const std::uint32_t* words, T* to, std::size_t count) {
      for (std::size_t i = 0; i < count; ++i) {
        const T unit = static_cast<T>(static_cast<std::int32_t>(words[i] >> 8)) * T(0x1p-24);
        to[i] = std::min(low + span * unit, last);
      }
    });
  else
    fill<2>(generator, out, n, [=](const std::uint32_t* words, T* to, std::size_t count) {
      for (std::size_t i = 0; i < count; ++i) {
        const T unit = static_cast<T>(joined(words[2 * i], words[2 * i + 1]) >> 11) * T(0x1p-53);
        to[i] = std::min(low + span * unit, last);
      }
    });
}

template <class T>
void fill_normal(Generator& generator, T* out, std::size_t n, std::type_identity_t<T> mean, std::type_identity_t<T> sd) {
  if (!std::isfinite(mean) || !std::isfinite(sd) || sd < 0)
    throw ConfigError(fmt::format("normal: mean {} and sd {}; both must be finite, and sd not negative", mean, sd));
  constexpr std::size_t words_per_value = sizeof(T) / 4;
  fill<words_per_block / words_per_value>(generator, out, n, [=](const std::uint32_t* words, T* to, std::size_t count) {
    for (std::size_t i = 0; i < count; i += 2, words += 2 * words_per_value) {
      const auto [first, second] = sizeof(T) == 4 ? box_muller((words[0] + 0.5) * 0x1p-32, words[1] * 0x1p-32)
                                                  : box_muller(open_unit(words), open_unit(words + 2));
      to[i] = static_cast<T>(mean + sd * first);
      if (i + 1 < count) to[i + 1] = static_cast<T>(mean + sd * second);
    }
  });
}

template <class T>
void fill_truncated_normal(Generator& generator, T* out, std::size_t n, std::type_identity_t<T> mean,
                           std::type_identity_t<T> sd, std::type_identity_t<T> low, std::type_identity_t<T> high) {
  double a = (static_cast<double>(low) - mean) / sd, b = (static_cast<double>(high) - mean) / sd;
  // Left of the mean, where probabilities near 0 keep their digits; near 1 they would not.
  const double side = a + b > 0 ? -1 : 1;
  if (side < 0) a = -std::exchange(b, -a);
  const double from = normal_cdf(a), width = normal_cdf(b) - from;
  if (!(low < high) || !(sd > 0) || !std::isfinite(sd) || !(width > 1e-280))
    throw ConfigError(
        fmt::format("truncated_normal: mean {}, sd {}, cut to [{}, {}]; low must be below high, sd positive, and the interval "
                    "within some 35 sd of the mean",
                    mean, sd, low, high));
  fill<2>(generator, out, n, [=](const std::uint32_t* words, T* to, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      const double p = std::min(from + width * open_unit(words + 2 * i), 1 - 0x1p-53);
      to[i] = std::clamp(static_cast<T>(mean + sd * side * normal_quantile(p)), low, high);
    }
  });
}

template <class T>
void fill_bernoulli(Generator& generator, T* out, std::size_t n, double p, std::type_identity_t<T> value) {
  if (!(p >= 0 && p <= 1)) throw ConfigError(fmt::format("bernoulli: p is {}; it must be from 0 to 1", p));
  const Generator start = generator;
  generator.advance((n + words_per_block - 1) / words_per_block);
  const double favourable = std::nearbyint(p * 0x1p32);  // of the 2³² words
  if (favourable == 0) {
    std::fill(out, out + n, T(0));
    return;
  }
  const auto last = static_cast<std::uint32_t>(favourable - 1);
  parallel_for(n, words_per_block * blocks_per_chunk, [&](std::size_t begin, std::size_t end) {
    const std::uint64_t position = start.position() + begin / words_per_block;
    const auto mask = [] {
      if constexpr (sizeof(T) == 4)
        return kernels::philox().mask_float;
      else
        return kernels::philox().mask_double;
    }();
    mask(start.seed(), start.stream(), position, last, value, out + begin, end - begin);
  });
}

void fill_integers(Generator& generator, std::int64_t* out, std::size_t n, std::int64_t bound) {
  if (bound < 1) throw ConfigError(fmt::format("integers: the bound is {}; it must be at least 1", bound));
  const std::uint64_t seed = generator.seed();
  fill<1>(generator, out, n, [=](const std::uint32_t* words, std::int64_t* to, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i)
      to[i] = bounded(seed, words + words_per_block * i, static_cast<std::uint64_t>(bound));
  });
}

void shuffle(Generator& generator, std::int64_t* values, std::size_t n) {
  for_each_piece(generator, 0, n, [&](const std::uint32_t* words, std::size_t first, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t left = n - first - i;
      std::swap(values[left - 1], values[bounded(generator.seed(), words + words_per_block * i, left)]);
    }
  });
  generator.advance(n);
}

void shuffle(Generator& generator, Indices& values) { shuffle(generator, values.data(), values.size()); }

Indices permutation(Generator& generator, std::size_t n) {
  Indices result = empty_array<std::int64_t>({n});
  std::iota(result.data(), result.data() + n, std::int64_t{0});
  shuffle(generator, result);
  return result;
}

Indices integers(Generator& generator, const Shape& shape, std::int64_t bound) {
  Indices result = empty_array<std::int64_t>(shape);
  fill_integers(generator, result.data(), result.size(), bound);
  return result;
}

template void fill_uniform(Generator&, float*, std::size_t, float, float);
template void fill_uniform(Generator&, double*, std::size_t, double, double);
template void fill_normal(Generator&, float*, std::size_t, float, float);
template void fill_normal(Generator&, double*, std::size_t, double, double);
template void fill_truncated_normal(Generator&, float*, std::size_t, float, float, float, float);
template void fill_truncated_normal(Generator&, double*, std::size_t, double, double, double, double);
template void fill_bernoulli(Generator&, float*, std::size_t, double, float);
template void fill_bernoulli(Generator&, double*, std::size_t, double, double);

}  // namespace random
}  // namespace xgrad
