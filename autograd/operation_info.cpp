#include "xgrad/autograd/operation_info.hpp"

#include <algorithm>
#include <numeric>

#include "xgrad/tensor/broadcast.hpp"

namespace xgrad {
namespace {

// SplitMix64 (Steele, Lea, Flood 2014): enough for test values.
std::uint64_t next_random(std::uint64_t& state) {
  std::uint64_t z = (state += 0x9E3779B97F4A7C15ull);
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
  return z ^ (z >> 31);
}

}  // namespace

Array<double> sample_values(const Shape& shape, double low, double high, std::uint64_t seed) {
  Array<double> values = empty_array<double>(shape);
  std::uint64_t state = seed;
  for (std::size_t i = 0; i < values.size(); ++i)
    values.data()[i] = low + (high - low) * static_cast<double>(next_random(state) >> 11) * 0x1p-53;
  return values;
}

Array<double> distinct_values(const Shape& shape, std::uint64_t seed) {
  Array<double> values = empty_array<double>(shape);
  const std::size_t n = values.size();
  // ±0.1, ±0.2, …: multiples of a tenth around zero, without zero itself.
  for (std::size_t i = 0; i < n; ++i) values.data()[i] = 0.1 * static_cast<double>(i / 2 + 1) * (i % 2 ? -1 : 1);
  std::uint64_t state = seed;
  for (std::size_t i = n; i > 1; --i) std::swap(values.data()[i - 1], values.data()[next_random(state) % i]);
  return values;
}

std::function<Array<double>(const Sample::Arrays&)> elementwise_reference(double (*f)(double)) {
  return [f](const Sample::Arrays& in) {
    Array<double> result = in[0];
    std::transform(result.data(), result.data() + result.size(), result.data(), f);
    return result;
  };
}

std::function<Array<double>(const Sample::Arrays&)> elementwise_reference(double (*f)(double, double)) {
  return [f](const Sample::Arrays& in) {
    const Shape shape = broadcast_shape(in[0].shape(), in[1].shape(), "reference");
    Array<double> result = broadcast(in[0], shape);
    const Array<double> other = broadcast(in[1], shape);
    std::transform(result.data(), result.data() + result.size(), other.data(), result.data(), f);
    return result;
  };
}

}  // namespace xgrad
