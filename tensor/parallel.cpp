#include "xgrad/tensor/parallel.hpp"

#include <atomic>
#include <condition_variable>
#include <cstdlib>
#include <exception>
#include <memory>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

#include <fmt/format.h>

#include "xgrad/tensor/error.hpp"

namespace xgrad {
namespace {

constexpr std::size_t most_threads = 1024;
constexpr int spins_before_parking = 4000;  // some 20 µs: a hand-off by spinning takes 0.2 µs, by a condition variable 12 µs

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
// it worked on before, and still in its cache.
struct alignas(64) Share {
  std::atomic<std::size_t> next{0};
  std::size_t end = 0;
};

// One piece of work, shared by all threads. Whoever is done with its own chunks helps the others.
struct Job {
  void (*body)(void*, std::size_t);
  void* argument;
  std::size_t count;
  std::exception_ptr error{};
  std::mutex error_mutex{};

  void work(Share* shares, std::size_t threads, std::size_t own) {
    for (std::size_t i = 0; i < threads; ++i) take(shares[(own + i) % threads]);
  }

 private:
  void take(Share& share) {
    if (share.next.load(std::memory_order_relaxed) >= share.end) return;
    for (std::size_t chunk; (chunk = share.next.fetch_add(1, std::memory_order_relaxed)) < share.end;) try {
        body(argument, chunk);
      } catch (...) {
        std::lock_guard lock(error_mutex);
        if (!error) error = std::current_exception();
      }
  }
};

class Pool {
 public:
  ~Pool() { resize(0); }

  // Takes the pool for one job, unless another runs: then, and for a call from inside a job, the answer is no.
  bool try_enter() { return !busy_.exchange(true, std::memory_order_acquire); }
  void leave() { busy_.store(false, std::memory_order_release); }

  void run(Job& job, std::size_t threads) {
    if (workers_.size() != threads - 1) resize(threads - 1);
    for (std::size_t i = 0; i < threads; ++i) {
      shares_[i].next.store(job.count * i / threads, std::memory_order_relaxed);
      shares_[i].end = job.count * (i + 1) / threads;
    }
    job_ = &job;
    const std::uint64_t number = generation_.load(std::memory_order_relaxed) + 1;
    open_.store(number, std::memory_order_release);
    generation_.store(number, std::memory_order_seq_cst);
    if (parked_.load(std::memory_order_seq_cst) > 0) {
      std::lock_guard lock(mutex_);
      wake_.notify_all();
    }
    job.work(shares_.get(), threads, 0);
    close();
  }

 private:
  // Waits for the workers that are at the job. Those that have not come yet, because something else has their cores, need not:
  // either they see that the job is closed, or they are counted here.
  void close() {
    open_.store(0, std::memory_order_seq_cst);
    for (int i = 0; inside_.load(std::memory_order_seq_cst) != 0; ++i)
      if (i < spins_before_parking)
        relax();
      else
        std::this_thread::yield();
  }

  void resize(std::size_t count) {
    stop_.store(true);
    generation_.fetch_add(1);
    {
      std::lock_guard lock(mutex_);
      wake_.notify_all();
    }
    for (std::thread& worker : workers_) worker.join();
    workers_.clear();
    stop_.store(false);
    const std::uint64_t now = generation_.load();
    shares_ = std::make_unique<Share[]>(count + 1);
    try {
      for (std::size_t i = 0; i < count; ++i)
        workers_.emplace_back([this, now, threads = count + 1, i] { serve(now, threads, i + 1); });
    } catch (const std::system_error& error) {
      throw Error(fmt::format("cannot start {} threads: {}; ask for fewer with set_thread_count", count, error.what()));
    }
  }

  void serve(std::uint64_t seen, std::size_t threads, std::size_t own) {
    for (;;) {
      await(seen);
      seen = generation_.load(std::memory_order_acquire);
      if (stop_.load()) return;
      inside_.fetch_add(1, std::memory_order_seq_cst);
      if (open_.load(std::memory_order_seq_cst) == seen) job_->work(shares_.get(), threads, own);
      inside_.fetch_sub(1, std::memory_order_release);
    }
  }

  void await(std::uint64_t seen) {
    for (int i = 0; i < spins_before_parking; ++i) {
      if (generation_.load(std::memory_order_acquire) != seen) return;
      relax();
    }
    std::unique_lock lock(mutex_);
    parked_.fetch_add(1, std::memory_order_seq_cst);
    wake_.wait(lock, [&] { return generation_.load(std::memory_order_seq_cst) != seen; });
    parked_.fetch_sub(1, std::memory_order_seq_cst);
  }

  std::atomic<bool> busy_{false};
  std::vector<std::thread> workers_;
  std::unique_ptr<Share[]> shares_;
  std::atomic<std::uint64_t> generation_{0};  // the number of the last job
  std::atomic<std::uint64_t> open_{0};        // the number of the job that workers may join; 0: none
  std::atomic<std::size_t> inside_{0};        // workers that look whether they may, or do
  std::atomic<int> parked_{0};
  Job* job_ = nullptr;
  std::atomic<bool> stop_{false};
  std::mutex mutex_;
  std::condition_variable wake_;
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
  if (threads > 1 && count > 1 && pool().try_enter()) {
    const auto leave = [](Pool* entered) { entered->leave(); };
    const std::unique_ptr<Pool, decltype(leave)> entered(&pool(), leave);
    Job job{.body = body, .argument = argument, .count = count};
    pool().run(job, threads);
    if (job.error) std::rethrow_exception(job.error);
    return;
  }
  for (std::size_t chunk = 0; chunk < count; ++chunk) body(argument, chunk);
}

}  // namespace xgrad
