#include "xgrad/autograd/ops/softmax.hpp"

#include <cmath>
#include <limits>

#include "xgrad/autograd/operation_info.hpp"
#include "xgrad/autograd/ops/arithmetic.hpp"
#include "xgrad/autograd/ops/broadcast.hpp"
#include "xgrad/autograd/ops/elementwise.hpp"
#include "xgrad/autograd/registry/families.hpp"

namespace xgrad {
namespace {

// In long double, without the shift: for samples of moderate size.
Array<double> reference(const Array<double>& x, int axis, bool logarithm) {
  const std::size_t rank = x.dimension(), at = rank == 0 ? 0 : static_cast<std::size_t>(axis < 0 ? axis + rank : axis);
  std::size_t length = 1, inner = 1;
  for (std::size_t i = at; i < rank; ++i) (i == at ? length : inner) *= x.shape()[i];
  Array<double> y = x;
  for (std::size_t start = 0; start < x.size(); ++start) {
    if (start / inner % length != 0) continue;
    long double sum = 0;
    for (std::size_t k = 0; k < length; ++k) sum += std::exp(static_cast<long double>(x.data()[start + k * inner]));
    for (std::size_t k = 0; k < length; ++k) {
      const long double v = x.data()[start + k * inner];
      y.data()[start + k * inner] = static_cast<double>(logarithm ? v - std::log(sum) : std::exp(v) / sum);
    }
  }
  return y;
}

template <class F>
OperationInfo info(const char* name, F call, bool logarithm) {
  OperationInfo operation{name, {}};
  struct Case {
    const char* name;
    Shape shape;
    int axis;
  };
  std::uint64_t seed = 40;
  for (const auto& [title, shape, axis] :
       {Case{"rows", {3, 4}, -1}, Case{"columns", {4, 3}, 0}, Case{"inner axis", {2, 3, 5}, 1},
        Case{"first of three axes", {3, 2, 2}, -3}, Case{"vector of 19", {19}, 0}, Case{"long rows", {2, 37}, 1},
        Case{"scalar", {}, -1}, Case{"one class", {3, 1}, 1}, Case{"no rows", {0, 4}, 1}, Case{"no classes", {3, 0}, 1}})
    operation.samples.push_back(sample(
        title, {sample_values(shape, -2, 2, ++seed)}, [call, axis = axis](const auto& x) { return call(x[0], axis); },
        [=, axis = axis](const Sample::Arrays& x) { return reference(x[0], axis, logarithm); }));
  const auto row = [call](const auto& x) { return call(x, -1); };
  constexpr double inf = std::numeric_limits<double>::infinity(), nan = std::numeric_limits<double>::quiet_NaN();
  const double half = logarithm ? -std::log(2.0) : 0.5, zero = logarithm ? -inf : 0, far = logarithm ? -2000 : 0;
  operation.special_values = {
      {"huge", row, {1e300, 1e300}, {half, half}, {0, 0}},
      {"far apart", row, {1000, -1000}, {logarithm ? 0.0 : 1.0, far}, logarithm ? Array<double>{-1, 1} : Array<double>{0, 0}},
      {"minus infinity", row, {0, -inf}, {logarithm ? 0.0 : 1.0, zero}, {}},
      {"only minus infinity", row, {-inf, -inf}, {nan, nan}, {}},
      {"infinity", row, {0, inf}, {nan, nan}, {}},
      {"not a number", row, {0, nan, 1}, {nan, nan, nan}, {}},
  };
  operation.bad_inputs = {{"an axis out of range",
                           [call] {
                             call(Tensor<double>(filled_array<double>({2, 3}, 1)), 2);
                           },
                           {name, "2", "(2, 3)"}},
                          {"an axis of a scalar", [call] { call(Tensor<double>(1.0), 1); }, {name, "1", "()"}}};
  return operation;
}

}  // namespace

std::vector<OperationInfo> softmax_operations() {
  return {info(
              "softmax", [](const auto& x, int axis) { return softmax(x, axis); }, false),
          info(
              "log_softmax", [](const auto& x, int axis) { return log_softmax(x, axis); }, true)};
}

}  // namespace xgrad
