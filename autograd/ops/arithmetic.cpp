#include "xgrad/autograd/ops/arithmetic.hpp"

#include "xgrad/autograd/map_gradient.hpp"
#include "xgrad/autograd/operation.hpp"
#include "xgrad/tensor/broadcast.hpp"

namespace xgrad {
namespace {

using kernels::Binary;
using kernels::Unary;

template <class T>
using Pair = std::array<Tensor<T>, 2>;

struct Add {
  static constexpr const char* name = "add";
  static constexpr unsigned saves = saves_nothing;
  template <class T>
  Array<T> forward(const Array<T>& a, const Array<T>& b) const {
    return map(Binary::Add, a, b, name);
  }
  template <class T>
  Pair<T> backward(const Context<T>& c) const {
    return {c.gradient(), c.gradient()};
  }
};

struct Sub {
  static constexpr const char* name = "sub";
  static constexpr unsigned saves = saves_nothing;
  template <class T>
  Array<T> forward(const Array<T>& a, const Array<T>& b) const {
    return map(Binary::Sub, a, b, name);
  }
  template <class T>
  Pair<T> backward(const Context<T>& c) const {
    return {c.gradient(), c.needs(1) ? -c.gradient() : Tensor<T>()};
  }
};

struct Mul {
  static constexpr const char* name = "mul";
  static constexpr unsigned saves = saves_all_inputs;
  template <class T>
  Array<T> forward(const Array<T>& a, const Array<T>& b) const {
    return map(Binary::Mul, a, b, name);
  }
  template <class T>
  Pair<T> backward(const Context<T>& c) const {
    return {c.needs(0) ? c.gradient() * c.input(1) : Tensor<T>(), c.needs(1) ? c.gradient() * c.input(0) : Tensor<T>()};
  }
  template <class T>
  Pair<T> fused_backward(const Context<T>& c) const {
    Pair<T> d;
    const Array<T>* const second = c.needs(0) ? &c.input_value(1) : nullptr;
    if (c.needs(1)) {
      const Array<T>&g = c.gradient().value(), &first = c.input_value(0);
      Array<T>* const sum = c.received(1);
      if (sum && same_shape(sum->shape(), g.shape()) && same_shape(first.shape(), g.shape()))
        add_product(*sum, g, first);
      else
        d[1] = Tensor<T>::computed_by([&] { return map(Binary::Mul, g, first, name); });
    }
    if (second) d[0] = detail::map_gradient(Binary::Mul, c, *second, name);
    return d;
  }
};

struct Div {
  static constexpr const char* name = "div";
  static constexpr unsigned saves = saves_all_inputs | saves_output;
  template <class T>
  Array<T> forward(const Array<T>& a, const Array<T>& b) const {
    return map(Binary::Div, a, b, name);
  }
  template <class T>
  Pair<T> backward(const Context<T>& c) const {
    const Tensor<T> g = c.gradient() / c.input(1);
    return {g, c.needs(1) ? -(g * c.output()) : Tensor<T>()};
  }
};

template <class T>
struct AddScalar {
  T s;
  static constexpr const char* name = "add_scalar";
  static constexpr unsigned saves = saves_nothing;
  Array<T> forward(const Array<T>& x) const { return map(Unary::AddScalar, x, s); }
  Tensor<T> backward(const Context<T>& c) const { return c.gradient(); }
};

template <class T>
struct MulScalar {
  T s;
  static constexpr const char* name = "mul_scalar";
  static constexpr unsigned saves = saves_nothing;
  Array<T> forward(const Array<T>& x) const { return map(Unary::MulScalar, x, s); }
  Tensor<T> backward(const Context<T>& c) const { return c.gradient() * s; }
};

template <class T>
struct DivScalar {
  T s;
  static constexpr const char* name = "div_scalar";
  static constexpr unsigned saves = saves_nothing;
  Array<T> forward(const Array<T>& x) const { return map(Binary::Div, x, scalar_array<T>(s), name); }
  Tensor<T> backward(const Context<T>& c) const { return c.gradient() / s; }
};

struct Neg {
  static constexpr const char* name = "neg";
  static constexpr unsigned saves = saves_nothing;
  template <class T>
  Array<T> forward(const Array<T>& x) const {
    return map(Unary::Neg, x);
  }
  template <class T>
  Tensor<T> backward(const Context<T>& c) const {
    return -c.gradient();
  }
};

struct Reciprocal {
  static constexpr const char* name = "reciprocal";
  static constexpr unsigned saves = saves_output;
  template <class T>
  Array<T> forward(const Array<T>& x) const {
    return map(Unary::Reciprocal, x);
  }
  template <class T>
  Tensor<T> backward(const Context<T>& c) const {
    const Tensor<T> y = c.output();
    return -(c.gradient() * y * y);
  }
};

}  // namespace

template <class T>
Tensor<T> add(const Tensor<T>& a, const Tensor<T>& b) {
  return apply(Add{}, a, b);
}
template <class T>
Tensor<T> sub(const Tensor<T>& a, const Tensor<T>& b) {
  return apply(Sub{}, a, b);
}
template <class T>
Tensor<T> mul(const Tensor<T>& a, const Tensor<T>& b) {
  return apply(Mul{}, a, b);
}
template <class T>
Tensor<T> div(const Tensor<T>& a, const Tensor<T>& b) {
  return apply(Div{}, a, b);
}
template <class T>
Tensor<T> add_scalar(const Tensor<T>& x, T s) {
  return apply(AddScalar<T>{s}, x);
}
template <class T>
Tensor<T> mul_scalar(const Tensor<T>& x, T s) {
  return apply(MulScalar<T>{s}, x);
}
template <class T>
Tensor<T> div_scalar(const Tensor<T>& x, T s) {
  return apply(DivScalar<T>{s}, x);
}
template <class T>
Tensor<T> neg(const Tensor<T>& x) {
  return apply(Neg{}, x);
}
template <class T>
Tensor<T> reciprocal(const Tensor<T>& x) {
  return apply(Reciprocal{}, x);
}

#define XGRAD_INSTANTIATE(T)                                  \
  template Tensor<T> add(const Tensor<T>&, const Tensor<T>&); \
  template Tensor<T> sub(const Tensor<T>&, const Tensor<T>&); \
  template Tensor<T> mul(const Tensor<T>&, const Tensor<T>&); \
  template Tensor<T> div(const Tensor<T>&, const Tensor<T>&); \
  template Tensor<T> add_scalar(const Tensor<T>&, T);         \
  template Tensor<T> mul_scalar(const Tensor<T>&, T);         \
  template Tensor<T> div_scalar(const Tensor<T>&, T);         \
  template Tensor<T> neg(const Tensor<T>&);                   \
  template Tensor<T> reciprocal(const Tensor<T>&);
XGRAD_INSTANTIATE(float)
XGRAD_INSTANTIATE(double)
#undef XGRAD_INSTANTIATE

}  // namespace xgrad
