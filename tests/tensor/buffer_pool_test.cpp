#include "xgrad/tensor/buffer_pool.hpp"

#include <cstdint>
#include <cstring>
#include <limits>
#include <memory>
#include <new>
#include <set>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "xgrad/tensor/array.hpp"

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#endif

namespace pool = xgrad::buffer_pool;

namespace {

// Sizes around every power of two and quarter step up to 8 MiB.
std::vector<std::size_t> sizes() {
  std::vector<std::size_t> result = {0, 1, 8, 63};
  for (std::size_t power = 64; power <= 8 << 20; power *= 2)
    for (std::size_t quarter = 0; quarter < 4; ++quarter)
      for (const std::size_t size :
           {power + quarter * power / 4 - 1, power + quarter * power / 4, power + quarter * power / 4 + 1})
        result.push_back(size);
  return result;
}

// Memory from the pool, given back at the end.
class Buffer {
 public:
  explicit Buffer(std::size_t bytes) : bytes_(bytes), data_(static_cast<unsigned char*>(pool::allocate(bytes))) {}
  Buffer(const Buffer&) = delete;
  Buffer& operator=(const Buffer&) = delete;
  ~Buffer() { pool::deallocate(data_, bytes_); }
  unsigned char* data() const { return data_; }
  std::uintptr_t address() const { return reinterpret_cast<std::uintptr_t>(data_); }

 private:
  std::size_t bytes_;
  unsigned char* data_;
};

// Sets the cap for a while.
class Cap {
 public:
  explicit Cap(std::size_t bytes) : old_(pool::cap()) { pool::set_cap(bytes); }
  ~Cap() { pool::set_cap(old_); }

