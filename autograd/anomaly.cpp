#include "xgrad/autograd/anomaly.hpp"

#include <cmath>

#include <fmt/format.h>

#include "xgrad/tensor/error.hpp"
#include "xgrad/tensor/kernels/reduction.hpp"

namespace xgrad::detail {

template <class T>
void check_finite(const char* operation, const char* direction, const Array<T>& array) {
  if (kernels::reduction<T>().all_finite(array.data(), array.size())) return;
  std::size_t at = 0;
  while (at < array.size() && std::isfinite(array.data()[at])) ++at;
  if (at == array.size()) return;
  Shape position(array.dimension());
  std::size_t rest = at;
  for (std::size_t i = position.size(); i-- > 0; rest /= array.shape()[i]) position[i] = rest % array.shape()[i];
  throw NumericError(fmt::format("{} of '{}' gave {} at {} of a result with shape {}", direction, operation, array.data()[at],
                                 to_string(position), to_string(array.shape())));
}

template void check_finite(const char*, const char*, const Array<float>&);
template void check_finite(const char*, const char*, const Array<double>&);

}  // namespace xgrad::detail
