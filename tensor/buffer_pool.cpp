#include "xgrad/tensor/buffer_pool.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <cstdlib>
#include <memory>
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

constexpr SizeClass computed_size_class(std::size_t bytes) {
  if (bytes <= alignment) return {0, alignment};
  const unsigned exponent = static_cast<unsigned>(std::bit_width(bytes - 1)) - 1;  // 2^exponent < bytes <= 2^(exponent + 1)
  const std::size_t base = std::size_t{1} << exponent;
  const unsigned step =
      std::max(exponent - 2, alignment_exponent);  // as a power of two: a division would take ten times as long
  const std::size_t quarter = (bytes - base + (std::size_t{1} << step) - 1) >> step;
  return {4 * (exponent - 5) + quarter, base + (quarter << step)};
}

// The classes of small buffers, by the number of cache lines: the graph's nodes and small arrays are taken most often.
struct SmallClasses {
  static constexpr std::size_t lines = 64;
  std::uint8_t index[lines + 1];
  std::uint16_t bytes[lines + 1];
};
constexpr SmallClasses small_classes = [] {
  SmallClasses table{};
  for (std::size_t i = 0; i <= SmallClasses::lines; ++i) {
    const SizeClass size = computed_size_class(i * alignment);
    table.index[i] = static_cast<std::uint8_t>(size.index);
    table.bytes[i] = static_cast<std::uint16_t>(size.bytes);
  }
  return table;
}();

inline SizeClass size_class(std::size_t bytes) {
  if (bytes > SmallClasses::lines * alignment) return computed_size_class(bytes);
  const std::size_t lines = (bytes + alignment - 1) / alignment;
  return {small_classes.index[lines], small_classes.bytes[lines]};
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
  std::atomic<std::uint64_t> allocations{0};
  std::atomic<std::uint64_t> reused{0}, kept{0};            // bytes taken from, and put into, the pool of the thread
  std::atomic<std::uint64_t> from_system{0}, to_system{0};  // bytes that came and went past it
  std::atomic<std::uint64_t> reported{0};                   // of kept − reused, what cached_bytes has; may wrap around
  std::atomic<bool> used{false};

  // What cached_bytes does not have yet.
  std::int64_t pending() const noexcept {
    return static_cast<std::int64_t>(kept.load(std::memory_order_relaxed) - reused.load(std::memory_order_relaxed) -
                                     reported.load(std::memory_order_relaxed));
  }
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

// The buffers that a thread keeps.
struct ThreadPool {
  std::array<FreeBuffer*, class_count> free{};
  Counters* counts = &shared_counters;
};

// The pools of threads that have not kept or taken anything yet, and of those that end: objects that live longer than these
// free their memory straight to the system. Both stay empty.
constinit ThreadPool pool_to_come, pool_gone;

// A pointer, in memory that every thread has from the start: reached by one instruction.
#if defined(__GNUC__)
[[gnu::tls_model("initial-exec")]]
#endif
constinit thread_local ThreadPool* own = &pool_to_come;

std::size_t class_bytes(std::size_t index) {
  if (index == 0) return alignment;
  const std::size_t exponent = 5 + (index - 1) / 4, quarter = (index - 1) % 4 + 1;
  const std::size_t base = std::size_t{1} << exponent;
  return base + quarter * std::max<std::size_t>(base / 4, alignment);
}

void clear(ThreadPool& pool) noexcept {
  for (std::size_t i = 0; i < class_count; ++i)
    while (FreeBuffer* buffer = pool.free[i]) {
      const std::size_t bytes = class_bytes(i);
      XGRAD_UNPOISON(buffer, bytes);
      pool.free[i] = buffer->next;
      cached_bytes.fetch_sub(static_cast<std::int64_t>(bytes), std::memory_order_relaxed);
      system_deallocate(buffer, bytes);
    }
}

// Adds to cached_bytes what this thread has kept since the last time.
void report(Counters& counts) noexcept {
  const std::int64_t bytes = counts.pending();
  cached_bytes.fetch_add(bytes, std::memory_order_relaxed);
  counts.reported.fetch_add(static_cast<std::uint64_t>(bytes), std::memory_order_relaxed);
}

void report_if_much(Counters& counts) noexcept {
  const std::int64_t bytes = counts.pending();
  if (bytes >= most_pending || bytes <= -most_pending || &counts == &shared_counters) report(counts);
}

// The pool of a thread, from its first buffer to its end; on the heap, because a library that others load at run time has
// hardly any room for what is thread_local.
struct PoolLife {
  const std::unique_ptr<ThreadPool> pool{new (std::nothrow) ThreadPool};

  PoolLife() {
    if (!pool) {
      own = &pool_gone;
      return;
    }
    for (std::size_t i = 0; i < counter_slots && pool->counts == &shared_counters; ++i) {
      bool expected = false;
      if (counters[i].used.compare_exchange_strong(expected, true)) pool->counts = &counters[i];
    }
    own = pool.get();
  }
  ~PoolLife() {
    own = &pool_gone;
    if (!pool) return;
    clear(*pool);
    report(*pool->counts);
    if (pool->counts != &shared_counters) pool->counts->used.store(false);
  }
};

[[gnu::noinline]] void begin_pool() { thread_local PoolLife life; }

// What was returned is added up first: whatever another thread takes and returns meanwhile, the difference is not negative.
std::uint64_t in_use() {
  std::uint64_t taken = 0, returned = 0;
  for (const Counters& slot : counters)
    returned += slot.kept.load(std::memory_order_acquire) + slot.to_system.load(std::memory_order_acquire);
  for (const Counters& slot : counters)
    taken += slot.reused.load(std::memory_order_relaxed) + slot.from_system.load(std::memory_order_relaxed);
  return taken - std::min(taken, returned);
}

void raise_peak() {
  const std::uint64_t now = in_use();
  std::uint64_t peak = peak_bytes.load(std::memory_order_relaxed);
  while (now > peak && !peak_bytes.compare_exchange_weak(peak, now, std::memory_order_relaxed)) {}
}

[[gnu::noinline]] void* allocate_anew([[maybe_unused]] std::size_t bytes, const SizeClass& size) {
  if (size.index >= class_count) throw std::bad_alloc();
  if (own == &pool_to_come) begin_pool();
  Counters& counts = *own->counts;
  void* const result = system_allocate(size.bytes);
  bump(counts, counts.allocations, 1);
  bump(counts, counts.from_system, size.bytes);
  raise_peak();
  XGRAD_POISON(static_cast<char*>(result) + bytes, size.bytes - bytes);
  return result;
}

[[gnu::noinline]] void deallocate_to_system(void* pointer, std::size_t bytes) noexcept {
  Counters& counts = *own->counts;
  bump(counts, counts.to_system, bytes);
  system_deallocate(pointer, bytes);
}

// Whether this buffer, kept, would be one too many.
bool exceeds_cap(const Counters& counts, std::size_t bytes) {
  const std::int64_t known = cached_bytes.load(std::memory_order_relaxed) + counts.pending();
  return static_cast<std::uint64_t>(std::max<std::int64_t>(0, known)) + bytes > cap_bytes.load(std::memory_order_relaxed);
}

}  // namespace