 private:
  std::size_t old_;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(buffer_pool)

BOOST_AUTO_TEST_CASE(every_size_is_aligned_and_all_its_bytes_can_be_used) {
  for (int round = 0; round < 2; ++round)  // fresh and reused
    for (const std::size_t size : sizes()) {
      const Buffer buffer(size);
      BOOST_TEST(buffer.address() % pool::alignment == 0u);
      std::memset(buffer.data(), 0xab, size);
    }
}

BOOST_AUTO_TEST_CASE(buffers_in_use_do_not_overlap) {
  const std::vector<std::size_t> all = {1, 64, 65, 100, 1000, 1000, 4095, 4096, 5000, 5000, 70000};
  std::vector<std::unique_ptr<Buffer>> buffers;
  for (std::size_t i = 0; i < all.size(); ++i) {
    buffers.push_back(std::make_unique<Buffer>(all[i]));
    std::memset(buffers[i]->data(), static_cast<int>(i), all[i]);
  }
  for (std::size_t i = 0; i < all.size(); ++i)
    for (std::size_t k = 0; k < all[i]; ++k) BOOST_REQUIRE(buffers[i]->data()[k] == i);
}

BOOST_AUTO_TEST_CASE(a_freed_buffer_serves_the_next_of_its_size_class) {
  for (const std::size_t size : {10, 100, 1000, 10000, 1000000}) {
    const std::uintptr_t first = Buffer(size).address();
    BOOST_TEST(Buffer(size).address() == first);
    BOOST_TEST(Buffer(size - 1).address() == first);
    const auto before = pool::statistics();
    for (int i = 0; i < 10; ++i) Buffer again(size);
    const auto after = pool::statistics();
    BOOST_TEST(after.allocations - before.allocations == 10u);
    BOOST_TEST(after.system_allocations == before.system_allocations);
  }
}

BOOST_AUTO_TEST_CASE(a_buffer_is_at_most_a_quarter_and_a_cache_line_larger_than_asked) {
  for (const std::size_t size : sizes()) {
    const auto before = pool::statistics();
    const Buffer buffer(size);
    const std::uint64_t taken = pool::statistics().bytes_in_use - before.bytes_in_use;
    BOOST_TEST((taken >= size && taken <= size + size / 4 + 64), size << " bytes take " << taken);
  }
}

BOOST_AUTO_TEST_CASE(statistics_follow_what_is_taken_kept_and_trimmed) {
  pool::trim();
  pool::reset_statistics();
  const auto start = pool::statistics();
  BOOST_TEST(start.allocations == 0u);
  BOOST_TEST(start.system_allocations == 0u);
  {
    const Buffer first(1 << 20), second(1 << 20);
    const auto during = pool::statistics();
    BOOST_TEST(during.allocations == 2u);
    BOOST_TEST(during.system_allocations == 2u);
    BOOST_TEST(during.bytes_in_use - start.bytes_in_use == 2u << 20);
    BOOST_TEST(during.peak_bytes_in_use == during.bytes_in_use);
    BOOST_TEST(during.bytes_cached == start.bytes_cached);
  }
  const auto kept = pool::statistics();
  BOOST_TEST(kept.bytes_in_use == start.bytes_in_use);
  BOOST_TEST(kept.bytes_cached - start.bytes_cached == 2u << 20);
  BOOST_TEST(kept.peak_bytes_in_use - start.bytes_in_use == 2u << 20);
  pool::trim();
  BOOST_TEST(pool::statistics().bytes_cached == start.bytes_cached);
}

BOOST_AUTO_TEST_CASE(no_more_than_the_cap_is_kept) {
  pool::trim();
  const std::uint64_t others = pool::statistics().bytes_cached;
  const Cap cap(others + (5 << 20));
  {
    std::vector<std::unique_ptr<Buffer>> buffers;
    for (int i = 0; i < 10; ++i) buffers.push_back(std::make_unique<Buffer>(1 << 20));
  }
  BOOST_TEST(pool::statistics().bytes_cached == others + (5u << 20));
  {
    const Cap none(0);
    const std::uint64_t before = pool::statistics().bytes_cached;
    { Buffer buffer(3 << 20); }
    BOOST_TEST(pool::statistics().bytes_cached == before);
  }
  pool::trim();
}

BOOST_AUTO_TEST_CASE(large_buffers_are_staggered_modulo_a_page) {
  pool::trim();
  std::vector<std::unique_ptr<Buffer>> buffers;
  std::set<std::uintptr_t> lines;
  for (int i = 0; i < 40; ++i) {
    buffers.push_back(std::make_unique<Buffer>(1 << 18));
    lines.insert(buffers.back()->address() % 4096);
  }
  // 40 buffers and 64 places: at random 30 places would be taken, without staggering one or two.
  BOOST_TEST(lines.size() >= 25u);
  buffers.clear();
  pool::trim();
}

BOOST_AUTO_TEST_CASE(impossible_sizes_throw_bad_alloc_and_leave_the_statistics_alone) {
  const auto before = pool::statistics();
  for (const std::size_t size : {std::size_t{1} << 45, std::numeric_limits<std::size_t>::max()})
    BOOST_CHECK_THROW(pool::allocate(size), std::bad_alloc);
  BOOST_CHECK_THROW(xgrad::PoolAllocator<double>().allocate(std::numeric_limits<std::size_t>::max() / 4), std::bad_alloc);
  BOOST_TEST(pool::statistics().bytes_in_use == before.bytes_in_use);
  pool::deallocate(nullptr, 100);
}

#if defined(__SANITIZE_ADDRESS__)
BOOST_AUTO_TEST_CASE(address_sanitizer_sees_freed_buffers_and_what_lies_behind_the_end) {
  for (const std::size_t size : {5, 64, 100, 5000}) {
    const unsigned char* data = nullptr;
    {
      const Buffer buffer(size);
      data = buffer.data();
      BOOST_TEST(__asan_region_is_poisoned(buffer.data(), size) == nullptr);
      if (size % 64 != 0) BOOST_TEST(__asan_address_is_poisoned(data + size) == 1);
    }
    BOOST_TEST(__asan_address_is_poisoned(data) == 1);
    const Buffer again(size);
    BOOST_TEST(__asan_region_is_poisoned(again.data(), size) == nullptr);
  }
}
#endif

BOOST_AUTO_TEST_SUITE_END()
