#pragma once

#include <array>
#include <stdexcept>

#include "xgrad/autograd/operation.hpp"
#include "xgrad/autograd/ops/arithmetic.hpp"
#include "xgrad/autograd/ops/elementwise.hpp"

// Operations that the library has no use for and tests of the graph have.
namespace xgrad::test {

/// x and x², from one node with two outputs.
struct PowersOf {
  static constexpr const char* name = "powers_of";
  static constexpr unsigned saves = saves_input(0);
  static constexpr std::size_t outputs = 2;
  template <class T>
  std::array<Array<T>, 2> forward(const Array<T>& x) const {
    return {x, Array<T>(x * x)};
  }
  template <class T>
  Tensor<T> backward(const Context<T>& c) const {
    Tensor<T> total = c.gradient(0);
    if (c.gradient(1).defined()) {
      const Tensor<T> second = 2 * c.gradient(1) * c.input(0);
      total = total.defined() ? total + second : second;
    }
    return total;
  }
};

template <class T>
std::array<Tensor<T>, 2> powers_of(const Tensor<T>& x) {
  return apply(PowersOf{}, x);
}

/// x; its backward throws std::runtime_error while `fails` says so.
struct Fragile {
  const bool* fails;
  static constexpr const char* name = "fragile";
  static constexpr unsigned saves = saves_nothing;
  template <class T>
  Array<T> forward(const Array<T>& x) const {
    return x;
  }
  template <class T>
  Tensor<T> backward(const Context<T>& c) const {
    if (*fails) throw std::runtime_error("fragile broke");
    return c.gradient();
  }
};

template <class T>
Tensor<T> fragile(const Tensor<T>& x, const bool& fails) {
  return apply(Fragile{&fails}, x);
}

/// ⌊x⌋ without a derivative.
struct Floor {
  static constexpr const char* name = "floor_without_derivative";
  static constexpr unsigned saves = saves_nothing;
  template <class T>
  Array<T> forward(const Array<T>& x) const {
    return Array<T>(xt::cast<T>(xt::cast<std::int64_t>(x)));
  }
};

template <class T>
Tensor<T> floor_without_derivative(const Tensor<T>& x) {
  return apply(Floor{}, x);
}

}  // namespace xgrad::test
