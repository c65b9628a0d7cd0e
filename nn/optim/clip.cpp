#include "xgrad/nn/optim/clip.hpp"

#include <cmath>

#include <fmt/format.h>

#include "xgrad/tensor/error.hpp"
#include "xgrad/tensor/kernels/elementwise.hpp"
#include "xgrad/tensor/kernels/reduction.hpp"

namespace xgrad::optim {

template <class T>
double clip_grad_norm(const std::vector<Tensor<T>>& parameters, double max_norm) {
  if (!(max_norm > 0)) throw ConfigError(fmt::format("clip_grad_norm: max_norm is {}; it must be above 0", max_norm));
  double squares = 0;
  for (const Tensor<T>& p : parameters)
    if (const Tensor<T> g = p.grad(); g.defined()) squares += kernels::reduction<T>().sum_of_squares(g.data(), g.size());
  const double norm = std::sqrt(squares), factor = max_norm / (norm + 1e-6);
  if (factor < 1)
    for (const Tensor<T>& p : parameters)
      if (Tensor<T> g = p.grad(); g.defined()) {
        T* values = g.mutable_value().data();
        kernels::run(kernels::Unary::MulScalar, values, values, g.size(), T(factor));
      }
  return norm;
}

template <class T>
void clip_grad_value(const std::vector<Tensor<T>>& parameters, double limit) {
  if (!(limit >= 0)) throw ConfigError(fmt::format("clip_grad_value: the limit is {}; it cannot be negative", limit));
  for (const Tensor<T>& p : parameters)
    if (Tensor<T> g = p.grad(); g.defined()) {
      T* values = g.mutable_value().data();
      kernels::run(kernels::Unary::Clamp, values, values, g.size(), T(-limit), T(limit));
    }
}

template double clip_grad_norm(const std::vector<Tensor<float>>&, double);
template double clip_grad_norm(const std::vector<Tensor<double>>&, double);
template void clip_grad_value(const std::vector<Tensor<float>>&, double);
template void clip_grad_value(const std::vector<Tensor<double>>&, double);

}  // namespace xgrad::optim
