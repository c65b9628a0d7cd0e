#include "xgrad/tensor/fold.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "xgrad/tensor/kernels/elementwise.hpp"
#include "xgrad/tensor/kernels/reduction.hpp"
#include "xgrad/tensor/parallel.hpp"
#include "xgrad/tensor/permute.hpp"

namespace xgrad {
namespace {

constexpr std::size_t chunk = 1 << 16;     // elements of a row that one call of a kernel takes
constexpr std::size_t rows_at_once = 256;  // rows that are added in T before partial sums begin

// An array as (outer, folded, inner); copied only if the folded axes are not next to each other.
template <class T>
struct View {
  const T* data = nullptr;
  std::size_t outer = 1, folded = 1, inner = 1;
  Array<T> permuted;
};

// The axes that are kept, then those that are folded.
NormalAxes folded_last(const Shape& shape, const Shape& kept) {
  NormalAxes order;
  for (std::size_t axis = 0; axis < kept.size(); ++axis)
    if (kept[axis] == shape[axis]) order.push_back(axis);
  for (std::size_t axis = 0; axis < kept.size(); ++axis)
    if (kept[axis] != shape[axis]) order.push_back(axis);
  return order;
}

template <class T>
View<T> view_of(const Array<T>& x, const Shape& kept) {
  View<T> view;
  view.data = x.data();
  bool found = false, apart = false;
  for (std::size_t axis = 0; axis < kept.size(); ++axis) {
    const std::size_t extent = x.shape()[axis];
    if (kept[axis] != extent) {
      apart = apart || view.inner != 1;
      found = true;
      view.folded *= extent;
    } else {
      (found ? view.inner : view.outer) *= extent;
    }
  }
  if (!apart) return view;
  view.permuted = permute(x, folded_last(x.shape(), kept));
  view.data = view.permuted.data();
  view.outer *= view.inner;
  view.inner = 1;
  return view;
}

double start_of(Fold f) {
  switch (f) {
    case Fold::Prod: return 1;
    case Fold::Max: return -std::numeric_limits<double>::infinity();
    case Fold::Min: return std::numeric_limits<double>::infinity();
    default: return 0;
  }
}

double combine(Fold f, double a, double b) {
  switch (f) {
    case Fold::Prod: return a * b;
    case Fold::Max: return std::isnan(a) || a > b ? a : b;
    case Fold::Min: return std::isnan(a) || a < b ? a : b;
    default: return a + b;
  }
}

template <class T>
double fold_chunk(Fold f, const T* x, std::size_t n) {
  const auto& loops = kernels::reduction<T>();
  switch (f) {
    case Fold::Sum: return loops.sum(x, n);
    case Fold::SumOfSquares: return loops.sum_of_squares(x, n);
    case Fold::Max: return loops.max(x, n);
    case Fold::Min: return loops.min(x, n);
    case Fold::Prod: break;
  }
  double part[4] = {1, 1, 1, 1};  // four chains of products, so that one need not wait for the other
  std::size_t i = 0;
  for (; i + 4 <= n; i += 4)
    for (int k = 0; k < 4; ++k) part[k] *= x[i + k];
  for (; i < n; ++i) part[0] *= x[i];
  return (part[0] * part[1]) * (part[2] * part[3]);
}

template <class T>
double fold_row(Fold f, const T* x, std::size_t n) {
  if (n <= chunk) return fold_chunk(f, x, n);
  std::vector<double, PoolAllocator<double>> parts((n + chunk - 1) / chunk);
  parallel_for(n, chunk,
               [&](std::size_t begin, std::size_t end) { parts[begin / chunk] = fold_chunk(f, x + begin, end - begin); });
  double result = start_of(f);
  for (double part : parts) result = combine(f, result, part);
  return result;
}

template <class T>
void fold_few_rows(Fold f, const T* x, std::size_t rows, std::size_t cols, T* out) {
  using kernels::Binary;
  const auto& loops = kernels::reduction<T>();
  if (f == Fold::Sum) return loops.column_sums(x, rows, cols, out, false);
  if (f == Fold::SumOfSquares) return loops.column_dots(x, x, rows, cols, out, false);
  const Binary operation = f == Fold::Prod ? Binary::Mul : f == Fold::Max ? Binary::Maximum : Binary::Minimum;
  std::fill(out, out + cols, static_cast<T>(start_of(f)));
  for (std::size_t i = 0; i < rows; ++i) kernels::run(operation, out, x + i * cols, out, cols);
}

// Groups of rows are folded to one row each, and those rows in the same way.
template <class T>
void fold_rows(Fold f, const T* x, std::size_t rows, std::size_t cols, T* out) {
  if (rows <= rows_at_once) return fold_few_rows(f, x, rows, cols, out);
  Array<T> parts = empty_array<T>({(rows + rows_at_once - 1) / rows_at_once, cols});
  parallel_for(rows, rows_at_once, [&](std::size_t begin, std::size_t end) {
    fold_few_rows(f, x + begin * cols, end - begin, cols, parts.data() + begin / rows_at_once * cols);
  });
  fold_rows(f == Fold::SumOfSquares ? Fold::Sum : f, parts.data(), parts.shape()[0], cols, out);
}

}  // namespace

template <class T>
Array<T> fold(Fold f, const Array<T>& x, const Shape& kept) {
  if (kept == x.shape() && f != Fold::SumOfSquares) return x;
  Array<T> result = empty_array<T>(kept);
  const View<T> view = view_of(x, kept);
  const std::size_t one = view.folded * view.inner;  // elements for one step along the outer axes
  T* out = result.data();
  parallel_for(view.outer, std::max<std::size_t>(1, chunk / std::max<std::size_t>(1, one)),
               [&](std::size_t begin, std::size_t end) {
                 for (std::size_t o = begin; o < end; ++o)
                   if (view.inner == 1)
                     out[o] = static_cast<T>(fold_row(f, view.data + o * one, view.folded));
                   else
                     fold_rows(f, view.data + o * one, view.folded, view.inner, out + o * view.inner);
               });
  return result;
}

template Array<float> fold(Fold, const Array<float>&, const Shape&);
template Array<double> fold(Fold, const Array<double>&, const Shape&);

}  // namespace xgrad
