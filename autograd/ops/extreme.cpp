#include "xgrad/autograd/ops/extreme.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "xgrad/autograd/operation.hpp"
#include "xgrad/autograd/ops/arithmetic.hpp"
#include "xgrad/autograd/ops/reduction_shapes.hpp"
#include "xgrad/tensor/broadcast.hpp"
#include "xgrad/tensor/copy_runs.hpp"
#include "xgrad/tensor/error.hpp"
#include "xgrad/tensor/fold.hpp"
#include "xgrad/tensor/kernels/reduction.hpp"

namespace xgrad {
namespace {

using kernels::Binary;

template <bool largest>
struct Extreme {
  detail::ReductionShapes shapes;
  static constexpr const char* name = largest ? "max" : "min";
  static constexpr unsigned saves = saves_input(0) | saves_output;
  template <class T>
  Array<T> forward(const Array<T>& x) const {
    return shapes.finish(fold(largest ? Fold::Max : Fold::Min, x, shapes.kept));
  }
  // Which elements win does not change with small changes of x, so their shares are constants.
  template <class T>
  Tensor<T> backward(const Context<T>& c) const {
    Array<T> extreme = c.output_value();
    extreme.reshape(shapes.kept);
    const Array<T> wins = map(Binary::Equal, c.input_value(0), extreme, name);
    const Tensor<T> share(map(Binary::Div, wins, fold(Fold::Sum, wins, shapes.kept), name));
    return shapes.keep(c.gradient()) * share;
  }
};

void check_not_empty(std::size_t elements, const Shape& shape, const char* operation) {
  if (elements == 0)
    throw ShapeError(fmt::format("{}: shape {} has no elements along the reduced axes to choose from; at least one is needed",
                                 operation, to_string(shape)));
}

template <bool largest, class T>
Tensor<T> extreme(const Tensor<T>& x, const Axes& axes, bool keepdims) {
  using Op = Extreme<largest>;
  const detail::ReductionShapes shapes(x.shape(), axes, keepdims, Op::name);
  check_not_empty(shapes.elements_each(x.shape()), x.shape(), Op::name);
  return apply(Op{shapes}, x);
}

template <bool largest, class T>
bool beats(T a, T b) {
  return !std::isnan(b) && (std::isnan(a) || (largest ? a > b : a < b));
}

template <bool largest, class T>
std::int64_t position_in_row(const T* x, std::size_t n) {
  const auto& loops = kernels::reduction<T>();
  const T best = largest ? loops.max(x, n) : loops.min(x, n);
  return std::find_if(x, x + n, [best](T value) { return value == best || std::isnan(value); }) - x;
}

// One position for each of `inner` columns; x has `extent` rows.
template <bool largest, class T>
void positions_in_columns(const T* x, std::size_t extent, std::size_t inner, std::int64_t* out) {
  std::vector<T> best(x, x + inner);
  std::fill(out, out + inner, 0);
  for (std::size_t i = 1; i < extent; ++i)
    for (std::size_t j = 0; j < inner; ++j)
      if (beats<largest>(x[i * inner + j], best[j])) {
        best[j] = x[i * inner + j];
        out[j] = static_cast<std::int64_t>(i);
      }
}

template <bool largest, class T>
Indices positions(const Tensor<T>& x, int axis, bool keepdims, const char* name) {
  constexpr std::size_t grain = 1 << 15;  // elements that one thread takes at a time
  const Shape& shape = x.shape();
  const std::size_t at = normalize_axis(axis, shape, name);
  check_not_empty(shape[at], shape, name);
  const AroundAxis a(shape, at);
  Indices result = Indices::from_shape(reduced_shape(shape, {at}, keepdims));
  const T* in = x.data();
  std::int64_t* out = result.data();
  const std::size_t one = a.extent * a.inner;
  if (one == 0) return result;
  parallel_for(a.outer, std::max<std::size_t>(1, grain / one), [=](std::size_t begin, std::size_t end) {
    for (std::size_t o = begin; o < end; ++o)
      if (a.inner == 1)
        out[o] = position_in_row<largest>(in + o * one, a.extent);
      else
        positions_in_columns<largest>(in + o * one, a.extent, a.inner, out + o * a.inner);
  });
  return result;
}

}  // namespace

template <class T>
Tensor<T> max(const Tensor<T>& x, const Axes& axes, bool keepdims) {
  return extreme<true>(x, axes, keepdims);
}

template <class T>
Tensor<T> min(const Tensor<T>& x, const Axes& axes, bool keepdims) {
  return extreme<false>(x, axes, keepdims);
}

template <class T>
Indices argmax(const Tensor<T>& x, int axis, bool keepdims) {
  return positions<true>(x, axis, keepdims, "argmax");
}

template <class T>
Indices argmin(const Tensor<T>& x, int axis, bool keepdims) {
  return positions<false>(x, axis, keepdims, "argmin");
}

template <class T>
std::int64_t argmax(const Tensor<T>& x) {
  check_not_empty(x.size(), x.shape(), "argmax");
  return position_in_row<true>(x.data(), x.size());
}

template <class T>
std::int64_t argmin(const Tensor<T>& x) {
  check_not_empty(x.size(), x.shape(), "argmin");
  return position_in_row<false>(x.data(), x.size());
}

#define XGRAD_INSTANTIATE(T)                                   \
  template Tensor<T> max(const Tensor<T>&, const Axes&, bool); \
  template Tensor<T> min(const Tensor<T>&, const Axes&, bool); \
  template Indices argmax(const Tensor<T>&, int, bool);        \
  template Indices argmin(const Tensor<T>&, int, bool);        \
  template std::int64_t argmax(const Tensor<T>&);              \
  template std::int64_t argmin(const Tensor<T>&);
XGRAD_INSTANTIATE(float)
XGRAD_INSTANTIATE(double)
#undef XGRAD_INSTANTIATE

}  // namespace xgrad
