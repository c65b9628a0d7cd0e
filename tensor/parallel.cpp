#include "xgrad/tensor/parallel.hpp"

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <cstdlib>
#include <exception>
#include <memory>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "xgrad/tensor/error.hpp"

namespace xgrad {
namespace {

constexpr std::size_t most_threads = 1024;
constexpr std::size_t most_chunks = UINT32_MAX;
// Some 20 to 60 µs: a hand-off by spinning takes 0.2 to 0.8 µs, by a condition variable 12 µs.
constexpr int spins_before_parking = 4000;

std::size_t default_count() {
  const char* text = std::getenv("XGRAD_NUM_THREADS");
  const long given = text ? std::strtol(text, nullptr, 10) : 1;
  return given >= 1 && given <= static_cast<long>(most_threads) ? static_cast<std::size_t>(given) : 1;
}
std::atomic<std::size_t> count_setting{default_count()};

inline void relax() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#endif
}

// The chunks that a thread begins with: as large a share of all as of every other job, so that what it works on is often what
// it worked on before, and still in its cache. All that a thread needs to begin is in one line of the cache: fetching a line
// that another core has written takes 0.1 µs or more.
struct alignas(64) Share {
  // The number of the job in the upper half, how many chunks nobody has begun in the lower.
  std::atomic<std::uint64_t> left{0};
  // Whoever has taken a chunk may read the rest; the job lasts until then.
  std::size_t end = 0;
  void (*body)(void*, std::size_t) = nullptr;
  void* argument = nullptr;

  static std::uint32_t number_of(std::uint64_t left) { return static_cast<std::uint32_t>(left >> 32); }

  // A chunk of job `number` that nobody has begun; false if there is none.
  bool take(std::uint32_t number, std::size_t& chunk) {
    std::uint64_t seen = left.load(std::memory_order_relaxed);
    while (number_of(seen) == number && static_cast<std::uint32_t>(seen) > 0)
      if (left.compare_exchange_weak(seen, seen - 1, std::memory_order_acquire, std::memory_order_relaxed)) {
        chunk = end - static_cast<std::uint32_t>(seen);
        return true;
      }
    return false;
  }
};

class Pool {
 public:
  ~Pool() { resize(0); }

  // Takes the pool for one job, unless another runs: then, and for a call from inside a job, the answer is no.
  bool try_enter() { return !busy_.exchange(true, std::memory_order_acquire); }
  void leave() { busy_.store(false, std::memory_order_release); }

  // Runs all chunks, at most most_chunks. Whoever is done with its own chunks helps the others, and nobody waits for a thread
  // that has begun none yet, because something else has its core.
  void run(std::size_t count, void (*body)(void*, std::size_t), void* argument, std::size_t threads) {
    if (workers_.size() != threads - 1) resize(threads - 1);
    const std::uint64_t before = finished_.load(std::memory_order_relaxed);
    ++number_;
    const auto end_of = [&](std::size_t i) { return (count * (i + 1) + threads - 1) / threads; };
    for (std::size_t i = threads; i-- > 0;) {
      const std::size_t begin = i == 0 ? 1 : end_of(i - 1), end = end_of(i);  // this thread has taken chunk 0
      if (begin == end && i > 0) continue;
      Share& share = shares_[i];
      share.end = end, share.body = body, share.argument = argument;
      share.left.store(std::uint64_t{number_} << 32 | (end - begin), std::memory_order_release);
    }
    // A thread that parks just now may miss the job.
    if (parked_.load(std::memory_order_relaxed) > 0) {
      std::lock_guard lock(mutex_);
      wake_.notify_all();
    }
    call(body, argument, 0);
    std::size_t own = 1;
    for (std::size_t i = 0; i < threads; ++i) own += work(shares_[i], number_);
    await_others(before + count - own);
    if (error_) std::rethrow_exception(std::exchange(error_, nullptr));
  }

