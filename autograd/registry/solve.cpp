#include "xgrad/autograd/ops/solve.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "xgrad/autograd/operation_info.hpp"
#include "xgrad/autograd/ops/arithmetic.hpp"
#include "xgrad/autograd/ops/matmul.hpp"
#include "xgrad/autograd/ops/shape.hpp"
#include "xgrad/autograd/registry/families.hpp"

namespace xgrad {
namespace {

// n numbers on the diagonals, added to random ones: eigenvalues far from zero.
Array<double> regular_matrices(const Shape& shape, std::uint64_t seed) {
  Array<double> a = sample_values(shape, -1, 1, seed);
  const std::size_t n = shape.back();
  for (std::size_t i = 0; i < a.size() / std::max<std::size_t>(n, 1); ++i)
    a.data()[i * n + i % n] += 1 + static_cast<double>(n);
  return a;
}

// Gauss-Jordan elimination of one system at a time; `keep` says which elements of the matrix count.
template <class Keep>
Array<double> solution_reference(const Array<double>& a, const Array<double>& b, std::size_t k, Keep keep) {
  const std::size_t n = a.shape().back(), rows = b.size() / k, batch = n > 0 ? rows / n : 0;
  Array<double> x = b;
  for (std::size_t system = 0; system < batch; ++system) {
    Array<double> m = empty_array<double>({n, n});
    const double* matrix = a.data() + (a.dimension() > 2 ? system * n * n : 0);
    for (std::size_t i = 0; i < n * n; ++i) m.data()[i] = keep(i / n, i % n) ? matrix[i] : 0;
    double* right = x.data() + system * n * k;
    for (std::size_t pivot = 0; pivot < n; ++pivot)
      for (std::size_t row = 0; row < n; ++row) {
        if (row == pivot) continue;
        const double factor = m(row, pivot) / m(pivot, pivot);
        for (std::size_t j = 0; j < n; ++j) m(row, j) -= factor * m(pivot, j);
        for (std::size_t j = 0; j < k; ++j) right[row * k + j] -= factor * right[pivot * k + j];
      }
    for (std::size_t row = 0; row < n; ++row)
      for (std::size_t j = 0; j < k; ++j) right[row * k + j] /= m(row, row);
  }
  return x;
}

std::vector<Sample> solve_samples() {
  std::vector<Sample> samples;
  const auto add = [&samples](const char* name, const Shape& a, const Shape& b, bool with_reference = true) {
    const bool is_vector = b.size() == 1 || b.size() + 1 == a.size();
    const std::size_t k = is_vector ? 1 : b.back();
    Sample s = sample(
        name, {regular_matrices(a, 1), sample_values(b, -1, 1, 2)}, [](const auto& x) { return solve(x[0], x[1]); },
        [k](const auto& x) { return solution_reference(x[0], x[1], k, [](std::size_t, std::size_t) { return true; }); });
    if (!with_reference) s.reference = nullptr;
    samples.push_back(std::move(s));
  };
  add("several right-hand sides", {3, 3}, {3, 2});
  add("a vector", {3, 3}, {3});
  add("size 1", {1, 1}, {1, 1});
  add("batch", {2, 3, 3}, {2, 3, 2});
  add("batch of vectors", {2, 3, 3}, {2, 3});
  add("one matrix for a batch", {2, 2}, {3, 2, 2});
  add("batches that broadcast", {2, 1, 2, 2}, {3, 2, 1}, false);
  add("empty batch", {0, 2, 2}, {0, 2, 2});
  add("no unknowns", {0, 0}, {0, 2}, false);
  samples.push_back(sample(
      "rows exchanged", {Array<double>{{0, 2}, {3, 1}}, Array<double>{{1, 2}, {2, 3}}},
      [](const auto& x) { return solve(x[0], x[1]); },
      [](const auto&) {
        return Array<double>{{0.5, 2 / 3.0}, {0.5, 1}};
      }));
  return samples;
}

std::vector<Sample> triangular_samples() {
  std::vector<Sample> samples;
  const auto add = [&samples](const char* name, const Shape& a, const Shape& b, bool upper, Transpose transpose) {
    const bool flip = transpose == Transpose::Yes;
    Sample::Arrays inputs{regular_matrices(a, 3), sample_values(b, -1, 1, 4)};
    samples.push_back(sample(
        name, std::move(inputs),
        [=](const auto& x) {
          return solve_triangular(x[0], x[1], {upper, transpose});
        },
        [=](const auto& x) {
          Array<double> matrix = x[0];
          const std::size_t n = a.back();
          if (flip)
            for (std::size_t i = 0; i < matrix.size(); ++i)
              matrix.data()[i] = x[0].data()[i / (n * n) * n * n + i % n * n + i / n % n];
          return solution_reference(matrix, x[1], b.back(),
                                    [=](std::size_t i, std::size_t j) { return upper != flip ? j >= i : j <= i; });
        }));
  };
  add("lower", {3, 3}, {3, 2}, false, Transpose::No);
  add("upper", {3, 3}, {3, 2}, true, Transpose::No);
  add("lower transposed", {3, 3}, {3, 1}, false, Transpose::Yes);
  add("upper transposed", {3, 3}, {3, 3}, true, Transpose::Yes);
  add("batch", {2, 2, 2}, {2, 2, 3}, false, Transpose::No);
  add("one matrix for a batch", {2, 2}, {2, 2, 1}, true, Transpose::Yes);
  add("size 1", {1, 1}, {1, 1}, false, Transpose::No);
  add("empty batch", {0, 2, 2}, {0, 2, 1}, false, Transpose::No);
  return samples;
}

}  // namespace

std::vector<OperationInfo> solve_operations() {
  const auto bad = [](const char* name, bool triangular, Array<double> a, Array<double> b, std::vector<std::string> mentions) {
    mentions.push_back(triangular ? "solve_triangular" : "solve");
    return BadInput{name,
                    [=] {
                      const Tensor<double> ta{Array<double>(a)}, tb{Array<double>(b)};
                      triangular ? solve_triangular(ta, tb) : solve(ta, tb);
                    },
                    std::move(mentions)};
  };
  const Array<double> singular{{1, 2}, {2, 4}}, right{{1, 2}, {3, 4}}, identity{{1, 0}, {0, 1}};
  const Array<double> not_a_number{{1, std::nan("")}, {0, 1}}, infinite{{1, 2}, {std::numeric_limits<double>::infinity(), 4}};
  const auto ones = [](const Shape& shape) { return filled_array(shape, 1.0); };
  return {
      {"solve",
       solve_samples(),
       {},
       {bad("not square", false, ones({3, 2}), ones({3, 1}), {"(3, 2)", "square"}),
        bad("a vector for a matrix", false, ones({3}), ones({3}), {"(3,)"}),
        bad("another number of rows", false, ones({2, 2}), ones({3, 1}), {"(2, 2)", "(3, 1)"}),
        bad("a vector of another length", false, ones({2, 2}), ones({3}), {"(2, 2)", "(3,)"}),
        bad("batches do not broadcast", false, ones({2, 1, 1}), ones({3, 1, 1}), {"(2, 1, 1)", "(3, 1, 1)"}),
        bad("singular", false, singular, right, {"singular", "pivot 2", "(2, 2)"}),
        bad("NaN in the matrix", false, not_a_number, right, {"(0, 1)", "nan", "finite"}),
        bad("infinity on the right", false, identity, infinite, {"(1, 0)", "inf", "finite"})}},
      {"solve_triangular",
       triangular_samples(),
       {},
       {bad("not square", true, ones({2, 3}), ones({2, 1}), {"(2, 3)", "square"}),
        bad("another number of rows", true, ones({2, 2}), ones({3, 1}), {"(2, 2)", "(3, 1)"}),
        bad("zero on the diagonal", true, Array<double>{{1, 0}, {2, 0}}, right, {"singular", "element 1"}),
        bad("infinity on the right", true, identity, infinite, {"(1, 0)", "inf", "finite"})}},
  };
}

}  // namespace xgrad
