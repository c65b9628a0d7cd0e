#include "xgrad/autograd/ops/matmul.hpp"

#include <fmt/format.h>

#include "xgrad/autograd/operation.hpp"
#include "xgrad/autograd/ops/vector_products.hpp"
#include "xgrad/tensor/batch.hpp"
#include "xgrad/tensor/batched_matmul.hpp"
#include "xgrad/tensor/error.hpp"

namespace xgrad {
namespace {

template <class T>
using Pair = std::array<Tensor<T>, 2>;

constexpr Transpose flipped(Transpose t) { return t == Transpose::Yes ? Transpose::No : Transpose::Yes; }

[[noreturn]] void throw_mismatch(const Shape& a, Transpose ta, std::size_t k, const Shape& b, Transpose tb, std::size_t other) {
  const char* of_a = ta == Transpose::Yes ? (a.size() == 2 ? "first" : "second to last") : "last";
  const char* of_b = b.size() == 1 ? "only" : tb == Transpose::Yes ? "last" : b.size() == 2 ? "first" : "second to last";
  throw ShapeError(fmt::format("matmul: a{} has shape {} but b{} has shape {}; a's {} dimension ({}) must equal b's {} ({})",
                               ta == Transpose::Yes ? " (transposed)" : "", to_string(a),
                               tb == Transpose::Yes ? " (transposed)" : "", to_string(b), of_a, k, of_b, other));
}

// op(a) is m×k, op(b) is k×n.
struct Extents {
  std::size_t m, k, n;
};

// A vector is a row on the left, a column on the right. Throws unless the inner extents fit.
Extents extents(const Shape& a, Transpose ta, const Shape& b, Transpose tb) {
  const std::size_t a_rows = a.size() > 1 ? a[a.size() - 2] : 1, a_columns = a.back();
  const std::size_t b_rows = b.size() > 1 ? b[b.size() - 2] : b[0], b_columns = b.size() > 1 ? b.back() : 1;
  const bool flip_a = ta == Transpose::Yes, flip_b = tb == Transpose::Yes;
  const std::size_t k = flip_a ? a_rows : a_columns, other = flip_b ? b_columns : b_rows;
  if (k != other) throw_mismatch(a, ta, k, b, tb, other);
  return {flip_a ? a_columns : a_rows, k, flip_b ? b_rows : b_columns};
}

// op(a)·op(b) for two matrices: the hot path, with a small node.
struct MatrixProduct {
  Transpose ta, tb;
  static constexpr const char* name = "matmul";
  static constexpr unsigned saves = saves_all_inputs;

  template <class T>
  Array<T> forward(const Array<T>& a, const Array<T>& b) const {
    const Extents e = extents(a.shape(), ta, b.shape(), tb);
    Array<T> c = empty_array<T>({e.m, e.n});
    gemm(ta, tb, e.m, e.n, e.k, T(1), a.data(), a.shape()[1], b.data(), b.shape()[1], T(0), c.data(), e.n);
    return c;
  }

  template <class T>
  Pair<T> backward(const Context<T>& c) const {
    const Tensor<T>& g = c.gradient();
    Pair<T> result;
    if (c.needs(0))
      result[0] =
          ta == Transpose::No ? matmul(g, Transpose::No, c.input(1), flipped(tb)) : matmul(c.input(1), tb, g, Transpose::Yes);
    if (c.needs(1))
      result[1] =
          tb == Transpose::No ? matmul(c.input(0), flipped(ta), g, Transpose::No) : matmul(g, Transpose::Yes, c.input(0), ta);
    return result;
  }
};

// The same for inputs whose memory is read with other shapes than their own: vectors as matrices of one row or column, a batch
// of matrices as one tall matrix, or batches of matrices.
struct ViewedProduct {
  Transpose ta, tb;
  Shape a_view, b_view, c_view;  // batch axes, rows, columns
  Shape result;                  // the shape of the result, as many elements as c_view
  static constexpr const char* name = "matmul";
  static constexpr unsigned saves = saves_all_inputs;

  template <class T>
  Array<T> forward(const Array<T>& a, const Array<T>& b) const {
    Array<T> c = empty_array<T>(result);
    batched_gemm(ta, a.data(), a_view, tb, b.data(), b_view, c.data(), c_view);
    return c;
  }

