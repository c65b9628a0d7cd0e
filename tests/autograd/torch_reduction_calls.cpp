#include <fmt/format.h>

#include "autograd/torch_calls.hpp"
#include "xgrad/autograd/ops/cumsum.hpp"
#include "xgrad/autograd/ops/extreme.hpp"
#include "xgrad/autograd/ops/logsumexp.hpp"
#include "xgrad/autograd/ops/norm.hpp"
#include "xgrad/autograd/ops/prod.hpp"
#include "xgrad/autograd/ops/reduction.hpp"
#include "xgrad/autograd/ops/softmax.hpp"
#include "xgrad/autograd/ops/variance.hpp"

using namespace xgrad;

namespace torch_reference {
namespace {

// The ways to reduce that the cases know; call(x, axes, keepdims).
void add_reduction(std::vector<NamedCall>& calls, const std::string& name, auto call) {
  struct Way {
    const char* name;
    Axes axes;
    bool keepdims;
  };
  for (const Way& way :
       {Way{" over all", {}, false}, Way{" over all kept", {}, true}, Way{" over axis 0", {0}, false},
        Way{" over axis -1 kept", {-1}, true}, Way{" over axes 0 and 2", {0, 2}, false}, Way{" over axis 1", {1}, false}})
    calls.push_back(named(name + way.name, [call, way](const auto& x) { return call(x[0], way.axes, way.keepdims); }));
}

// Positions as numbers of the inputs' type.
template <class T>
Tensor<T> numbers(const std::vector<Tensor<T>>&, const Indices& indices) {
  return Tensor<T>(Array<T>(xt::cast<T>(indices)));
}

}  // namespace

std::vector<NamedCall> reduction_calls() {
  std::vector<NamedCall> calls{
      named("softmax", [](const auto& x) { return softmax(x[0]); }),
      named("softmax over axis 0", [](const auto& x) { return softmax(x[0], 0); }),
      named("softmax over axis 1", [](const auto& x) { return softmax(x[0], 1); }),
      named("log_softmax", [](const auto& x) { return log_softmax(x[0]); }),
      named("log_softmax over axis 0", [](const auto& x) { return log_softmax(x[0], 0); }),
      named("log_softmax over axis 1", [](const auto& x) { return log_softmax(x[0], 1); }),
      named("cumsum axis 0", [](const auto& x) { return cumsum(x[0], 0); }),
      named("cumsum axis 1", [](const auto& x) { return cumsum(x[0], 1); }),
      named("var without correction", [](const auto& x) { return var(x[0], {1}, false, 0); }),
      named("std without correction", [](const auto& x) { return xgrad::std(x[0], {1}, false, 0); }),
      named("argmax over axis 1", [](const auto& x) { return numbers(x, argmax(x[0], 1)); }),
      named("argmin over axis 1", [](const auto& x) { return numbers(x, argmin(x[0], 1)); }),
      named("argmax of all", [](const auto& x) { return numbers(x, scalar_array(argmax(x[0]))); }),
      named("argmin of all", [](const auto& x) { return numbers(x, scalar_array(argmin(x[0]))); }),
  };
  add_reduction(calls, "sum", [](const auto& x, const Axes& axes, bool keepdims) { return sum(x, axes, keepdims); });
  add_reduction(calls, "mean", [](const auto& x, const Axes& axes, bool keepdims) { return mean(x, axes, keepdims); });
  add_reduction(calls, "norm", [](const auto& x, const Axes& axes, bool keepdims) { return norm(x, 2, axes, keepdims); });
  for (const char* p : {"1", "1.5", "3", "inf"})
    calls.push_back(named(fmt::format("norm of order {} over axis 1", p),
                          [value = std::stod(p)](const auto& x) { return norm(x[0], value, {1}); }));
  add_reduction(calls, "prod", [](const auto& x, const Axes& axes, bool keepdims) { return prod(x, axes, keepdims); });
  add_reduction(calls, "logsumexp",
                [](const auto& x, const Axes& axes, bool keepdims) { return logsumexp(x, axes, keepdims); });
  add_reduction(calls, "max", [](const auto& x, const Axes& axes, bool keepdims) { return max(x, axes, keepdims); });
  add_reduction(calls, "min", [](const auto& x, const Axes& axes, bool keepdims) { return min(x, axes, keepdims); });
  add_reduction(calls, "var", [](const auto& x, const Axes& axes, bool keepdims) { return var(x, axes, keepdims); });
  add_reduction(calls, "std", [](const auto& x, const Axes& axes, bool keepdims) { return xgrad::std(x, axes, keepdims); });
  return calls;
}

}  // namespace torch_reference
