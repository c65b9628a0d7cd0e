// The pool under many threads, and buffers that are freed elsewhere than they were taken.
#include <atomic>
#include <cstdint>
#include <cstring>
#include <latch>
#include <mutex>
#include <thread>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "xgrad/tensor/buffer_pool.hpp"

namespace pool = xgrad::buffer_pool;

namespace {

struct Piece {
  unsigned char* data;
  std::size_t bytes;
  unsigned char mark;
};

Piece take(std::size_t bytes, unsigned char mark) {
  auto* data = static_cast<unsigned char*>(pool::allocate(bytes));
  std::memset(data, mark, bytes);
  return {data, bytes, mark};
}

bool is_intact(const Piece& piece) {
  for (std::size_t i = 0; i < piece.bytes; ++i)
    if (piece.data[i] != piece.mark) return false;
  return true;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(buffer_pool_threads)

BOOST_AUTO_TEST_CASE(a_buffer_freed_on_another_thread_joins_that_threads_pool_and_leaves_with_it) {
  pool::trim();
  const auto before = pool::statistics();
  constexpr std::size_t bytes = 1 << 20;
  void* buffer = pool::allocate(bytes);
  std::thread([&] {
    pool::deallocate(buffer, bytes);
    BOOST_TEST(pool::statistics().bytes_cached == before.bytes_cached + bytes);
    void* again = pool::allocate(bytes);
    BOOST_TEST(again == buffer);
    pool::deallocate(again, bytes);
  }).join();
  const auto after = pool::statistics();
  BOOST_TEST(after.bytes_in_use == before.bytes_in_use);
  BOOST_TEST(after.bytes_cached == before.bytes_cached);
}

// Threads hand pieces to each other through a common heap; every piece must hold what its maker wrote.
BOOST_AUTO_TEST_CASE(pieces_that_wander_between_threads_stay_intact) {
  const std::uint64_t before = pool::statistics().bytes_in_use;
  std::mutex mutex;
  std::vector<Piece> heap;
  std::atomic<int> broken{0};
  const auto work = [&](unsigned thread) {
    for (unsigned i = 0; i < 2000; ++i) {
      const Piece made = take(1 + (i * 7919 + thread * 104729) % 9000, static_cast<unsigned char>(i + thread));
      Piece old{nullptr, 0, 0};
      {
        const std::lock_guard lock(mutex);
        heap.push_back(made);
        if (heap.size() > 50) {
          std::swap(heap[(i * 31 + thread) % heap.size()], heap.back());
          old = heap.back();
          heap.pop_back();
        }
      }
      if (!is_intact(old)) ++broken;
      pool::deallocate(old.data, old.bytes);
    }
  };
  std::vector<std::thread> threads;
  for (unsigned i = 0; i < 4; ++i) threads.emplace_back(work, i);
  for (std::thread& thread : threads) thread.join();
  for (const Piece& piece : heap) {
    if (!is_intact(piece)) ++broken;
    pool::deallocate(piece.data, piece.bytes);
  }
  BOOST_TEST(broken == 0);
  BOOST_TEST(pool::statistics().bytes_in_use == before);
}

// More threads at once than there are counters of their own.
BOOST_AUTO_TEST_CASE(statistics_are_right_with_hundreds_of_threads) {
  constexpr std::size_t count = 300, bytes = 1024;
  const auto before = pool::statistics();
  std::vector<void*> buffers(count);
  std::latch all_have_one(count + 1), may_end(1);
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < count; ++i)
    threads.emplace_back([&, i] {
      buffers[i] = pool::allocate(bytes);
      all_have_one.arrive_and_wait();
      may_end.wait();
    });
  all_have_one.arrive_and_wait();
  BOOST_TEST(pool::statistics().bytes_in_use == before.bytes_in_use + count * bytes);
  BOOST_TEST(pool::statistics().allocations == before.allocations + count);
  for (void* buffer : buffers) pool::deallocate(buffer, bytes);
  BOOST_TEST(pool::statistics().bytes_in_use == before.bytes_in_use);
  may_end.count_down();
  for (std::thread& thread : threads) thread.join();
  pool::trim();
}

// An object that outlives its thread's pool: the constructor of `Late` comes before the pool's, so its destructor after.
BOOST_AUTO_TEST_CASE(memory_freed_after_the_threads_pool_is_gone_is_counted_too) {
  struct Late {
    void* buffer = nullptr;
    ~Late() {
      pool::deallocate(buffer, 5000);
      pool::deallocate(pool::allocate(100), 100);
    }
  };
  pool::trim();
  const auto before = pool::statistics();
  std::thread([] {
    thread_local Late late;
    late.buffer = pool::allocate(5000);
  }).join();
  BOOST_TEST(pool::statistics().bytes_in_use == before.bytes_in_use);
  BOOST_TEST(pool::statistics().bytes_cached == before.bytes_cached);
}

BOOST_AUTO_TEST_CASE(statistics_may_be_read_while_threads_work) {
  std::atomic<bool> stop{false};
  std::vector<std::thread> threads;
  for (int i = 0; i < 3; ++i)
    threads.emplace_back([&] {
      while (!stop) pool::deallocate(pool::allocate(100), 100);
    });
  const std::uint64_t sane = std::uint64_t{1} << 40;
  for (int i = 0; i < 2000; ++i) {
    const auto now = pool::statistics();
    if (now.bytes_in_use > sane || now.bytes_cached > sane) BOOST_FAIL("bytes in use or kept went below zero");
    if (i % 100 == 0) pool::reset_statistics();
  }
  stop = true;
  for (std::thread& thread : threads) thread.join();
}

BOOST_AUTO_TEST_SUITE_END()
