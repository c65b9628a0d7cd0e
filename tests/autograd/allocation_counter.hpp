#pragma once

#include <cstdint>

namespace xgrad::test {

/// Whether calls of the global operator new are counted: not under sanitizers, which have their own.
bool allocations_are_counted();

/// How often this thread called the global operator new, in all its forms, so far.
std::uint64_t allocation_count();

}  // namespace xgrad::test
