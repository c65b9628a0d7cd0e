#include "xgrad/autograd/ops/vector_products.hpp"

#include <fmt/format.h>

#include "xgrad/autograd/operation.hpp"
#include "xgrad/autograd/operation_info.hpp"
#include "xgrad/autograd/ops/arithmetic.hpp"
#include "xgrad/autograd/ops/matmul.hpp"
#include "xgrad/tensor/error.hpp"
#include "xgrad/tensor/kernels/elementwise.hpp"
#include "xgrad/tensor/kernels/reduction.hpp"

namespace xgrad {
namespace {

template <class T>
using Pair = std::array<Tensor<T>, 2>;

struct Dot {
  static constexpr const char* name = "dot";
  static constexpr unsigned saves = saves_all_inputs;
  template <class T>
  Array<T> forward(const Array<T>& a, const Array<T>& b) const {
    return scalar_array(static_cast<T>(kernels::reduction<T>().dot(a.data(), b.data(), a.size())));
  }
  template <class T>
  Pair<T> backward(const Context<T>& c) const {
    return {c.needs(0) ? c.gradient() * c.input(1) : Tensor<T>(), c.needs(1) ? c.gradient() * c.input(0) : Tensor<T>()};
  }
};

struct Outer {
  static constexpr const char* name = "outer";
  static constexpr unsigned saves = saves_all_inputs;
  template <class T>
  Array<T> forward(const Array<T>& a, const Array<T>& b) const {
    Array<T> c = empty_array<T>({a.size(), b.size()});
    for (std::size_t i = 0; i < a.size(); ++i)
      kernels::run(kernels::Unary::MulScalar, b.data(), c.data() + i * b.size(), b.size(), a.data()[i]);
    return c;
  }
  template <class T>
  Pair<T> backward(const Context<T>& c) const {
    return {c.needs(0) ? matmul(c.gradient(), c.input(1)) : Tensor<T>(),
            c.needs(1) ? matmul(c.input(0), c.gradient()) : Tensor<T>()};
  }
};

void check_vectors(const char* operation, const Shape& a, const Shape& b) {
  if (a.size() != 1 || b.size() != 1)
    throw ShapeError(fmt::format("{}: a has shape {} and b {}; both must be vectors", operation, to_string(a), to_string(b)));
}

}  // namespace

template <class T>
Tensor<T> dot(const Tensor<T>& a, const Tensor<T>& b) {
  check_vectors("dot", a.shape(), b.shape());
  if (a.size() != b.size())
    throw ShapeError(fmt::format("dot: a has shape {} but b has shape {}; both must be of the same length",
                                 to_string(a.shape()), to_string(b.shape())));
  return apply(Dot{}, a, b);
}

template <class T>
Tensor<T> outer(const Tensor<T>& a, const Tensor<T>& b) {
  check_vectors("outer", a.shape(), b.shape());
  return apply(Outer{}, a, b);
}

std::vector<OperationInfo> vector_products_operations() {
  const auto dot_of = [](const auto& a, const auto& b) { return dot(a, b); };
  const auto outer_of = [](const auto& a, const auto& b) { return outer(a, b); };
  const auto dot_reference = [](const Sample::Arrays& x) {
    double sum = 0;
    for (std::size_t i = 0; i < x[0].size(); ++i) sum += x[0].data()[i] * x[1].data()[i];
    return scalar_array(sum);
  };
  const auto outer_reference = [](const Sample::Arrays& x) {
    Array<double> result = empty_array<double>({x[0].size(), x[1].size()});
    for (std::size_t i = 0; i < result.size(); ++i)
      result.data()[i] = x[0].data()[i / x[1].size()] * x[1].data()[i % x[1].size()];
    return result;
  };
  const auto samples_of = [](auto call, auto reference, std::vector<std::pair<std::size_t, std::size_t>> lengths) {
    std::vector<Sample> samples;
    for (const auto& [m, n] : lengths)
      samples.push_back(sample(
          fmt::format("lengths {} and {}", m, n), {sample_values({m}, -2, 2, 3), sample_values({n}, -2, 2, 4)},
          [call](const auto& x) { return call(x[0], x[1]); }, reference));
    return samples;
  };
  const auto bad = [](const char* name, auto call, Shape a, Shape b, std::vector<std::string> mentions) {
    for (const Shape& shape : {a, b}) mentions.push_back(to_string(shape));
    return BadInput{name, [=] { call(Tensor<double>(filled_array(a, 1.0)), Tensor<double>(filled_array(b, 1.0))); },
                    std::move(mentions)};
  };
  return {
      {"dot",
       samples_of(dot_of, dot_reference, {{5, 5}, {1, 1}, {0, 0}, {70, 70}}),
       {},
       {bad("different lengths", dot_of, {3}, {4}, {"dot", "same length"}),
        bad("a matrix", dot_of, {2, 2}, {4}, {"dot", "vectors"})}},
      {"outer",
       samples_of(outer_of, outer_reference, {{2, 3}, {4, 1}, {3, 3}, {0, 2}, {2, 0}}),
       {},
       {bad("a matrix", outer_of, {2, 2}, {4}, {"outer", "vectors"})}},
  };
}

template Tensor<float> dot(const Tensor<float>&, const Tensor<float>&);
template Tensor<double> dot(const Tensor<double>&, const Tensor<double>&);
template Tensor<float> outer(const Tensor<float>&, const Tensor<float>&);
template Tensor<double> outer(const Tensor<double>&, const Tensor<double>&);

}  // namespace xgrad
