#pragma once

#include <cstdint>
#include <limits>
#include <new>

#include "xgrad/tensor/buffer_pool.hpp"
#include "xgrad/tensor/shape.hpp"
#include "xgrad/tensor/xtensor.hpp"

namespace xgrad {

/// Takes its memory from the buffer pool: 64-byte aligned, reused.
template <class T>
struct PoolAllocator {
  using value_type = T;

  PoolAllocator() noexcept = default;
  template <class U>
  PoolAllocator(const PoolAllocator<U>&) noexcept {}

  T* allocate(std::size_t n) {
    if (n > std::numeric_limits<std::size_t>::max() / sizeof(T)) throw std::bad_array_new_length();
    return static_cast<T*>(buffer_pool::allocate(n * sizeof(T)));
  }
  void deallocate(T* pointer, std::size_t n) noexcept { buffer_pool::deallocate(pointer, n * sizeof(T)); }

  friend bool operator==(const PoolAllocator&, const PoolAllocator&) noexcept { return true; }
  friend bool operator!=(const PoolAllocator&, const PoolAllocator&) noexcept { return false; }
};

/// A dense array: an xtensor container, row-major, of dynamic rank. Its type does not depend on compiler flags.
template <class T>
using Array = xt::xarray_container<xt::uvector<T, PoolAllocator<T>>, xt::layout_type::row_major, Shape>;

/// Class labels, positions along an axis.
using Indices = Array<std::int64_t>;

/// An array whose elements have no value yet.
template <class T>
Array<T> empty_array(const Shape& shape) {
  return Array<T>(shape);  // from_shape would copy the shape once more
}

/// An array with every element equal to `value`.
template <class T>
Array<T> filled_array(const Shape& shape, T value) {
  return Array<T>(shape, value);
}

/// An array of rank 0 with one element.
template <class T>
Array<T> scalar_array(T value) {
  return Array<T>(Shape{}, value);
}

}  // namespace xgrad
