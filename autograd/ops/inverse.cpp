#include "xgrad/autograd/ops/inverse.hpp"

#include <memory>

#include "xgrad/autograd/operation.hpp"
#include "xgrad/autograd/ops/arithmetic.hpp"
#include "xgrad/autograd/ops/matmul.hpp"
#include "xgrad/autograd/ops/permute.hpp"
#include "xgrad/autograd/ops/shape.hpp"
#include "xgrad/tensor/lapack.hpp"

namespace xgrad {
namespace {

template <class T>
using Factors = std::shared_ptr<const lapack::Lu<T>>;

template <class T>
struct Inverse {
  Factors<T> factors;  // shared by a determinant whose gradient this is
  const char* asked_by = "inverse";
  static constexpr const char* name = "inverse";
  static constexpr unsigned saves = saves_output;

  Array<T> forward(const Array<T>& a) {
    const Factors<T> lu = factors ? std::move(factors) : std::make_shared<const lapack::Lu<T>>(lapack::lu(a, name));
    return lapack::inverse(*lu, asked_by);
  }

  Tensor<T> backward(const Context<T>& c) const {
    const Tensor<T> y = c.output();
    return -matmul(matmul(y, Transpose::Yes, c.gradient(), Transpose::No), Transpose::No, y, Transpose::Yes);
  }
};

// g·A⁻ᵀ, with a number g for each matrix.
template <class T>
Tensor<T> scaled_inverse(const Tensor<T>& g, const Tensor<T>& a, const Factors<T>& factors, const char* asked_by) {
  return unsqueeze(unsqueeze(g, -1), -1) * transpose(apply(Inverse<T>{factors, asked_by}, a));
}

template <class T>
struct SignAndLog {
  Factors<T> factors;
  static constexpr const char* name = "slogdet";
  static constexpr unsigned saves = saves_input(0);
  static constexpr std::size_t outputs = 2;

  std::array<Array<T>, 2> forward(const Array<T>& a) {
    factors = std::make_shared<const lapack::Lu<T>>(lapack::lu(a, name));
    auto [sign, logarithm] = lapack::slogdet(*factors);
    return {std::move(sign), std::move(logarithm)};
  }

  Tensor<T> backward(const Context<T>& c) const {
    if (!c.gradient(1).defined()) return {};
    return scaled_inverse(c.gradient(1), c.input(0), factors, "backward of slogdet");
  }

  void release() { factors.reset(); }
};

template <class T>
struct Determinant {
  Factors<T> factors;
  static constexpr const char* name = "det";
  static constexpr unsigned saves = saves_input(0) | saves_output;

  Array<T> forward(const Array<T>& a) {
    factors = std::make_shared<const lapack::Lu<T>>(lapack::lu(a, name));
    return lapack::determinant(*factors);
  }

  Tensor<T> backward(const Context<T>& c) const {
    return scaled_inverse(c.gradient() * c.output(), c.input(0), factors, "backward of det");
  }

  void release() { factors.reset(); }
};

}  // namespace

template <class T>
Tensor<T> inverse(const Tensor<T>& a) {
  return apply(Inverse<T>{}, a);
}

template <class T>
Slogdet<T> slogdet(const Tensor<T>& a) {
  auto [sign, logabsdet] = apply(SignAndLog<T>{}, a);
  return {std::move(sign), std::move(logabsdet)};
}

template <class T>
Tensor<T> det(const Tensor<T>& a) {
  return apply(Determinant<T>{}, a);
}

#define XGRAD_INSTANTIATE(T)                     \
  template Tensor<T> inverse(const Tensor<T>&);  \
  template Slogdet<T> slogdet(const Tensor<T>&); \
  template Tensor<T> det(const Tensor<T>&);
XGRAD_INSTANTIATE(float)
XGRAD_INSTANTIATE(double)
#undef XGRAD_INSTANTIATE

}  // namespace xgrad