void* allocate(std::size_t bytes) {
  const SizeClass size = size_class(bytes);
  ThreadPool& pool = *own;
  FreeBuffer* const buffer = size.index < class_count ? pool.free[size.index] : nullptr;
  if (!buffer) [[unlikely]]
    return allocate_anew(bytes, size);
  XGRAD_UNPOISON(buffer, size.bytes);
  FreeBuffer* const next = buffer->next;
  pool.free[size.index] = next;
  detail::prefetch(next, std::min(size.bytes, most_prefetched));  // the next to be taken, before somebody waits for it
  Counters& counts = *pool.counts;
  bump(counts, counts.allocations, 1);
  bump(counts, counts.reused, size.bytes);
  report_if_much(counts);
  XGRAD_POISON(reinterpret_cast<char*>(buffer) + bytes, size.bytes - bytes);
  return buffer;
}

void deallocate(void* pointer, std::size_t bytes) noexcept {
  if (!pointer) return;
  const SizeClass size = size_class(bytes);
  if (own == &pool_to_come) [[unlikely]]
    begin_pool();
  ThreadPool& pool = *own;
  Counters& counts = *pool.counts;
  if (&pool == &pool_gone || exceeds_cap(counts, size.bytes)) [[unlikely]]
    return deallocate_to_system(pointer, size.bytes);
  FreeBuffer* const buffer = static_cast<FreeBuffer*>(pointer);
  XGRAD_UNPOISON(pointer, sizeof(FreeBuffer));  // an array of fewer bytes left some of these poisoned
  buffer->next = pool.free[size.index];
  pool.free[size.index] = buffer;
  bump(counts, counts.kept, size.bytes);
  report_if_much(counts);
  XGRAD_POISON(pointer, size.bytes);
}

Statistics statistics() {
  Statistics result{};
  for (const Counters& slot : counters) result.allocations += slot.allocations.load(std::memory_order_relaxed);
  result.system_allocations = system_allocations.load(std::memory_order_relaxed);
  result.bytes_in_use = in_use();
  result.peak_bytes_in_use = std::max(peak_bytes.load(std::memory_order_relaxed), result.bytes_in_use);
  std::int64_t cached = cached_bytes.load(std::memory_order_relaxed);
  for (const Counters& slot : counters) cached += slot.pending();
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
void trim() { clear(*own); }

}  // namespace xgrad::buffer_pool
