#pragma once

#include <cstddef>
#include <cstdint>

namespace xgrad::detail {

/// Asks the caches for the lines of what will be read or written soon; does nothing else, whatever `at` points to.
inline void prefetch(const void* at, std::size_t bytes) noexcept {
#if defined(__GNUC__)
  constexpr std::size_t line = 64;
  const std::uintptr_t start = reinterpret_cast<std::uintptr_t>(at);  // no pointer arithmetic: `at` may be null
  for (std::size_t offset = 0; offset < bytes; offset += line)
    __builtin_prefetch(reinterpret_cast<const void*>(start + offset), 1);
#endif
}

}  // namespace xgrad::detail
