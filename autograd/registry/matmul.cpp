#include "xgrad/autograd/ops/matmul.hpp"

#include <algorithm>

#include "xgrad/autograd/operation_info.hpp"
#include "xgrad/autograd/ops/vector_products.hpp"
#include "xgrad/autograd/registry/families.hpp"
#include "xgrad/tensor/batch.hpp"

namespace xgrad {
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

}  // namespace xgrad
