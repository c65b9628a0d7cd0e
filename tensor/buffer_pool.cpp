#include "xgrad/tensor/buffer_pool.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <cstdlib>
#include <new>

#include <sys/mman.h>

#include "xgrad/tensor/prefetch.hpp"

#if defined(__SANITIZE_ADDRESS__)
#define XGRAD_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define XGRAD_ASAN 1
#endif
#endif
#ifdef XGRAD_ASAN
#include <sanitizer/asan_interface.h>
#define XGRAD_POISON(pointer, bytes) ASAN_POISON_MEMORY_REGION(pointer, bytes)
#define XGRAD_UNPOISON(pointer, bytes) ASAN_UNPOISON_MEMORY_REGION(pointer, bytes)
#else
#define XGRAD_POISON(pointer, bytes) static_cast<void>(0)
#define XGRAD_UNPOISON(pointer, bytes) static_cast<void>(0)
#endif

namespace xgrad::buffer_pool {
namespace {

// Size classes: four per power of two, from 64 bytes, so that at most a quarter of a buffer is unused.
constexpr std::size_t class_count = 4 * 40;
constexpr unsigned alignment_exponent = std::bit_width(alignment) - 1;
constexpr std::size_t colour_threshold = 4096;
constexpr std::size_t most_prefetched = 256;
constexpr std::size_t large_pages_threshold = std::size_t{4} << 20;

struct SizeClass {
  std::size_t index;
  std::size_t bytes;
};

SizeClass size_class(std::size_t bytes) {
  if (bytes <= alignment) return {0, alignment};
  const unsigned exponent = static_cast<unsigned>(std::bit_width(bytes - 1)) - 1;  // 2^exponent < bytes <= 2^(exponent + 1)
  const std::size_t base = std::size_t{1} << exponent;
  const unsigned step =
      std::max(exponent - 2, alignment_exponent);  // as a power of two: a division would take ten times as long
  const std::size_t quarter = (bytes - base + (std::size_t{1} << step) - 1) >> step;
  return {4 * (exponent - 5) + quarter, base + (quarter << step)};
}

struct FreeBuffer {
  FreeBuffer* next;
};

std::atomic<std::uint64_t> system_allocations{0}, peak_bytes{0};

// Kept for reuse by all threads, up to what each has not added yet: a locked addition for every buffer would cost as much as
// all the rest of taking one.
std::atomic<std::int64_t> cached_bytes{0};
constexpr std::int64_t most_pending = 64 << 10;

std::size_t default_cap() {
  if (const char* text = std::getenv("XGRAD_POOL_CAP")) return std::strtoull(text, nullptr, 10);
  return std::size_t{1} << 30;
}
std::atomic<std::size_t> cap_bytes{default_cap()};

// Counters per thread, written by their own thread only, read by statistics(): no contended cache line on the fast path. The
// last ones serve all threads beyond, and those whose pool is gone.
struct alignas(64) Counters {
  std::atomic<std::uint64_t> allocations{0}, taken{0}, returned{0};
  std::atomic<std::int64_t> pending{0};  // not yet in cached_bytes
  std::atomic<bool> used{false};
};
constexpr std::size_t counter_slots = 256;
Counters counters[counter_slots + 1];
Counters& shared_counters = counters[counter_slots];

void bump(const Counters& owner, std::atomic<std::uint64_t>& counter, std::uint64_t by) {
  if (&owner == &shared_counters)
    counter.fetch_add(by, std::memory_order_release);
  else
    counter.store(counter.load(std::memory_order_relaxed) + by, std::memory_order_release);
}

// Asks for pages of 2 MiB, of which the processor finds more at a time; only advice, and right without.
void advise_large_pages([[maybe_unused]] char* block, [[maybe_unused]] std::size_t bytes) {
#ifdef MADV_HUGEPAGE
  constexpr std::size_t page = 4096;
  const std::size_t skipped = (page - reinterpret_cast<std::uintptr_t>(block) % page) % page;
  if (bytes >= large_pages_threshold) madvise(block + skipped, (bytes - skipped) / page * page, MADV_HUGEPAGE);
#endif
}

// A large buffer starts 1 to 63 cache lines into its block, an odd number further than the one before: arrays that all start
// at the same address modulo 4 KiB compete for the same cache sets.
void* system_allocate(std::size_t bytes) {
  system_allocations.fetch_add(1, std::memory_order_relaxed);
  if (bytes < colour_threshold) return ::operator new (bytes, std::align_val_t{alignment});
  static std::atomic<std::size_t> next{0};
  const std::size_t lines = 1 + 17 * next.fetch_add(1, std::memory_order_relaxed) % 63;
  char* block = static_cast<char*>(::operator new (bytes + (lines + 1) * alignment, std::align_val_t{alignment}));
  advise_large_pages(block, bytes);
  char* start = block + lines * alignment;
  reinterpret_cast<void**>(start)[-1] = block;
  return start;
}

void system_deallocate(void* pointer, std::size_t bytes) noexcept {
  XGRAD_UNPOISON(pointer, bytes);
  void* block = bytes < colour_threshold ? pointer : reinterpret_cast<void**>(pointer)[-1];
  ::operator delete (block, std::align_val_t{alignment});
}

struct ThreadPool {
  std::array<FreeBuffer*, class_count> free{};
  Counters* counts = &shared_counters;