 private:
  void call(void (*body)(void*, std::size_t), void* argument, std::size_t chunk) {
    try {
      body(argument, chunk);
    } catch (...) {
      std::lock_guard lock(mutex_);
      if (!error_) error_ = std::current_exception();
    }
  }

  // Returns how many chunks were done.
  std::size_t work(Share& share, std::uint32_t number) {
    std::size_t done = 0;
    for (std::size_t chunk = 0; share.take(number, chunk); ++done) call(share.body, share.argument, chunk);
    return done;
  }

  void await_others(std::uint64_t finished) const {
    for (int i = 0; finished_.load(std::memory_order_acquire) != finished; ++i)
      if (i < spins_before_parking)
        relax();
      else
        std::this_thread::yield();
  }

  void resize(std::size_t count) {
    stop_.store(true);
    {
      std::lock_guard lock(mutex_);
      wake_.notify_all();
    }
    for (std::thread& worker : workers_) worker.join();
    workers_.clear();
    stop_.store(false);
    shares_ = std::make_unique<Share[]>(count + 1);
    try {
      for (std::size_t i = 0; i < count; ++i) workers_.emplace_back([this, threads = count + 1, i] { serve(threads, i + 1); });
    } catch (const std::system_error& error) {
      throw Error(fmt::format("cannot start {} threads: {}; ask for fewer with set_thread_count", count, error.what()));
    }
  }

  void serve(std::size_t threads, std::size_t own) {
    for (std::uint32_t number = 0;;) {
      number = await(shares_[own], number);
      if (stop_.load(std::memory_order_relaxed)) return;
      for (std::size_t i = 0; i < threads; ++i)
        if (const std::size_t done = work(shares_[(own + i) % threads], number))
          finished_.fetch_add(done, std::memory_order_release);
    }
  }

  // The number of the next job; the pool may also have stopped.
  std::uint32_t await(const Share& share, std::uint32_t seen) {
    const auto number = [&share] { return Share::number_of(share.left.load(std::memory_order_acquire)); };
    for (int i = 0; i < spins_before_parking; ++i) {
      if (const std::uint32_t found = number(); found != seen) return found;
      if (stop_.load(std::memory_order_relaxed)) return seen;
      relax();
    }
    std::unique_lock lock(mutex_);
    parked_.fetch_add(1, std::memory_order_relaxed);
    wake_.wait(lock, [&] { return number() != seen || stop_.load(std::memory_order_relaxed); });
    parked_.fetch_sub(1, std::memory_order_relaxed);
    return number();
  }

  std::atomic<bool> busy_{false};
  std::uint32_t number_ = 0;  // of the last job
  std::vector<std::thread> workers_;
  std::unique_ptr<Share[]> shares_;
  std::atomic<bool> stop_{false};
  std::mutex mutex_;
  std::condition_variable wake_;
  std::exception_ptr error_;
  alignas(64) std::atomic<std::uint64_t> finished_{0};  // chunks that workers have done since the pool began
  alignas(64) std::atomic<int> parked_{0};
};

Pool& pool() {
  static Pool instance;
  return instance;
}

}  // namespace

std::size_t thread_count() { return count_setting.load(std::memory_order_relaxed); }

void set_thread_count(std::size_t count) {
  if (count < 1 || count > most_threads)
    throw ConfigError(fmt::format("set_thread_count: {} threads asked for; give a number from 1 to {}", count, most_threads));
  count_setting.store(count, std::memory_order_relaxed);
}

void detail::run_chunks(std::size_t count, void (*body)(void*, std::size_t), void* argument) {
  const std::size_t threads = thread_count();
  if (threads > 1 && count > 1 && count <= most_chunks && pool().try_enter()) {
    const auto leave = [](Pool* entered) { entered->leave(); };
    const std::unique_ptr<Pool, decltype(leave)> entered(&pool(), leave);
    return pool().run(count, body, argument, threads);
  }
  for (std::size_t chunk = 0; chunk < count; ++chunk) body(argument, chunk);
}

}  // namespace xgrad
