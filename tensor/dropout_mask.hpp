#pragma once

#include <algorithm>
#include <cstddef>

#include "xgrad/tensor/random.hpp"

namespace xgrad {

/// The factors of dropout, 0 with probability p and else 1/(1 − p), as a function of the element's number: any piece of the
/// mask can be drawn by itself.
class DropoutMask {
 public:
  static constexpr std::size_t block = 4;  ///< elements that one block of the generator decides

  DropoutMask(double p, const Generator& start) : p_(p), start_(start) {}

  /// Writes the factors of n elements from number `first`, a multiple of `block`.
  template <class T>
  void fill(std::size_t first, T* factors, std::size_t n) const {
    Generator from_here = start_;
    from_here.advance(first / block);
    random::fill_bernoulli(from_here, factors, n, 1 - p_, static_cast<T>(1 / (1 - p_)));
  }

  /// 1/(1 − p); 0 where everything is dropped.
  template <class T>
  T scale() const {
    return p_ < 1 ? static_cast<T>(1 / (1 - p_)) : T(0);
  }

  /// The mask of n elements that begins where the generator stands, which moves on by what they take.
  static DropoutMask take(double p, Generator& generator, std::size_t n) {
    const Generator start = generator;
    generator.advance((n + block - 1) / block);
    return {p, start};
  }

 private:
  double p_;
  Generator start_;
};

}  // namespace xgrad