  ThreadPool() {
    for (std::size_t i = 0; i < counter_slots && counts == &shared_counters; ++i) {
      bool expected = false;
      if (counters[i].used.compare_exchange_strong(expected, true)) counts = &counters[i];
    }
  }
  ~ThreadPool();
  void clear() noexcept;

  void count_cached(std::int64_t bytes) noexcept {
    const std::int64_t sum = counts->pending.load(std::memory_order_relaxed) + bytes;
    const bool adds = counts == &shared_counters || sum >= most_pending || sum <= -most_pending;
    if (adds) cached_bytes.fetch_add(counts == &shared_counters ? bytes : sum, std::memory_order_relaxed);
    if (counts != &shared_counters) counts->pending.store(adds ? 0 : sum, std::memory_order_relaxed);
  }
  // What this thread knows to be kept.
  std::int64_t known_cached() const noexcept {
    return cached_bytes.load(std::memory_order_relaxed) + counts->pending.load(std::memory_order_relaxed);
  }
};

// Objects with a longer life than the pool of their thread still free their memory: by then straight to the system.
thread_local bool pool_is_gone = false;

ThreadPool::~ThreadPool() {
  clear();
  cached_bytes.fetch_add(counts->pending.exchange(0), std::memory_order_relaxed);
  if (counts != &shared_counters) counts->used.store(false);
  pool_is_gone = true;
}

std::size_t class_bytes(std::size_t index) {
  if (index == 0) return alignment;
  const std::size_t exponent = 5 + (index - 1) / 4, quarter = (index - 1) % 4 + 1;
  const std::size_t base = std::size_t{1} << exponent;
  return base + quarter * std::max<std::size_t>(base / 4, alignment);
}

void ThreadPool::clear() noexcept {
  for (std::size_t i = 0; i < class_count; ++i)
    while (FreeBuffer* buffer = free[i]) {
      const std::size_t bytes = class_bytes(i);
      XGRAD_UNPOISON(buffer, bytes);
      free[i] = buffer->next;
      count_cached(-static_cast<std::int64_t>(bytes));
      system_deallocate(buffer, bytes);
    }
}

ThreadPool& pool() {
  thread_local ThreadPool instance;
  return instance;
}

// What was returned is added up first: whatever another thread takes and returns meanwhile, the difference is not negative.
std::uint64_t in_use() {
  std::uint64_t taken = 0, returned = 0;
  for (const Counters& slot : counters) returned += slot.returned.load(std::memory_order_acquire);
  for (const Counters& slot : counters) taken += slot.taken.load(std::memory_order_relaxed);
  return taken - std::min(taken, returned);
}

void raise_peak() {
  const std::uint64_t now = in_use();
  std::uint64_t peak = peak_bytes.load(std::memory_order_relaxed);
  while (now > peak && !peak_bytes.compare_exchange_weak(peak, now, std::memory_order_relaxed)) {}
}

void* reuse(ThreadPool& own, const SizeClass& size) {
  FreeBuffer* buffer = own.free[size.index];
  if (!buffer) return nullptr;
  XGRAD_UNPOISON(buffer, size.bytes);
  own.free[size.index] = buffer->next;
  detail::prefetch(buffer->next, std::min(size.bytes, most_prefetched));  // the next to be taken, before somebody waits for it
  own.count_cached(-static_cast<std::int64_t>(size.bytes));
  return buffer;
}

void keep(ThreadPool& own, void* pointer, const SizeClass& size) noexcept {
  FreeBuffer* buffer = static_cast<FreeBuffer*>(pointer);
  XGRAD_UNPOISON(pointer, sizeof(FreeBuffer));  // an array of fewer bytes left some of these poisoned
  buffer->next = own.free[size.index];
  own.free[size.index] = buffer;
  own.count_cached(static_cast<std::int64_t>(size.bytes));
  XGRAD_POISON(pointer, size.bytes);
}

}  // namespace

void* allocate(std::size_t bytes) {
  const SizeClass size = size_class(bytes);
  if (size.index >= class_count) throw std::bad_alloc();
  ThreadPool* own = pool_is_gone ? nullptr : &pool();
  Counters& counts = own ? *own->counts : shared_counters;
  void* kept = own ? reuse(*own, size) : nullptr;
  void* result = kept ? kept : system_allocate(size.bytes);
  bump(counts, counts.allocations, 1);
  bump(counts, counts.taken, size.bytes);
  if (!kept) raise_peak();
  XGRAD_POISON(static_cast<char*>(result) + bytes, size.bytes - bytes);
  return result;
}

void deallocate(void* pointer, std::size_t bytes) noexcept {
  if (!pointer) return;
  const SizeClass size = size_class(bytes);
  ThreadPool* own = pool_is_gone ? nullptr : &pool();
  Counters& counts = own ? *own->counts : shared_counters;
  bump(counts, counts.returned, size.bytes);
  const auto exceeds = [&] {
    const std::int64_t kept = std::max<std::int64_t>(0, own->known_cached());
    return static_cast<std::uint64_t>(kept) + size.bytes > cap_bytes.load(std::memory_order_relaxed);
  };
  if (!own || exceeds()) return system_deallocate(pointer, size.bytes);
  keep(*own, pointer, size);
}

Statistics statistics() {
  Statistics result{};
  for (const Counters& slot : counters) result.allocations += slot.allocations.load(std::memory_order_relaxed);
  result.system_allocations = system_allocations.load(std::memory_order_relaxed);
  result.bytes_in_use = in_use();
  result.peak_bytes_in_use = std::max(peak_bytes.load(std::memory_order_relaxed), result.bytes_in_use);
  std::int64_t cached = cached_bytes.load(std::memory_order_relaxed);
  for (const Counters& slot : counters) cached += slot.pending.load(std::memory_order_relaxed);
  result.bytes_cached = static_cast<std::uint64_t>(std::max<std::int64_t>(0, cached));
  return result;
}

void reset_statistics() {
  for (Counters& slot : counters) slot.allocations.store(0, std::memory_order_relaxed);
  system_allocations.store(0, std::memory_order_relaxed);
  peak_bytes.store(0, std::memory_order_relaxed);
}

void set_cap(std::size_t bytes) { cap_bytes.store(bytes, std::memory_order_relaxed); }
std::size_t cap() { return cap_bytes.load(std::memory_order_relaxed); }
void trim() { pool().clear(); }

}  // namespace xgrad::buffer_pool
