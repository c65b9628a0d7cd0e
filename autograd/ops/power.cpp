#include "xgrad/autograd/ops/power.hpp"

#include "xgrad/autograd/operation.hpp"
#include "xgrad/autograd/ops/arithmetic.hpp"
#include "xgrad/autograd/ops/comparison.hpp"
#include "xgrad/autograd/ops/elementwise.hpp"
#include "xgrad/tensor/broadcast.hpp"

namespace xgrad {
namespace {

using kernels::Binary;
using kernels::Unary;

// The exponents that have loops of their own, which are as exact and much faster.
template <class T>
Array<T> scalar_power(const Array<T>& x, T exponent) {
  if (exponent == T(0)) return filled_array<T>(x.shape(), T(1));
  if (exponent == T(1)) return x;
  if (exponent == T(2)) return map(Unary::Square, x);
  if (exponent == T(-1)) return map(Unary::Reciprocal, x);
  if (exponent == T(0.5)) return map(Unary::Sqrt, x);
  return map(Unary::PowScalar, x, exponent);
}

template <class T>
struct PowScalar {
  T exponent;
  static constexpr const char* name = "pow";
  static constexpr unsigned saves = saves_input(0);
  Array<T> forward(const Array<T>& x) const { return scalar_power(x, exponent); }
  Tensor<T> backward(const Context<T>& c) const {
    if (exponent == T(0)) return Tensor<T>(filled_array<T>(c.input_shape(0), T(0)));
    if (exponent == T(1)) return c.gradient();
    return c.gradient() * (exponent * pow(c.input(0), exponent - 1));
  }
  Tensor<T> fused_backward(const Context<T>& c) const {
    if (exponent == T(0) || exponent == T(1)) return backward(c);
    const Array<T>& x = c.input_value(0);
    const Array<T>& g = c.gradient().value();
    if (exponent == T(2)) return Tensor<T>(map(Binary::MulScaled, g, x, name, exponent));
    return Tensor<T>(map(Binary::MulScaled, g, scalar_power(x, exponent - 1), name, exponent));
  }
};

struct Pow {
  static constexpr const char* name = "pow";
  static constexpr unsigned saves = saves_all_inputs | saves_output;
  template <class T>
  Array<T> forward(const Array<T>& base, const Array<T>& exponent) const {
    return map(Binary::Pow, base, exponent, name);
  }
  template <class T>
  std::array<Tensor<T>, 2> backward(const Context<T>& c) const {
    return {c.needs(0) ? by_base(c) : Tensor<T>(), c.needs(1) ? by_exponent(c) : Tensor<T>()};
  }

 private:
  // Where the exponent is 0 and the base 0 or NaN, 0·base^(−1) would be NaN: there the power is the constant 1, as 0·1^0 has
  // it, in all orders.
  template <class T>
  static Tensor<T> by_base(const Context<T>& c) {
    const Tensor<T> base = c.input(0), exponent = c.input(1);
    const Tensor<T> constant = where(greater(abs(base.detach()), 0), 0, equal(exponent, 0));
    return c.gradient() * (where(constant, 0, exponent) * pow(where(constant, 1, base), where(constant, 1, exponent) - 1));
  }

  // Where the base is 0 and the exponent is not negative, y·log(1) replaces 0·log(0).
  template <class T>
  static Tensor<T> by_exponent(const Context<T>& c) {
    const Tensor<T> base = c.input(0);
    const Tensor<T> constant = equal(base, 0) * greater_equal(c.input(1), 0);
    return c.gradient() * (where(constant, 0, c.output()) * log(where(constant, 1, base)));
  }
};

}  // namespace

template <class T>
Tensor<T> pow(const Tensor<T>& x, std::type_identity_t<T> exponent) {
  return apply(PowScalar<T>{exponent}, x);
}
template <class T>
Tensor<T> pow(const Tensor<T>& base, const Tensor<T>& exponent) {
  return apply(Pow{}, base, exponent);
}

#define XGRAD_INSTANTIATE(T)                   \
  template Tensor<T> pow(const Tensor<T>&, T); \
  template Tensor<T> pow(const Tensor<T>&, const Tensor<T>&);
XGRAD_INSTANTIATE(float)
XGRAD_INSTANTIATE(double)
#undef XGRAD_INSTANTIATE

}  // namespace xgrad
