#pragma once

#include <atomic>
#include <cstdint>

#include "xgrad/tensor/array.hpp"

namespace xgrad::detail {

/// Gives a class its memory from the buffer pool.
struct Pooled {
  static void* operator new(std::size_t bytes) { return buffer_pool::allocate(bytes); }
  static void operator delete(void* pointer, std::size_t bytes) noexcept { buffer_pool::deallocate(pointer, bytes); }
};

/// An array that tensors and graph nodes share. The version rises with every change in place, so that a derivative can tell
/// that a value it saved is no longer what it was.
template <class T>
struct Value : Pooled {
  explicit Value(Array<T>&& a) : array(std::move(a)) {}

  void add_reference() noexcept { references.fetch_add(1, std::memory_order_relaxed); }
  void drop_reference() noexcept {
    if (references.fetch_sub(1, std::memory_order_acq_rel) == 1) delete this;
  }
  bool is_unique() const noexcept { return references.load(std::memory_order_acquire) == 1; }

  std::atomic<std::uint32_t> references{0};
  std::uint32_t version = 0;
  Array<T> array;
};

}  // namespace xgrad::detail
