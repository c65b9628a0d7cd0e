#include "xgrad/tensor/softmax.hpp"

#include <algorithm>

#include "xgrad/tensor/kernels/elementwise.hpp"
#include "xgrad/tensor/kernels/reduction.hpp"
#include "xgrad/tensor/kernels/softmax.hpp"
#include "xgrad/tensor/parallel.hpp"

namespace xgrad {
namespace {

using kernels::Binary;
using kernels::run;
using kernels::Unary;

constexpr std::size_t chunk_elements = 16384;  // what one thread takes at a time

// An array seen as outer × length × inner, where the axis has `length` elements.
struct Axis {
  std::size_t outer = 1, length = 1, inner = 1;

  Axis(const Shape& shape, std::size_t axis) {
    for (std::size_t i = 0; i < shape.size(); ++i) (i < axis ? outer : i == axis ? length : inner) *= shape[i];
  }
};

// rows(offset, count) over chunks of contiguous rows if the axis is the last, else block(offset, scratch) for every
// length × inner block, with `inner` elements of scratch.
template <class T, class Rows, class Block>
void along(const Axis& a, Rows&& rows, Block&& block) {
  const std::size_t size = a.length * a.inner;
  if (a.outer * size == 0) return;
  parallel_for(a.outer, std::max<std::size_t>(1, chunk_elements / size), [&](std::size_t begin, std::size_t end) {
    if (a.inner == 1) return rows(begin * size, end - begin);
    Array<T> scratch = empty_array<T>({a.inner});
    for (std::size_t i = begin; i < end; ++i) block(i * size, scratch.data());
  });
}

template <class T>
void column_maxima(const T* x, const Axis& a, T* maxima) {
  std::copy(x, x + a.inner, maxima);
  for (std::size_t k = 1; k < a.length; ++k) run(Binary::Maximum, maxima, x + k * a.inner, maxima, a.inner);
}

// y = exp(x − shift) for every row of a block; sum = Σ y.
template <class T>
void shifted_exp(const T* x, const Axis& a, const T* shift, T* y, T* sum) {
  for (std::size_t k = 0; k < a.length; ++k) run(Binary::Sub, x + k * a.inner, shift, y + k * a.inner, a.inner);
  run(Unary::Exp, y, y, a.length * a.inner);
  kernels::reduction<T>().column_sums(y, a.length, a.inner, sum, false);
}

}  // namespace

template <class T>
Array<T> softmax_along(const Array<T>& x, std::size_t axis) {
  const Axis a(x.shape(), axis);
  Array<T> y = empty_array<T>(x.shape());
  const T* in = x.data();
  T* out = y.data();
  along<T>(
      a,
      [&](std::size_t at, std::size_t count) {
        kernels::softmax_rows<T>().softmax(in + at, count, a.length, out + at, nullptr, nullptr);
      },
      [&](std::size_t at, T* scratch) {
        column_maxima(in + at, a, scratch);
        shifted_exp(in + at, a, scratch, out + at, scratch);
        for (std::size_t k = 0; k < a.length; ++k)
          run(Binary::Div, out + at + k * a.inner, scratch, out + at + k * a.inner, a.inner);
      });
  return y;
}

template <class T>
Array<T> log_softmax_along(const Array<T>& x, std::size_t axis) {
  const Axis a(x.shape(), axis);
  Array<T> y = empty_array<T>(x.shape());
  const T* in = x.data();
  T* out = y.data();
  along<T>(
      a, [&](std::size_t at, std::size_t count) { kernels::softmax_rows<T>().log_softmax(in + at, count, a.length, out + at); },
      [&](std::size_t at, T* scratch) {
        Array<T> maxima = empty_array<T>({a.inner});
        column_maxima(in + at, a, maxima.data());
        shifted_exp(in + at, a, maxima.data(), out + at, scratch);
        run(Unary::Log, scratch, scratch, a.inner);
        for (std::size_t k = 0; k < a.length; ++k) {
          T* row = out + at + k * a.inner;
          run(Binary::Sub, in + at + k * a.inner, maxima.data(), row, a.inner);
          run(Binary::Sub, row, scratch, row, a.inner);
        }
      });
  return y;
}

template <class T>
Array<T> softmax_gradient(const Array<T>& g, const Array<T>& y, std::size_t axis) {
  const Axis a(y.shape(), axis);
  Array<T> d = empty_array<T>(y.shape());
  const T *from = g.data(), *output = y.data();
  T* out = d.data();
  along<T>(
      a,
      [&](std::size_t at, std::size_t count) {
        kernels::softmax_rows<T>().gradient(from + at, output + at, count, a.length, out + at);
      },
      [&](std::size_t at, T* dots) {
        kernels::reduction<T>().column_dots(from + at, output + at, a.length, a.inner, dots, false);
        for (std::size_t k = 0; k < a.length; ++k) {
          const std::size_t row = at + k * a.inner;
          run(Binary::Sub, from + row, dots, out + row, a.inner);
          run(Binary::Mul, out + row, output + row, out + row, a.inner);
        }
      });
  return d;
}

template <class T>
Array<T> log_softmax_gradient(const Array<T>& g, const Array<T>& y, std::size_t axis) {
  const Axis a(y.shape(), axis);
  Array<T> d = empty_array<T>(y.shape());
  const T *from = g.data(), *output = y.data();
  T* out = d.data();
  along<T>(
      a,
      [&](std::size_t at, std::size_t count) {
        kernels::softmax_rows<T>().log_gradient(from + at, output + at, count, a.length, out + at);
      },
      [&](std::size_t at, T* sums) {
        kernels::reduction<T>().column_sums(from + at, a.length, a.inner, sums, false);
        run(Unary::Exp, output + at, out + at, a.length * a.inner);
        for (std::size_t k = 0; k < a.length; ++k) {
          const std::size_t row = at + k * a.inner;
          run(Binary::Mul, out + row, sums, out + row, a.inner);
          run(Binary::Sub, from + row, out + row, out + row, a.inner);
        }
      });
  return d;
}

#define XGRAD_INSTANTIATE(T)                                                         \
  template Array<T> softmax_along(const Array<T>&, std::size_t);                     \
  template Array<T> log_softmax_along(const Array<T>&, std::size_t);                 \
  template Array<T> softmax_gradient(const Array<T>&, const Array<T>&, std::size_t); \
  template Array<T> log_softmax_gradient(const Array<T>&, const Array<T>&, std::size_t);
XGRAD_INSTANTIATE(float)
XGRAD_INSTANTIATE(double)
#undef XGRAD_INSTANTIATE

}  // namespace xgrad
