#pragma once
// What an element of a matrix product is, by definition.

#include <cmath>
#include <cstddef>

#include "xgrad/tensor/kernels/isa.hpp"

namespace xgrad::test {

/// One multiply-add: a single rounding where the instruction set has it.
template <class T>
T multiply_add(kernels::Isa isa, T a, T b, T c) {
  if (isa != kernels::Isa::Baseline) return std::fma(a, b, c);
  const volatile T product = a * b;
  return product + c;
}

/// What C holds before: no row and no column like the next.
template <class T>
T before(std::size_t i, std::size_t j) {
  return T(i % 7) * T(0.25) - T(j % 11) * T(0.125);
}

}  // namespace xgrad::test
