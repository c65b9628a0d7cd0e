#include "xgrad/autograd/ops/cumsum.hpp"

#include <algorithm>
#include <limits>

#include "xgrad/autograd/operation.hpp"
#include "xgrad/autograd/operation_info.hpp"
#include "xgrad/autograd/picked_samples.hpp"
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

std::vector<OperationInfo> cumsum_operations() {
  constexpr double inf = std::numeric_limits<double>::infinity(), nan = std::numeric_limits<double>::quiet_NaN();
  const auto along = [](int axis) { return [axis](const auto& x) { return cumsum(x[0], axis); }; };
  // For every element all that come before it on its axis are looked up and added.
  const auto summed = [along](const char* name, const Shape& shape, int axis) {
    return sample(name, {sample_values(shape)}, along(axis), [=](const Sample::Arrays& x) {
      Array<double> result = filled_array(shape, 0.0);
      const std::size_t at = normalize_axis(axis, shape, "reference");
      std::size_t step = 1;
      for (std::size_t i = at + 1; i < shape.size(); ++i) step *= shape[i];
      for (std::size_t k = 0; k < result.size(); ++k)
        for (std::size_t before = 0; before <= k / step % shape[at]; ++before)
          result.data()[k] += x[0].data()[k - before * step];
      return result;
    });
  };
  return {{"cumsum",
           {summed("vector", {7}, 0), summed("rows", {3, 5}, 1), summed("columns", {3, 5}, 0),
            summed("the middle axis", {2, 4, 3}, -2), summed("size 1", {1, 1}, 0), summed("empty axis", {2, 0}, 1),
            summed("empty", {0, 3}, 1)},
           {{"what is not finite goes on",
             [](const auto& x) { return cumsum(x, 0); },
             {1, inf, 1, -inf, 1},
             {1, inf, inf, nan, nan},
             {5, 4, 3, 2, 1}}},
           {bad_input("axis", {2, 3}, [](const auto& x) { cumsum(x, 2); }, {"cumsum", "axis 2"}),
            bad_input("scalar", {}, [](const auto& x) { cumsum(x, 0); }, {"cumsum", "axis 0"})}}};
}

template Tensor<float> cumsum(const Tensor<float>&, int);
template Tensor<double> cumsum(const Tensor<double>&, int);

}  // namespace xgrad
