#pragma once

#include <cstdint>

#include "xgrad/tensor/random.hpp"

namespace xgrad::nn {

/// Sets the seed of the modules made from here on without a generator of their own (default: 0), and begins their count anew.
/// Models made by the same statements after the same seed are equal.
void manual_seed(std::uint64_t seed);

/// The stream of random numbers of the next module made without a generator: every call gives another stream, so that layers of
/// the same shape start from different values and dropout masks are independent. Safe to call from several threads.
Generator next_generator();

}  // namespace xgrad::nn
