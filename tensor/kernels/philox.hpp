#pragma once

#include <cstddef>
#include <cstdint>

#include "xgrad/tensor/kernels/isa.hpp"

namespace xgrad::kernels {

/// The words of Philox4x32-10 with key `seed` and the counters (position, stream), (position + 1, stream), …: block i gives
/// words[4i] to words[4i + 3]. Counters and keys are split into 32-bit words, the low one first; positions wrap at 2⁶⁴.
/// Every instruction set gives the same words.
/// Source: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011.
struct Philox {
  void (*words)(std::uint64_t seed, std::uint64_t stream, std::uint64_t position, std::size_t blocks, std::uint32_t* words);
  /// y[i] = words[i] ≤ last ? value : 0 for the words above, n of them.
  void (*mask_float)(std::uint64_t seed, std::uint64_t stream, std::uint64_t position, std::uint32_t last, float value,
                     float* y, std::size_t n);
  void (*mask_double)(std::uint64_t seed, std::uint64_t stream, std::uint64_t position, std::uint32_t last, double value,
                      double* y, std::size_t n);
};

/// The loops for `isa`, or for the instruction set in use.
const Philox& philox(Isa isa);
const Philox& philox();

}  // namespace xgrad::kernels
