#include "xgrad/nn/train/mixup.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include <fmt/format.h>

#include "xgrad/tensor/error.hpp"
#include "xgrad/tensor/parallel.hpp"

namespace xgrad::nn {
namespace {

constexpr std::size_t chunk_elements = 16384;  // what one thread takes at a time

// Above 0, where logarithms are finite, and at most 1.
std::array<double, 2> draw_pair(Generator& generator) {
  std::array<double, 2> u;
  random::fill_uniform(generator, u.data(), u.size());
  return {1 - u[0], 1 - u[1]};
}

// U^(1/α) and V^(1/α), whose sum is at most 1: X/(X + Y). By logarithms, since both are often too small for a double.
double draw_below_one(double alpha, Generator& generator) {
  for (;;) {
    const auto [u, v] = draw_pair(generator);
    const double x = std::log(u), y = std::log(v);
    if (std::exp(x / alpha) + std::exp(y / alpha) <= 1) return 1 / (1 + std::exp((y - x) / alpha));
  }
}

// A coordinate of a point on a sphere.
double draw_above_one(double alpha, Generator& generator) {
  const auto [u, v] = draw_pair(generator);
  const double radius = std::sqrt(1 - std::pow(u, 2 / (2 * alpha - 1)));
  return std::clamp((1 + radius * std::cos(2 * std::numbers::pi * v)) / 2, 0.0, 1.0);
}

template <class T>
Array<T> blend(const Array<T>& x, const Indices& partners, double share) {
  Array<T> result = empty_array<T>(x.shape());
  const std::size_t samples = partners.size(), length = samples == 0 ? 0 : x.size() / samples;
  const T own = static_cast<T>(share), other = static_cast<T>(1 - share);
  parallel_for(samples, std::max<std::size_t>(1, chunk_elements / std::max<std::size_t>(1, length)),
               [&](std::size_t begin, std::size_t end) {
                 for (std::size_t i = begin; i < end; ++i) {
                   const T* const mine = x.data() + i * length;
                   const T* const partner = x.data() + static_cast<std::size_t>(partners.data()[i]) * length;
                   T* const out = result.data() + i * length;
                   for (std::size_t j = 0; j < length; ++j) out[j] = own * mine[j] + other * partner[j];
                 }
               });
  return result;
}

}  // namespace

double draw_symmetric_beta(double alpha, Generator& generator) {
  if (!(alpha > 0 && std::isfinite(alpha)))
    throw ConfigError(fmt::format("mixup: alpha is {}; it must be above 0, and finite", alpha));
  return alpha <= 1 ? draw_below_one(alpha, generator) : draw_above_one(alpha, generator);
}

template <class T>
Mixture<T> mix(const Tensor<T>& x, const Indices& labels, double alpha, Generator generator) {
  const std::size_t samples = x.rank() == 0 ? 0 : x.shape()[0];
  if (x.rank() == 0 || labels.dimension() != 1 || labels.size() != samples)
    throw ShapeError(fmt::format("mixup: samples of shape {} have labels of shape {}; give (N, …) and (N,)",
                                 to_string(x.shape()), to_string(labels.shape())));
  const double drawn = draw_symmetric_beta(alpha, generator), share = std::max(drawn, 1 - drawn);
  const Indices partners = random::permutation(generator, samples);
  Indices partner_labels = empty_array<std::int64_t>({samples});
  for (std::size_t i = 0; i < samples; ++i) partner_labels.data()[i] = labels.data()[partners.data()[i]];
  return {Tensor<T>(blend(x.value(), partners, share)), std::move(partner_labels), share};
}

template Mixture<float> mix(const Tensor<float>&, const Indices&, double, Generator);
template Mixture<double> mix(const Tensor<double>&, const Indices&, double, Generator);

}  // namespace xgrad::nn
