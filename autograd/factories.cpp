#include "xgrad/autograd/factories.hpp"

#include <algorithm>
#include <cmath>
#include <string_view>

#include <fmt/format.h>

#include "xgrad/tensor/error.hpp"

namespace xgrad {
namespace {

void demand_finite(std::string_view factory, double start, double end) {
  if (!std::isfinite(start) || !std::isfinite(end))
    throw ConfigError(fmt::format("{}: the bounds {} and {} must be finite", factory, start, end));
}

// In double, so that a float step that is no binary fraction does not decide the count by its rounding alone.
std::size_t arange_count(double start, double end, double step) {
  demand_finite("arange", start, end);
  if (!std::isfinite(step) || step == 0)
    throw ConfigError(fmt::format("arange: the step is {}; it must be finite and not 0", step));
  if ((end - start) / step < 0)
    throw ConfigError(
        fmt::format("arange: from {} to {} in steps of {} never arrives; change the sign of the step", start, end, step));
  const double count = std::ceil((end - start) / step);
  if (count > 0x1p48)
    throw ConfigError(fmt::format("arange: from {} to {} in steps of {} are {} elements", start, end, step, count));
  return static_cast<std::size_t>(count);
}

}  // namespace

template <class T>
Tensor<T> zeros(const Shape& shape, bool requires_grad) {
  return full<T>(shape, 0, requires_grad);
}

template <class T>
Tensor<T> ones(const Shape& shape, bool requires_grad) {
  return full<T>(shape, 1, requires_grad);
}

template <class T>
Tensor<T> full(const Shape& shape, std::type_identity_t<T> value, bool requires_grad) {
  element_count(shape);  // throws for more than can be
  return Tensor<T>(filled_array<T>(shape, value), requires_grad);
}

template <class T>
Tensor<T> eye(std::size_t rows, std::size_t columns, bool requires_grad) {
  Array<T> matrix = filled_array<T>({rows, columns}, 0);
  for (std::size_t i = 0; i < std::min(rows, columns); ++i) matrix.data()[i * columns + i] = 1;
  return Tensor<T>(std::move(matrix), requires_grad);
}

template <class T>
Tensor<T> arange(std::type_identity_t<T> start, std::type_identity_t<T> end, std::type_identity_t<T> step, bool requires_grad) {
  Array<T> values = empty_array<T>({arange_count(start, end, step)});
  for (std::size_t i = 0; i < values.size(); ++i)
    values.data()[i] = static_cast<T>(static_cast<double>(start) + static_cast<double>(i) * static_cast<double>(step));
  return Tensor<T>(std::move(values), requires_grad);
}

// Each half from its own end, so that both ends are met exactly and the values are as symmetric as the bounds.
template <class T>
Tensor<T> linspace(std::type_identity_t<T> start, std::type_identity_t<T> end, std::size_t count, bool requires_grad) {
  demand_finite("linspace", start, end);
  Array<T> values = empty_array<T>({count});
  const double first = start, last = end;
  const double step = count > 1 ? (last - first) / static_cast<double>(count - 1) : 0;
  for (std::size_t i = 0; i < count; ++i)
    values.data()[i] = static_cast<T>(i < (count + 1) / 2 ? first + step * static_cast<double>(i)
                                                          : last - step * static_cast<double>(count - 1 - i));
  return Tensor<T>(std::move(values), requires_grad);
}

template <class T>
Tensor<T> uniform(const Shape& shape, std::type_identity_t<T> low, std::type_identity_t<T> high, Generator& generator,
                  bool requires_grad) {
  return Tensor<T>(random::uniform<T>(generator, shape, low, high), requires_grad);
}

template <class T>
Tensor<T> normal(const Shape& shape, std::type_identity_t<T> mean, std::type_identity_t<T> sd, Generator& generator,
                 bool requires_grad) {
  return Tensor<T>(random::normal<T>(generator, shape, mean, sd), requires_grad);
}

#define XGRAD_INSTANTIATE(T)                                           \
  template Tensor<T> zeros(const Shape&, bool);                        \
  template Tensor<T> ones(const Shape&, bool);                         \
  template Tensor<T> full<T>(const Shape&, T, bool);                   \
  template Tensor<T> eye(std::size_t, std::size_t, bool);              \
  template Tensor<T> arange<T>(T, T, T, bool);                         \
  template Tensor<T> linspace<T>(T, T, std::size_t, bool);             \
  template Tensor<T> uniform<T>(const Shape&, T, T, Generator&, bool); \
  template Tensor<T> normal<T>(const Shape&, T, T, Generator&, bool);
XGRAD_INSTANTIATE(float)
XGRAD_INSTANTIATE(double)
#undef XGRAD_INSTANTIATE

}  // namespace xgrad
