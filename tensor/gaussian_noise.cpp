#include "xgrad/tensor/gaussian_noise.hpp"

#include <algorithm>
#include <numbers>

#include "xgrad/tensor/kernels/elementwise.hpp"
#include "xgrad/tensor/kernels/philox.hpp"
#include "xgrad/tensor/parallel.hpp"

namespace xgrad {
namespace {

constexpr std::size_t words_per_block = 4;
constexpr std::size_t piece = 1024;   // elements whose words and intermediate values stay in the first-level cache
constexpr std::size_t chunk = 16384;  // elements that one thread takes at a time; a multiple of words_per_block

// z of `count` elements from as many words, rounded up to pairs: √(−2 ln u)·(cos 2πv, sin 2πv) for every pair (Box and Muller).
template <class T>
void normals(const std::uint32_t* words, std::size_t count, T* z) {
  using kernels::run;
  using kernels::Unary;
  alignas(64) T radius[piece / 2], angle[piece / 2], cosine[piece / 2];
  const std::size_t pairs = (count + 1) / 2;
  for (std::size_t i = 0; i < pairs; ++i) {
    radius[i] = (static_cast<T>(words[2 * i]) + T(0.5)) * T(0x1p-32);
    angle[i] = static_cast<T>(words[2 * i + 1]) * (T(0x1p-32) * 2 * std::numbers::pi_v<T>);
  }
  run(Unary::Log, radius, radius, pairs);
  run(Unary::MulScalar, radius, radius, pairs, T(-2));
  run(Unary::Sqrt, radius, radius, pairs);
  run(Unary::Cos, angle, cosine, pairs);
  run(Unary::Sin, angle, angle, pairs);
  for (std::size_t i = 0; i < pairs; ++i) {
    z[2 * i] = radius[i] * cosine[i];
    z[2 * i + 1] = radius[i] * angle[i];
  }
}

}  // namespace

template <class T>
void add_gaussian_noise(const Generator& start, double sd, const T* x, T* y, std::size_t n) {
  parallel_for(n, chunk, [&](std::size_t begin, std::size_t end) {
    alignas(64) std::uint32_t words[piece];
    alignas(64) T z[piece];
    for (std::size_t at = begin; at < end; at += piece) {
      const std::size_t count = std::min(piece, end - at);
      kernels::philox().words(start.seed(), start.stream(), start.position() + at / words_per_block,
                              gaussian_noise_blocks(count), words);
      normals(words, count, z);
      for (std::size_t i = 0; i < count; ++i) y[at + i] = x[at + i] + static_cast<T>(sd) * z[i];
    }
  });
}

template void add_gaussian_noise(const Generator&, double, const float*, float*, std::size_t);
template void add_gaussian_noise(const Generator&, double, const double*, double*, std::size_t);

}  // namespace xgrad
