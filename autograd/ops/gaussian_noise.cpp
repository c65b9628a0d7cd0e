#include "xgrad/autograd/ops/gaussian_noise.hpp"

#include <cmath>

#include <fmt/format.h>

#include "xgrad/autograd/operation.hpp"
#include "xgrad/tensor/error.hpp"
#include "xgrad/tensor/gaussian_noise.hpp"

namespace xgrad {
namespace {

struct GaussianNoise {
  double sd;
  Generator start;
  static constexpr const char* name = "gaussian_noise";
  static constexpr unsigned saves = saves_nothing;

  template <class T>
  Array<T> forward(const Array<T>& x) const {
    Array<T> y = empty_array<T>(x.shape());
    add_gaussian_noise(start, sd, x.data(), y.data(), x.size());
    return y;
  }
  template <class T>
  Tensor<T> backward(const Context<T>& c) const {
    return c.gradient();
  }
};

}  // namespace

template <class T>
Tensor<T> gaussian_noise(const Tensor<T>& x, double sd, Generator& generator, bool training) {
  if (!(sd >= 0 && std::isfinite(sd)))
    throw ConfigError(fmt::format("gaussian_noise: sd is {}; the standard deviation must be finite, and 0 or more", sd));
  if (!training || sd == 0) return x;
  const Generator start = generator;
  generator.advance(gaussian_noise_blocks(x.size()));
  return apply(GaussianNoise{sd, start}, x);
}

template Tensor<float> gaussian_noise(const Tensor<float>&, double, Generator&, bool);
template Tensor<double> gaussian_noise(const Tensor<double>&, double, Generator&, bool);

}  // namespace xgrad
