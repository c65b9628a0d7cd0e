#include "xgrad/autograd/ops/dropout.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "xgrad/autograd/map_gradient.hpp"
#include "xgrad/autograd/operation.hpp"
#include "xgrad/autograd/ops/activation.hpp"
#include "xgrad/autograd/ops/arithmetic.hpp"
#include "xgrad/autograd/ops/comparison.hpp"
#include "xgrad/tensor/broadcast.hpp"
#include "xgrad/tensor/dropout_mask.hpp"
#include "xgrad/tensor/error.hpp"
#include "xgrad/tensor/kernels/elementwise.hpp"
#include "xgrad/tensor/parallel.hpp"

namespace xgrad {
namespace {

constexpr std::size_t chunk_elements = 16384;  // what one thread takes at a time
constexpr std::size_t piece_elements = 2048;   // mask that is still in the first-level cache when it is used

// Calls body(first element, count, factors) for pieces of n elements. The factors are written to `kept` if there is one.
template <class T, class Body>
void for_pieces(std::size_t n, const DropoutMask& mask, T* kept, Body body) {
  parallel_for(n, chunk_elements, [&](std::size_t begin, std::size_t end) {
    alignas(64) T scratch[piece_elements];
    for (std::size_t at = begin; at < end; at += piece_elements) {
      const std::size_t count = std::min(piece_elements, end - at);
      T* factors = kept ? kept + at : scratch;
      mask.fill(at, factors, count);
      body(at, count, factors);
    }
  });
}

template <class T>
struct Dropout {
  DropoutMask draw;
  bool keep_mask;
  Tensor<T> mask{};
  static constexpr const char* name = "dropout";
  static constexpr unsigned saves = saves_nothing;

  Array<T> forward(const Array<T>& x) {
    Array<T> y = empty_array<T>(x.shape());
    Array<T> kept = empty_array<T>(keep_mask ? x.shape() : Shape{0});
    for_pieces(x.size(), draw, keep_mask ? kept.data() : nullptr, [&](std::size_t at, std::size_t n, const T* factors) {
      kernels::run(kernels::Binary::Mul, x.data() + at, factors, y.data() + at, n);
    });
    if (keep_mask) mask = Tensor<T>(std::move(kept));
    return y;
  }
  Tensor<T> backward(const Context<T>& c) const { return c.gradient() * mask; }
  void release() { mask = Tensor<T>(); }
};

template <class T>
struct ReluDropout {
  DropoutMask mask;
  static constexpr const char* name = "relu_dropout";
  static constexpr unsigned saves = saves_output;

  Array<T> forward(const Array<T>& x) const {
    Array<T> y = empty_array<T>(x.shape());
    for_pieces<T>(x.size(), mask, nullptr, [&](std::size_t at, std::size_t n, const T* factors) {
      kernels::run(kernels::Binary::ReluMul, x.data() + at, factors, y.data() + at, n);
    });
    return y;
  }
  Tensor<T> fused_backward(const Context<T>& c) const {
    return detail::map_gradient(kernels::Binary::ReluMulGrad, c, c.output_value(), name, mask.scale<T>());
  }
  Tensor<T> backward(const Context<T>& c) const { return where(c.output(), c.gradient() * mask.scale<T>(), 0); }
};

void check_probability(const char* operation, double p) {
  if (!(p >= 0 && p <= 1))
    throw ConfigError(fmt::format("{}: p is {}; the probability of a zero must be in [0, 1]", operation, p));
}

}  // namespace

template <class T>
Tensor<T> dropout(const Tensor<T>& x, double p, Generator& generator, bool training) {
  check_probability("dropout", p);
  if (!training || p == 0) return x;
  return apply(Dropout<T>{DropoutMask::take(p, generator, x.size()), grad_enabled() && x.requires_grad()}, x);
}

template <class T>
Tensor<T> relu_dropout(const Tensor<T>& x, double p, Generator& generator, bool training) {
  check_probability("relu_dropout", p);
  if (!training || p == 0) return relu(x);
  return apply(ReluDropout<T>{DropoutMask::take(p, generator, x.size())}, x);
}

template Tensor<float> dropout(const Tensor<float>&, double, Generator&, bool);
template Tensor<double> dropout(const Tensor<double>&, double, Generator&, bool);
template Tensor<float> relu_dropout(const Tensor<float>&, double, Generator&, bool);
template Tensor<double> relu_dropout(const Tensor<double>&, double, Generator&, bool);

}  // namespace xgrad
