#include "xgrad/autograd/ops/comparison.hpp"

#include "xgrad/autograd/operation.hpp"
#include "xgrad/autograd/ops/arithmetic.hpp"
#include "xgrad/tensor/broadcast.hpp"

namespace xgrad {
namespace {

using kernels::Binary;

template <class T>
using Pair = std::array<Tensor<T>, 2>;

// The gradient times the share of the first argument, which is a constant: 0, ½ or 1.
template <class T>
Tensor<T> share(const Tensor<T>& gradient, const Tensor<T>& of, const Tensor<T>& other, const char* name) {
  return gradient * Tensor<T>(map(Binary::LargerShare, of.value(), other.value(), name));
}

struct Maximum {
  static constexpr const char* name = "maximum";
  static constexpr unsigned saves = saves_all_inputs;
  template <class T>
  Array<T> forward(const Array<T>& a, const Array<T>& b) const {
    return map(Binary::Maximum, a, b, name);
  }
  template <class T>
  Pair<T> backward(const Context<T>& c) const {
    const Tensor<T> a = c.input(0), b = c.input(1);
    return {c.needs(0) ? share(c.gradient(), a, b, name) : Tensor<T>(),
            c.needs(1) ? share(c.gradient(), b, a, name) : Tensor<T>()};
  }
};

struct Minimum {
  static constexpr const char* name = "minimum";
  static constexpr unsigned saves = saves_all_inputs;
  template <class T>
  Array<T> forward(const Array<T>& a, const Array<T>& b) const {
    return map(Binary::Minimum, a, b, name);
  }
  // The smaller one's share is what the other would get of the maximum.
  template <class T>
  Pair<T> backward(const Context<T>& c) const {
    const Tensor<T> a = c.input(0), b = c.input(1);
    return {c.needs(0) ? share(c.gradient(), b, a, name) : Tensor<T>(),
            c.needs(1) ? share(c.gradient(), a, b, name) : Tensor<T>()};
  }
};

struct Where {
  static constexpr const char* name = "where";
  static constexpr unsigned saves = saves_input(0);
  template <class T>
  Array<T> forward(const Array<T>& mask, const Array<T>& a, const Array<T>& b) const {
    return select(mask, a, b, name);
  }
  template <class T>
  std::array<Tensor<T>, 3> backward(const Context<T>& c) const {
    const Tensor<T> mask = c.input(0);
    return {Tensor<T>(), c.needs(1) ? where(mask, c.gradient(), T(0)) : Tensor<T>(),
            c.needs(2) ? where(mask, T(0), c.gradient()) : Tensor<T>()};
  }
};

template <class T>
Tensor<T> compare(Binary comparison, const Tensor<T>& a, const Tensor<T>& b, const char* name) {
  return Tensor<T>(map(comparison, a.value(), b.value(), name));
}

}  // namespace

template <class T>
Tensor<T> maximum(const Tensor<T>& a, const Tensor<T>& b) {
  return apply(Maximum{}, a, b);
}
template <class T>
Tensor<T> minimum(const Tensor<T>& a, const Tensor<T>& b) {
  return apply(Minimum{}, a, b);
}
template <class T>
Tensor<T> where(const Tensor<T>& mask, const Tensor<T>& a, const Tensor<T>& b) {
  return apply(Where{}, mask.detach(), a, b);
}
template <class T>
Tensor<T> greater(const Tensor<T>& a, const Tensor<T>& b) {
  return compare(Binary::Greater, a, b, "greater");
}
template <class T>
Tensor<T> greater_equal(const Tensor<T>& a, const Tensor<T>& b) {
  return compare(Binary::GreaterEqual, a, b, "greater_equal");
}
template <class T>
Tensor<T> less(const Tensor<T>& a, const Tensor<T>& b) {
  return compare(Binary::Greater, b, a, "less");
}
template <class T>
Tensor<T> less_equal(const Tensor<T>& a, const Tensor<T>& b) {
  return compare(Binary::GreaterEqual, b, a, "less_equal");
}
template <class T>
Tensor<T> equal(const Tensor<T>& a, const Tensor<T>& b) {
  return compare(Binary::Equal, a, b, "equal");
}
template <class T>
Tensor<T> not_equal(const Tensor<T>& a, const Tensor<T>& b) {
  return compare(Binary::NotEqual, a, b, "not_equal");
}

#define XGRAD_INSTANTIATE(T)                                                      \
  template Tensor<T> maximum(const Tensor<T>&, const Tensor<T>&);                 \
  template Tensor<T> minimum(const Tensor<T>&, const Tensor<T>&);                 \
  template Tensor<T> where(const Tensor<T>&, const Tensor<T>&, const Tensor<T>&); \
  template Tensor<T> greater(const Tensor<T>&, const Tensor<T>&);                 \
  template Tensor<T> greater_equal(const Tensor<T>&, const Tensor<T>&);           \
  template Tensor<T> less(const Tensor<T>&, const Tensor<T>&);                    \
  template Tensor<T> less_equal(const Tensor<T>&, const Tensor<T>&);              \
  template Tensor<T> equal(const Tensor<T>&, const Tensor<T>&);                   \
  template Tensor<T> not_equal(const Tensor<T>&, const Tensor<T>&);
XGRAD_INSTANTIATE(float)
XGRAD_INSTANTIATE(double)
#undef XGRAD_INSTANTIATE

}  // namespace xgrad
