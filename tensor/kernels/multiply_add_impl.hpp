#pragma once
// Multiply-adds of the loops of products. Included only by the file of each instruction set.

#include <type_traits>

#include "xgrad/tensor/kernels/simd.hpp"

namespace xgrad::kernels {

// sum += a·b, rounded once, in the register that holds the sum. Left to themselves, compilers let sums change registers from
// one term to the next, and run out of them where some terms are unrolled.
template <class B>
inline void add_product(B& sum, const B& a, const B& b) {
#if defined(__FMA__)
  auto held = sum.data;
  if constexpr (std::is_same_v<typename B::value_type, float>)
    asm("vfmadd231ps %2, %1, %0" : "+v"(held) : "v"(a.data), "v"(b.data));
  else
    asm("vfmadd231pd %2, %1, %0" : "+v"(held) : "v"(a.data), "v"(b.data));
  sum = B(held);
#else
  sum = multiply_add<B>(a, b, sum);
#endif
}

// The same with b in memory, at any address.
template <class B>
inline void add_product_with(B& sum, const B& a, const typename B::value_type* b) {
#if defined(__FMA__)
  auto held = sum.data;
  const auto& bytes = *reinterpret_cast<const char(*)[sizeof(held)]>(b);
  if constexpr (std::is_same_v<typename B::value_type, float>)
    asm("vfmadd231ps %2, %1, %0" : "+v"(held) : "v"(a.data), "m"(bytes));
  else
    asm("vfmadd231pd %2, %1, %0" : "+v"(held) : "v"(a.data), "m"(bytes));
  sum = B(held);
#else
  add_product(sum, a, B::load_unaligned(b));
#endif
}

}  // namespace xgrad::kernels
