#pragma once

#include <concepts>
#include <cstdint>
#include <type_traits>
#include <utility>

#include "xgrad/autograd/ref.hpp"
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
  /// With what `make()` returns, computed into its place: to move an array costs as much as to add a hundred numbers.
  template <class Make>
  requires std::same_as<std::invoke_result_t<Make&>, Array<T>>
  explicit Value(Make&& make) : array(make()) {}

  void first_reference() noexcept { references.first(); }
  void add_reference() noexcept { references.add(); }
  void drop_reference() noexcept {
    if (references.drop()) delete this;
  }
  bool is_unique() const noexcept { return references.is_one(); }

  ReferenceCount references;
  std::uint32_t version = 0;
  Array<T> array;
};

}  // namespace xgrad::detail