  template <class T>
  Pair<T> backward(const Context<T>& c) const {
    const Tensor<T>& g = c.gradient();
    Pair<T> gradients;
    if (c.needs(0)) {
      const auto [view, shape] = gradient_shapes(a_view, c.input_shape(0));
      gradients[0] = ta == Transpose::No
                         ? apply(ViewedProduct{Transpose::No, flipped(tb), c_view, b_view, view, shape}, g, c.input(1))
                         : apply(ViewedProduct{tb, Transpose::Yes, b_view, c_view, view, shape}, c.input(1), g);
    }
    if (c.needs(1)) {
      const auto [view, shape] = gradient_shapes(b_view, c.input_shape(1));
      gradients[1] = tb == Transpose::No
                         ? apply(ViewedProduct{flipped(ta), Transpose::No, a_view, c_view, view, shape}, c.input(0), g)
                         : apply(ViewedProduct{Transpose::Yes, ta, c_view, a_view, view, shape}, g, c.input(0));
    }
    return gradients;
  }

 private:
  // The gradient has all batch axes of the result; it is summed over broadcast ones afterwards.
  std::pair<Shape, Shape> gradient_shapes(const Shape& input_view, const Shape& input) const {
    const std::size_t batch = c_view.size() - 2, own_batch = input_view.size() - 2;
    Shape view(c_view.begin(), c_view.begin() + static_cast<std::ptrdiff_t>(batch));
    Shape shape = view;
    view.insert(view.end(), input_view.end() - 2, input_view.end());
    shape.insert(shape.end(), input.begin() + static_cast<std::ptrdiff_t>(own_batch), input.end());
    return {view, shape};
  }
};

Shape broadcast_batches(const Shape& a, const Shape& b) {
  try {
    return broadcast_shape(batch_axes(a), batch_axes(b), "matmul");
  } catch (const ShapeError& error) {
    throw ShapeError(fmt::format("matmul: a has shape {} and b {}, whose batch axes do not fit each other ({})", to_string(a),
                                 to_string(b), error.what()));
  }
}

// How to read the memory of two factors of which at least one is not a matrix.
ViewedProduct view_product(const Shape& a, Transpose ta, const Shape& b, Transpose tb) {
  const auto [m, k, n] = extents(a, ta, b, tb);
  const Shape batch = broadcast_batches(a, b);
  Shape result = batch;
  if (a.size() > 1) result.push_back(m);
  if (b.size() > 1) result.push_back(n);
  const Shape a_matrix = ta == Transpose::Yes ? Shape{k, m} : Shape{m, k};
  const Shape b_matrix = tb == Transpose::Yes ? Shape{n, k} : Shape{k, n};
  if (b.size() <= 2 && ta == Transpose::No) {  // one product with all rows of the batch
    const std::size_t rows = element_count(batch) * m;
    return {ta, tb, {rows, k}, b_matrix, {rows, n}, result};
  }
  return {ta,
          tb,
          with_matrix(batch_axes(a), a_matrix[0], a_matrix[1]),
          with_matrix(batch_axes(b), b_matrix[0], b_matrix[1]),
          with_matrix(batch, m, n),
          result};
}

}  // namespace

template <class T>
Tensor<T> matmul(const Tensor<T>& a, Transpose ta, const Tensor<T>& b, Transpose tb) {
  if (a.rank() == 2 && b.rank() == 2) return apply(MatrixProduct{ta, tb}, a, b);
  if (a.rank() < 2 || b.rank() < 2)
    throw ShapeError(fmt::format("matmul: a has shape {} and b {}; with flags both need two axes or more", to_string(a.shape()),
                                 to_string(b.shape())));
  return apply(view_product(a.shape(), ta, b.shape(), tb), a, b);
}

template <class T>
Tensor<T> matmul(const Tensor<T>& a, const Tensor<T>& b) {
  if (a.rank() == 2 && b.rank() == 2) return apply(MatrixProduct{Transpose::No, Transpose::No}, a, b);
  if (a.rank() == 0 || b.rank() == 0)
    throw ShapeError(fmt::format("matmul: a has shape {} and b {}; both need an axis; multiply by a scalar with *",
                                 to_string(a.shape()), to_string(b.shape())));
  if (a.rank() == 1 && b.rank() == 1 && a.size() == b.size()) return dot(a, b);
  return apply(view_product(a.shape(), Transpose::No, b.shape(), Transpose::No), a, b);
}

#define XGRAD_INSTANTIATE(T)                                     \
  template Tensor<T> matmul(const Tensor<T>&, const Tensor<T>&); \
  template Tensor<T> matmul(const Tensor<T>&, Transpose, const Tensor<T>&, Transpose);
XGRAD_INSTANTIATE(float)
XGRAD_INSTANTIATE(double)
#undef XGRAD_INSTANTIATE

}  // namespace xgrad
