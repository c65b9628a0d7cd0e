#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "xgrad/autograd/tensor.hpp"

namespace xgrad {

/// One call of an operation for the checks: inputs, all of which take gradients, the call, and its value by other means.
struct Sample {
  using Arrays = std::vector<Array<double>>;

  std::string name;  ///< what is special here: "matrix and row", "an empty axis"
  Arrays inputs;
  std::function<Tensor<double>(const std::vector<Tensor<double>>&)> call;
  std::function<Tensor<float>(const std::vector<Tensor<float>>&)> call_float;
  std::function<Array<double>(const Arrays&)> reference;  ///< the value, computed without xgrad's operations; may be empty
  int order = 2;                                          ///< how many derivatives are checked: 0, 1 or 2
};

/// A sample from a generic callable: `sample("rows", {a, b}, [](const auto& x) { return x[0] * x[1]; }, reference)`.
template <class F>
Sample sample(std::string name, Sample::Arrays inputs, F call,
              std::function<Array<double>(const Sample::Arrays&)> reference = {}, int order = 2) {
  return {std::move(name), std::move(inputs), call, call, std::move(reference), order};
}

/// An input at which value and gradient are known: infinities, NaN, zero, the ends of a range. NaN equals NaN here.
struct SpecialValue {
  std::string name;
  std::function<Tensor<double>(const Tensor<double>&)> call;
  Array<double> input, value, gradient;  ///< `gradient` is that of the sum of the values; empty: not checked
};

/// A call that must throw an xgrad::Error whose text mentions all the given pieces.
struct BadInput {
  std::string name;
  std::function<void()> call;
  std::vector<std::string> mentions;
};

/// Everything that the checks need to know of an operation. Each family returns a list of these.
struct OperationInfo {
  std::string name;
  std::vector<Sample> samples;
  std::vector<SpecialValue> special_values{};
  std::vector<BadInput> bad_inputs{};
  bool kink_at_equal_inputs = false;  ///< maximum, minimum: no derivative where both inputs are the same
};

/// Reproducible values in [low, high), different for every seed; for samples.
Array<double> sample_values(const Shape& shape, double low = -2, double high = 2, std::uint64_t seed = 1);

/// Values that are all different by at least 0.1 and none nearer to zero than 0.05, shuffled: for functions with kinks and
/// ties.
Array<double> distinct_values(const Shape& shape, std::uint64_t seed = 1);

/// Applies a function of one number to every element: the reference of an elementwise operation.
std::function<Array<double>(const Sample::Arrays&)> elementwise_reference(double (*f)(double));
/// The same for two broadcast inputs.
std::function<Array<double>(const Sample::Arrays&)> elementwise_reference(double (*f)(double, double));

/// Samples of an elementwise function of one tensor: a matrix, a scalar, an empty one, one of size 1, a vector of odd length;
/// values in [low, high), or distinct_values if low == high.
template <class F>
std::vector<Sample> unary_samples(F call, double (*reference)(double), double low = -2, double high = 2, int order = 2) {
  std::vector<Sample> samples;
  std::uint64_t seed = 1;
  for (const auto& [name, shape] : std::vector<std::pair<std::string, Shape>>{
           {"matrix", {3, 4}}, {"scalar", {}}, {"empty", {0, 2}}, {"size 1", {1, 1}}, {"vector of 19", {19}}}) {
    const Array<double> x = low == high ? distinct_values(shape, ++seed) : sample_values(shape, low, high, ++seed);
    samples.push_back(sample(
        name, {x}, [call](const auto& in) { return call(in[0]); }, elementwise_reference(reference), order));
  }
  return samples;
}

/// Samples of an elementwise function of two tensors, over the ways to broadcast, and of the same tensor twice.
template <class F>
std::vector<Sample> binary_samples(F call, double (*reference)(double, double), double low = -2, double high = 2,
                                   int order = 2) {
  std::vector<Sample> samples;
  std::uint64_t seed = 20;
  struct Shapes {
    const char* name;
    Shape a, b;
  };
  for (const Shapes& s :
       {Shapes{"same shape", {3, 4}, {3, 4}}, Shapes{"matrix and row", {3, 4}, {4}},
        Shapes{"matrix and column", {3, 4}, {3, 1}}, Shapes{"row and column", {4}, {3, 1}},
        Shapes{"scalar and matrix", {}, {2, 3}}, Shapes{"cube and matrix", {2, 3, 4}, {3, 4}},
        Shapes{"inner axis of 1", {2, 1, 4}, {3, 1}}, Shapes{"empty", {0, 3}, {1, 3}}, Shapes{"size 1", {1, 1}, {1}}}) {
    const bool distinct = low == high;
    ++seed;
    const Array<double> a = distinct ? distinct_values(s.a, seed) : sample_values(s.a, low, high, seed);
    const Array<double> b =
        distinct ? Array<double>(distinct_values(s.b, seed + 100) + 0.03) : sample_values(s.b, low, high, seed + 100);
    samples.push_back(sample(
        s.name, {a, b}, [call](const auto& in) { return call(in[0], in[1]); }, elementwise_reference(reference), order));
  }
  return samples;
}

}  // namespace xgrad
