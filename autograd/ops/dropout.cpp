#include "xgrad/autograd/ops/dropout.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "xgrad/autograd/operation.hpp"
#include "xgrad/autograd/ops/arithmetic.hpp"
#include "xgrad/tensor/error.hpp"
#include "xgrad/tensor/kernels/elementwise.hpp"
#include "xgrad/tensor/parallel.hpp"

namespace xgrad {
namespace {

constexpr std::size_t chunk_elements = 16384;  // what one thread takes at a time
constexpr std::size_t piece_elements = 2048;   // mask that is still in the first-level cache when it is used
constexpr std::size_t block_elements = 4;      // elements that one block of the generator decides

template <class T>
struct Dropout {
  double p;
  Generator start;
  bool keep_mask;
  Tensor<T> mask{};
  static constexpr const char* name = "dropout";
  static constexpr unsigned saves = saves_nothing;

  Array<T> forward(const Array<T>& x) {
    Array<T> y = empty_array<T>(x.shape());
    Array<T> kept = empty_array<T>(keep_mask ? x.shape() : Shape{0});
    parallel_for(x.size(), chunk_elements, [&](std::size_t begin, std::size_t end) {
      alignas(64) T scratch[piece_elements];
      for (std::size_t at = begin; at < end; at += piece_elements) {
        const std::size_t n = std::min(piece_elements, end - at);
        T* m = keep_mask ? kept.data() + at : scratch;
        Generator from_here = start;
        from_here.advance(at / block_elements);
        random::fill_bernoulli(from_here, m, n, 1 - p, static_cast<T>(1 / (1 - p)));
        kernels::run(kernels::Binary::Mul, x.data() + at, m, y.data() + at, n);
      }
    });
    if (keep_mask) mask = Tensor<T>(std::move(kept));
    return y;
  }
  Tensor<T> backward(const Context<T>& c) const { return c.gradient() * mask; }
  void release() { mask = Tensor<T>(); }
};

}  // namespace

template <class T>
Tensor<T> dropout(const Tensor<T>& x, double p, Generator& generator, bool training) {
  if (!(p >= 0 && p <= 1)) throw ConfigError(fmt::format("dropout: p is {}; the probability of a zero must be in [0, 1]", p));
  if (!training || p == 0) return x;
  const Generator start = generator;
  generator.advance((x.size() + block_elements - 1) / block_elements);
  return apply(Dropout<T>{p, start, grad_enabled() && x.requires_grad()}, x);
}

template Tensor<float> dropout(const Tensor<float>&, double, Generator&, bool);
template Tensor<double> dropout(const Tensor<double>&, double, Generator&, bool);

}  // namespace xgrad
