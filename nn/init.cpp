#include "xgrad/nn/init.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "xgrad/nn/activation.hpp"
#include "xgrad/nn/linear.hpp"
#include "xgrad/nn/names.hpp"
#include "xgrad/tensor/error.hpp"
#include "xgrad/tensor/matmul.hpp"

namespace xgrad::nn::init {
namespace {

struct Fans {
  double in, out;
};

template <class T>
Fans fans_of(const Tensor<T>& tensor, const char* name) {
  const Shape& shape = tensor.shape();
  if (shape.size() < 2)
    throw ShapeError(
        fmt::format("{}: a tensor of shape {} has no fans; it needs at least two axes (out, in)", name, to_string(shape)));
  double field = 1;
  for (std::size_t i = 2; i < shape.size(); ++i) field *= static_cast<double>(shape[i]);
  return {static_cast<double>(shape[1]) * field, static_cast<double>(shape[0]) * field};
}

// Orthonormalises the rows of an (n, m) matrix, n ≤ m, in double: modified Gram-Schmidt, twice, which loses no digits ("twice
// is enough", Parlett 1980). Rows of a normal matrix give a uniformly distributed result.
void orthonormalise_rows(Array<double>& a) {
  const std::size_t n = a.shape()[0], m = a.shape()[1];
  for (std::size_t i = 0; i < n; ++i) {
    double* row = a.data() + i * m;
    for (int pass = 0; pass < 2; ++pass)
      for (std::size_t k = 0; k < i; ++k) {
        const double* other = a.data() + k * m;
        double product = 0;
        for (std::size_t j = 0; j < m; ++j) product += row[j] * other[j];
        for (std::size_t j = 0; j < m; ++j) row[j] -= product * other[j];
      }
    double square = 0;
    for (std::size_t j = 0; j < m; ++j) square += row[j] * row[j];
    for (std::size_t j = 0; j < m; ++j) row[j] /= std::sqrt(square);
  }
}

}  // namespace

template <class T>
void constant(Tensor<T>& tensor, T value) {
  tensor.mutable_value().fill(value);
}

template <class T>
void uniform(Tensor<T>& tensor, Generator& generator, double low, double high) {
  Array<T>& values = tensor.mutable_value();
  random::fill_uniform(generator, values.data(), values.size(), T(low), T(high));
}

template <class T>
void normal(Tensor<T>& tensor, Generator& generator, double mean, double sd) {
  Array<T>& values = tensor.mutable_value();
  random::fill_normal(generator, values.data(), values.size(), T(mean), T(sd));
}

template <class T>
void truncated_normal(Tensor<T>& tensor, Generator& generator, double mean, double sd) {
  Array<T>& values = tensor.mutable_value();
  random::fill_truncated_normal(generator, values.data(), values.size(), T(mean), T(sd), T(mean - 2 * sd), T(mean + 2 * sd));
}

template <class T>
void xavier_uniform(Tensor<T>& tensor, Generator& generator, double gain) {
  const Fans fans = fans_of(tensor, "xavier_uniform");
  const double bound = gain * std::sqrt(6 / (fans.in + fans.out));
  uniform(tensor, generator, -bound, bound);
}

template <class T>
void xavier_normal(Tensor<T>& tensor, Generator& generator, double gain) {
  const Fans fans = fans_of(tensor, "xavier_normal");
  normal(tensor, generator, 0, gain * std::sqrt(2 / (fans.in + fans.out)));
}

template <class T>
void kaiming_uniform(Tensor<T>& tensor, Generator& generator, double gain, Fan fan) {
  const Fans fans = fans_of(tensor, "kaiming_uniform");
  const double bound = gain * std::sqrt(3 / (fan == Fan::In ? fans.in : fans.out));
  uniform(tensor, generator, -bound, bound);
}

template <class T>
void kaiming_normal(Tensor<T>& tensor, Generator& generator, double gain, Fan fan) {
  const Fans fans = fans_of(tensor, "kaiming_normal");
  normal(tensor, generator, 0, gain / std::sqrt(fan == Fan::In ? fans.in : fans.out));
}

template <class T>
void orthogonal(Tensor<T>& tensor, Generator& generator, double gain) {
  const Fans fans = fans_of(tensor, "orthogonal");
  const std::size_t rows = tensor.shape()[0], cols = tensor.size() / std::max<std::size_t>(rows, 1);
  static_cast<void>(fans);
  const bool wide = rows <= cols;
  Array<double> a = random::normal<double>(generator, wide ? Shape{rows, cols} : Shape{cols, rows});
  orthonormalise_rows(a);
  T* out = tensor.mutable_value().data();
  for (std::size_t i = 0; i < rows; ++i)
    for (std::size_t j = 0; j < cols; ++j)
      out[i * cols + j] = static_cast<T>(gain * (wide ? a.data()[i * cols + j] : a.data()[j * rows + i]));
}

template <class T>
void linear_default(Tensor<T>& weight, Tensor<T>& bias, Generator& generator) {
  const double bound = 1 / std::sqrt(fans_of(weight, "linear_default").in);
  uniform(weight, generator, -bound, bound);
  if (bias.defined()) uniform(bias, generator, -bound, bound);
}

std::vector<std::string> scheme_names() {
  return {"default", "zeros",          "random",        "uniform",         "normal",         "truncated_normal",
          "xavier",  "xavier_uniform", "xavier_normal", "kaiming_uniform", "kaiming_normal", "orthogonal"};
}

namespace {

template <class T>
void fill(Linear<T>& layer, const Scheme& scheme, Generator generator) {
  const std::string& name = scheme.name;
  const double sd = scheme.sd > 0 ? scheme.sd : 0.1;
  if (name == "default") return linear_default(layer.weight, layer.bias, generator);
  if (name == "zeros") zeros(layer.weight);
  if (name == "random") normal(layer.weight, generator, 0, 0.01);
  if (name == "uniform") uniform(layer.weight, generator, -sd, sd);
  if (name == "normal") normal(layer.weight, generator, 0, sd);
  if (name == "truncated_normal") truncated_normal(layer.weight, generator, 0, sd);
  if (name == "xavier") xavier_uniform(layer.weight, generator);
  const double gain = activation_gain(scheme.activation);
  if (name == "xavier_uniform") xavier_uniform(layer.weight, generator, gain);
  if (name == "xavier_normal") xavier_normal(layer.weight, generator, gain);
  if (name == "kaiming_uniform") kaiming_uniform(layer.weight, generator, gain);
  if (name == "kaiming_normal") kaiming_normal(layer.weight, generator, gain);
  if (name == "orthogonal") orthogonal(layer.weight, generator, gain);
  if (layer.bias.defined()) zeros(layer.bias);
}

template <class T>
void apply_below(Module<T>& module, const Scheme& scheme, const Generator& generator, std::uint64_t& next) {
  if (auto* layer = dynamic_cast<Linear<T>*>(&module)) fill(*layer, scheme, generator.split(next++));
  for (const Named<Module<T>*>& child : module.members().children) apply_below(*child.value, scheme, generator, next);
}

}  // namespace

template <class T>
void apply(Module<T>& module, const Scheme& scheme, const Generator& generator) {
  const std::vector<std::string> names = scheme_names();
  if (std::find(names.begin(), names.end(), scheme.name) == names.end()) throw_unknown_name("initialiser", scheme.name, names);
  std::uint64_t next = 0;
  apply_below(module, scheme, generator, next);
}

#define XGRAD_INSTANTIATE(T)                                              \
  template void constant(Tensor<T>&, T);                                  \
  template void uniform(Tensor<T>&, Generator&, double, double);          \
  template void normal(Tensor<T>&, Generator&, double, double);           \
  template void truncated_normal(Tensor<T>&, Generator&, double, double); \
  template void xavier_uniform(Tensor<T>&, Generator&, double);           \
  template void xavier_normal(Tensor<T>&, Generator&, double);            \
  template void kaiming_uniform(Tensor<T>&, Generator&, double, Fan);     \
  template void kaiming_normal(Tensor<T>&, Generator&, double, Fan);      \
  template void orthogonal(Tensor<T>&, Generator&, double);               \
  template void linear_default(Tensor<T>&, Tensor<T>&, Generator&);       \
  template void apply(Module<T>&, const Scheme&, const Generator&);
XGRAD_INSTANTIATE(float)
XGRAD_INSTANTIATE(double)
#undef XGRAD_INSTANTIATE

}  // namespace xgrad::nn::init
