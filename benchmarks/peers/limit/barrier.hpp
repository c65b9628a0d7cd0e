#pragma once

#include <atomic>
#include <cstddef>
#include <thread>

namespace limit {

/// Where threads wait for each other, spinning at first: a hand-off takes a fraction of a microsecond.
class Barrier {
 public:
  explicit Barrier(std::size_t threads) : threads_(threads) {}

  void wait() noexcept {
    if (threads_ == 1) return;
    const std::size_t round = round_.load(std::memory_order_acquire);
    if (arrived_.fetch_add(1, std::memory_order_acq_rel) + 1 == threads_) {
      arrived_.store(0, std::memory_order_relaxed);
      round_.store(round + 1, std::memory_order_release);
      return;
    }
    for (int spins = 0; round_.load(std::memory_order_acquire) == round; ++spins) {
      if (spins < 20000)
        __builtin_ia32_pause();
      else
        std::this_thread::yield();  // somebody else needs the core that the other thread waits for
    }
  }

 private:
  std::size_t threads_;
  std::atomic<std::size_t> arrived_{0}, round_{0};
};

}  // namespace limit
