#include "xgrad/tensor/parallel.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <numeric>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "error_text.hpp"
#include "xgrad/tensor/error.hpp"

using namespace xgrad;

namespace {

// Uses `count` threads for a while.
class Threads {
 public:
  explicit Threads(std::size_t count) : old_(thread_count()) { set_thread_count(count); }
  Threads(const Threads&) = delete;
  Threads& operator=(const Threads&) = delete;
  ~Threads() { set_thread_count(old_); }

 private:
  std::size_t old_;
};

// How often each of `count` chunks was run.
std::vector<int> runs(std::size_t count) {
  std::vector<std::atomic<int>> times(count);
  parallel_chunks(count, [&](std::size_t chunk) { ++times[chunk]; });
  return {times.begin(), times.end()};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(parallel)

BOOST_AUTO_TEST_CASE(every_chunk_runs_exactly_once) {
  for (const std::size_t threads : {1, 2, 4, 7}) {
    const Threads use(threads);
    for (const std::size_t count : {0, 1, 2, 3, 7, 8, 1000}) BOOST_CHECK(runs(count) == std::vector<int>(count, 1));
  }
}

BOOST_AUTO_TEST_CASE(ranges_cover_everything_and_begin_at_multiples_of_the_grain) {
  for (const std::size_t threads : {1, 3}) {
    const Threads use(threads);
    for (const std::size_t n : {0, 1, 9, 10, 11, 100, 101})
      for (const std::size_t grain : {1, 10, 1000}) {
        std::vector<std::atomic<int>> times(n);
        std::atomic<int> wrong{0};
        parallel_for(n, grain, [&](std::size_t begin, std::size_t end) {
          if (begin % grain != 0 || end <= begin || (end - begin != grain && end != n)) ++wrong;
          for (std::size_t i = begin; i < end; ++i) ++times[i];
        });
        BOOST_TEST(wrong == 0);
        BOOST_CHECK(std::vector<int>(times.begin(), times.end()) == std::vector<int>(n, 1));
      }
  }
}

BOOST_AUTO_TEST_CASE(two_threads_work_at_the_same_time) {
  const Threads use(2);
  std::atomic<int> started{0};
  std::atomic<bool> met{true};
  parallel_chunks(2, [&](std::size_t) {
    ++started;
    const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (started < 2 && met)
      if (std::chrono::steady_clock::now() > limit) met = false;
  });
  BOOST_TEST(met);
}

BOOST_AUTO_TEST_CASE(threads_that_went_to_sleep_wake_up_again) {
  const Threads use(3);
  for (int i = 0; i < 20; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));  // spinning ends after some 20 µs
    BOOST_CHECK(runs(10) == std::vector<int>(10, 1));
  }
}

BOOST_AUTO_TEST_CASE(jobs_that_follow_each_other_at_once_do_not_mix) {
  const Threads use(4);
  for (int i = 0; i < 500; ++i) BOOST_REQUIRE(runs(5) == std::vector<int>(5, 1));
}

// Most of the threads come when the job that they were called for is over, or another one has begun.
BOOST_AUTO_TEST_CASE(threads_that_come_late_join_no_job_that_is_over) {
  const Threads use(2 * std::max(8u, std::thread::hardware_concurrency()));
  for (std::size_t job = 0; job < 5000; ++job) {
    const std::size_t count = 2 + job % 5;
    BOOST_REQUIRE(runs(count) == std::vector<int>(count, 1));
  }
}

BOOST_AUTO_TEST_CASE(an_exception_reaches_the_caller_and_the_pool_lives_on) {
  for (const std::size_t threads : {1, 2, 4}) {
    const Threads use(threads);
    for (const std::size_t bad : {0, 5, 99})
      BOOST_CHECK_EXCEPTION(parallel_chunks(100,
                                            [&](std::size_t chunk) {
                                              if (chunk == bad) throw ShapeError("chunk " + std::to_string(chunk));
                                            }),
                            ShapeError, says({"chunk " + std::to_string(bad)}));
    BOOST_CHECK_THROW(parallel_chunks(50, [](std::size_t) { throw ConfigError("all of them"); }), ConfigError);
    BOOST_CHECK(runs(20) == std::vector<int>(20, 1));
  }
}

BOOST_AUTO_TEST_CASE(calls_from_inside_a_body_run_one_after_the_other) {
  const Threads use(4);
  std::vector<long> sums(20);
  std::atomic<int> elsewhere{0};
  parallel_chunks(sums.size(), [&](std::size_t outer) {
    const auto self = std::this_thread::get_id();
    parallel_for(1000, 10, [&](std::size_t begin, std::size_t end) {
      elsewhere += std::this_thread::get_id() != self;
      for (std::size_t i = begin; i < end; ++i) sums[outer] += static_cast<long>(i * outer);
    });
  });
  for (std::size_t i = 0; i < sums.size(); ++i) BOOST_TEST(sums[i] == 499500 * static_cast<long>(i));
  // A chunk of the caller's own may find the pool busy only: nothing of an inner loop ran on another thread.
  BOOST_TEST(elsewhere == 0);
}

BOOST_AUTO_TEST_CASE(several_threads_may_call_at_once) {
  const Threads use(3);
  std::vector<long> sums(6);
  std::vector<std::thread> callers;
  for (std::size_t caller = 0; caller < sums.size(); ++caller)
    callers.emplace_back([&sums, caller] {
      for (int repeat = 0; repeat < 200; ++repeat) {
        std::vector<long> parts(16);
        parallel_chunks(parts.size(), [&](std::size_t chunk) { parts[chunk] = static_cast<long>(chunk); });
        sums[caller] += std::accumulate(parts.begin(), parts.end(), 0L);
      }
    });
  for (std::thread& caller : callers) caller.join();
  for (const long sum : sums) BOOST_TEST(sum == 200 * 120);
}

BOOST_AUTO_TEST_CASE(the_number_of_threads_may_change_between_calls) {
  for (int round = 0; round < 10; ++round)
    for (const std::size_t threads : {1, 4, 2, 3, 5}) {
      const Threads use(threads);
      BOOST_TEST(thread_count() == threads);
      BOOST_CHECK(runs(30) == std::vector<int>(30, 1));
    }
}

BOOST_AUTO_TEST_CASE(impossible_numbers_of_threads_are_refused_and_change_nothing) {
  const std::size_t before = thread_count();
  BOOST_CHECK_EXCEPTION(set_thread_count(0), ConfigError, says({"0 threads", "1 to 1024"}));
  BOOST_CHECK_EXCEPTION(set_thread_count(1025), ConfigError, says({"1025"}));
  BOOST_TEST(thread_count() == before);
}

BOOST_AUTO_TEST_SUITE_END()
