#pragma once

#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>

#include <sys/mman.h>

namespace limit {

struct Freed {
  void operator()(float* base) const noexcept { std::free(base); }
};

/// Floats on huge pages, zero at first. Arrays begin at different distances from a page's start: if all began at the same one,
/// those that a loop reads side by side would meet in the same sets of the cache.
class Floats {
 public:
  Floats() = default;
  explicit Floats(std::size_t count) {
    static std::size_t number = 0;
    const std::size_t offset = number++ % 29 * 3 * 17 * 16;  // odd numbers of cache lines of 16 floats
    constexpr std::size_t page = std::size_t{2} << 20;
    const std::size_t bytes = ((count + offset) * sizeof(float) + page - 1) / page * page;
    base_.reset(static_cast<float*>(std::aligned_alloc(page, bytes)));
    if (!base_) throw std::bad_alloc();
    madvise(base_.get(), bytes, MADV_HUGEPAGE);  // only advice: it is right without
    std::memset(base_.get(), 0, bytes);
    begin_ = base_.get() + offset;
  }

  float* data() const noexcept { return begin_; }

 private:
  std::unique_ptr<float, Freed> base_;
  float* begin_ = nullptr;
};

}  // namespace limit
