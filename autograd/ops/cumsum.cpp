#include "xgrad/autograd/ops/cumsum.hpp"

#include <algorithm>

#include "xgrad/autograd/operation.hpp"
#include "xgrad/tensor/copy_runs.hpp"

namespace xgrad {
namespace {

struct Cumsum {
  std::size_t axis;
  bool from_end;
  static constexpr const char* name = "cumsum";
  static constexpr unsigned saves = saves_nothing;
  template <class T>
  Array<T> forward(const Array<T>& x) const {
    constexpr std::size_t grain = 1 << 16;  // elements that one thread takes at a time
    Array<T> result = empty_array<T>(x.shape());
    const AroundAxis a(x.shape(), axis);
    const std::size_t one = a.extent * a.inner;
    const T* in = x.data();
    T* out = result.data();
    parallel_for(one == 0 ? 0 : a.outer, std::max<std::size_t>(1, grain / std::max<std::size_t>(1, one)),
                 [=, this](std::size_t begin, std::size_t end) {
                   std::vector<double> sums(a.inner);
                   for (std::size_t o = begin; o < end; ++o) {
                     std::fill(sums.begin(), sums.end(), 0.0);
                     for (std::size_t i = 0; i < a.extent; ++i) {
                       const std::size_t at = o * one + (from_end ? a.extent - 1 - i : i) * a.inner;
                       for (std::size_t j = 0; j < a.inner; ++j) out[at + j] = static_cast<T>(sums[j] += in[at + j]);
                     }
                   }
                 });
    return result;
  }
  template <class T>
  Tensor<T> backward(const Context<T>& c) const {
    return apply(Cumsum{axis, !from_end}, c.gradient());
  }
};

}  // namespace

template <class T>
Tensor<T> cumsum(const Tensor<T>& x, int axis) {
  return apply(Cumsum{normalize_axis(axis, x.shape(), Cumsum::name), false}, x);
}

template Tensor<float> cumsum(const Tensor<float>&, int);
template Tensor<double> cumsum(const Tensor<double>&, int);

}  // namespace xgrad
