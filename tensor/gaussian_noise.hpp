#pragma once

#include <cstddef>
#include <cstdint>

#include "xgrad/tensor/random.hpp"

namespace xgrad {

/// y[i] = x[i] + sd·zᵢ for n elements, with normal zᵢ that depend on where the generator stands and on i alone, beyond rounding
/// not on T: those of random::fill_normal<float>. y may be x.
template <class T>
void add_gaussian_noise(const Generator& start, double sd, const T* x, T* y, std::size_t n);

/// How many blocks of the generator decide about the noise of n elements.
constexpr std::uint64_t gaussian_noise_blocks(std::size_t n) { return (n + 3) / 4; }

extern template void add_gaussian_noise(const Generator&, double, const float*, float*, std::size_t);
extern template void add_gaussian_noise(const Generator&, double, const double*, double*, std::size_t);

}  // namespace xgrad
