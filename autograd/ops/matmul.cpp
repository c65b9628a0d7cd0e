#include "xgrad/autograd/ops/matmul.hpp"

#include <fmt/format.h>

#include "xgrad/autograd/operation.hpp"
#include "xgrad/autograd/operation_info.hpp"
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

namespace {

// Multiplies by the definition, one element after the other.
Array<double> matmul_reference(const Array<double>& a, bool ta, const Array<double>& b, bool tb) {
  const auto padded = [](const Shape& s, bool row) { return s.size() > 1 ? s : row ? Shape{1, s[0]} : Shape{s[0], 1}; };
  const Shape sa = padded(a.shape(), true), sb = padded(b.shape(), false);
  const std::size_t ra = sa[sa.size() - 2], ca = sa.back(), rb = sb[sb.size() - 2], cb = sb.back();
  const std::size_t m = ta ? ca : ra, k = ta ? ra : ca, n = tb ? rb : cb;
  Shape shape = broadcast_shape(batch_axes(sa), batch_axes(sb), "reference");
  const std::size_t batches = element_count(shape);
  const auto matrix_of = [&shape](const Shape& s, std::size_t number) {
    std::size_t at = 0, stride = 1;
    for (std::size_t back = 1; back + 2 <= s.size(); ++back) {
      const std::size_t position = number % shape[shape.size() - back], own = s[s.size() - 2 - back];
      number /= shape[shape.size() - back];
      at += (own == 1 ? 0 : position) * stride;
      stride *= own;
    }
    return at;
  };
  std::vector<double> values;
  for (std::size_t batch = 0; batch < batches; ++batch) {
    const double *pa = a.data() + matrix_of(sa, batch) * ra * ca, *pb = b.data() + matrix_of(sb, batch) * rb * cb;
    for (std::size_t i = 0; i < m; ++i)
      for (std::size_t j = 0; j < n; ++j) {
        double sum = 0;
        for (std::size_t l = 0; l < k; ++l)
          sum += (ta ? pa[l * ca + i] : pa[i * ca + l]) * (tb ? pb[j * cb + l] : pb[l * cb + j]);
        values.push_back(sum);
      }
  }
  if (a.dimension() > 1) shape.push_back(m);
  if (b.dimension() > 1) shape.push_back(n);
  Array<double> result = empty_array<double>(shape);
  std::copy(values.begin(), values.end(), result.data());
  return result;
}

std::vector<Sample> matmul_samples() {
  std::vector<Sample> samples;
  const auto add = [&samples](const char* name, const Shape& a, const Shape& b) {
    samples.push_back(sample(
        name, {sample_values(a, -1, 1, 1), sample_values(b, -1, 1, 2)}, [](const auto& x) { return matmul(x[0], x[1]); },
        [](const auto& x) { return matmul_reference(x[0], false, x[1], false); }));
  };
  const auto add_flags = [&samples](const char* name, Transpose ta, const Shape& a, Transpose tb, const Shape& b) {
    samples.push_back(sample(
        name, {sample_values(a, -1, 1, 1), sample_values(b, -1, 1, 2)},
        [=](const auto& x) { return matmul(x[0], ta, x[1], tb); },
        [=](const auto& x) { return matmul_reference(x[0], ta == Transpose::Yes, x[1], tb == Transpose::Yes); }));
  };
  constexpr auto No = Transpose::No, Yes = Transpose::Yes;
  add("matrices", {3, 4}, {4, 2});
  add("square matrices", {3, 3}, {3, 3});
  add("size 1", {1, 1}, {1, 1});
  add("vectors", {5}, {5});
  add("vector and matrix", {3}, {3, 4});
  add("matrix and vector", {3, 4}, {4});
  add("batch and matrix", {2, 3, 4}, {4, 2});
  add("matrix and batch", {3, 4}, {2, 4, 2});
  add("batch and batch", {2, 3, 4}, {2, 4, 2});
  add("batches that broadcast", {2, 1, 3, 2}, {3, 2, 2});
  add("batch of one and batch", {1, 2, 3}, {2, 3, 2});
  add("vector and batch", {3}, {2, 3, 2});
  add("batch and vector", {2, 3, 4}, {4});
  add("no rows", {0, 3}, {3, 2});
  add("nothing to sum over", {2, 0}, {0, 3});
  add("empty batch", {0, 2, 3}, {3, 2});
  add("empty vectors", {0}, {0});
  add_flags("a transposed", Yes, {4, 3}, No, {4, 2});
  add_flags("b transposed", No, {3, 4}, Yes, {2, 4});
  add_flags("both transposed", Yes, {4, 3}, Yes, {2, 4});
  add_flags("batch, a transposed", Yes, {2, 4, 3}, No, {4, 2});
  add_flags("batch, b transposed", No, {2, 3, 4}, Yes, {2, 4});
  add_flags("batch, both transposed", Yes, {2, 4, 3}, Yes, {2, 2, 4});
  return samples;
}

}  // namespace

std::vector<OperationInfo> matmul_operations() {
  const auto bad = [](std::string name, Shape a, Shape b, std::vector<std::string> mentions) {
    for (const std::string& always : {std::string("matmul"), to_string(a), to_string(b)}) mentions.push_back(always);
    return BadInput{std::move(name),
                    [=] { matmul(Tensor<double>(filled_array(a, 1.0)), Tensor<double>(filled_array(b, 1.0))); },
                    std::move(mentions)};
  };
  const auto bad_flags = [](std::string name, Shape a, Shape b, std::vector<std::string> mentions) {
    for (const std::string& always : {std::string("matmul"), to_string(a), to_string(b)}) mentions.push_back(always);
    return BadInput{std::move(name),
                    [=] {
                      matmul(Tensor<double>(filled_array(a, 1.0)), Transpose::Yes, Tensor<double>(filled_array(b, 1.0)),
                             Transpose::Yes);
                    },
                    std::move(mentions)};
  };
  return {{"matmul",
           matmul_samples(),
           {},
           {bad("inner dimensions differ", {16, 784}, {128, 10}, {"last dimension (784)", "first (128)"}),
            bad("inner dimensions of batches differ", {2, 3, 4}, {2, 3, 4}, {"last dimension (4)", "second to last (3)"}),
            bad("vector of another length", {3, 4}, {3}, {"(4)", "(3)"}),
            bad("vectors of different lengths", {4}, {3}, {"(4)", "(3)"}), bad("scalar", {}, {3, 2}, {"*"}),
            bad("batches do not broadcast", {2, 3, 4}, {3, 4, 2}, {"batch"}),
            bad_flags("inner dimensions differ after transposing", {2, 4, 3}, {2, 5}, {"second to last dimension (4)", "(5)"}),
            bad_flags("a vector with flags", {4}, {5, 4}, {"two axes"})}}};
}

#define XGRAD_INSTANTIATE(T)                                     \
  template Tensor<T> matmul(const Tensor<T>&, const Tensor<T>&); \
  template Tensor<T> matmul(const Tensor<T>&, Transpose, const Tensor<T>&, Transpose);
XGRAD_INSTANTIATE(float)
XGRAD_INSTANTIATE(double)
#undef XGRAD_INSTANTIATE

}  // namespace xgrad
