#pragma once

#include <cstddef>
#include <cstdint>

namespace xgrad {

/// Memory for arrays and graph nodes: freed buffers are kept, by size class and thread, and handed out again, because fresh
/// pages cost more than a microsecond per 4 KiB and an aligned allocation ten times a pooled one. A buffer may be freed on
/// another thread than the one that took it; it then joins that thread's pool. All functions may be called from any thread.
namespace buffer_pool {

/// Alignment in bytes of everything that the pool hands out.
inline constexpr std::size_t alignment = 64;

/// Memory of at least `bytes` bytes, aligned to 64. Throws: std::bad_alloc.
void* allocate(std::size_t bytes);

/// Gives back what `allocate(bytes)` returned, with the same `bytes`.
void deallocate(void* pointer, std::size_t bytes) noexcept;

/// What the pools of all threads did since the program began (or reset_statistics).
struct Statistics {
  std::uint64_t allocations;         ///< calls of allocate
  std::uint64_t system_allocations;  ///< of these, how many had to ask the system
  std::uint64_t bytes_in_use;        ///< handed out and not yet given back
  std::uint64_t peak_bytes_in_use;   ///< the highest value of bytes_in_use (checked when the system is asked)
  std::uint64_t bytes_cached;        ///< kept for reuse
};

/// The numbers up to now. While other threads allocate, each is right for a moment, not all for the same one.
Statistics statistics();

/// Counts allocations and the peak anew; what is in use or kept stays counted.
void reset_statistics();

/// At most this many bytes (to within 64 KiB for each other thread) are kept for reuse, over all threads; what is freed beyond
/// goes back to the system.
/// Default: 1 GiB, or the environment variable XGRAD_POOL_CAP in bytes.
void set_cap(std::size_t bytes);

/// What set_cap() set.
std::size_t cap();

/// Gives the calling thread's unused buffers back to the system.
void trim();

}  // namespace buffer_pool
}  // namespace xgrad
