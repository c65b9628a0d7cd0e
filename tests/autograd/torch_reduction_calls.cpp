#include "autograd/torch_calls.hpp"
#include "xgrad/autograd/ops/reduction.hpp"
#include "xgrad/autograd/ops/softmax.hpp"

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

}  // namespace

std::vector<NamedCall> reduction_calls() {
  std::vector<NamedCall> calls{
      named("softmax", [](const auto& x) { return softmax(x[0]); }),
      named("softmax over axis 0", [](const auto& x) { return softmax(x[0], 0); }),
      named("softmax over axis 1", [](const auto& x) { return softmax(x[0], 1); }),
      named("log_softmax", [](const auto& x) { return log_softmax(x[0]); }),
      named("log_softmax over axis 0", [](const auto& x) { return log_softmax(x[0], 0); }),
      named("log_softmax over axis 1", [](const auto& x) { return log_softmax(x[0], 1); }),
  };
  add_reduction(calls, "sum", [](const auto& x, const Axes& axes, bool keepdims) { return sum(x, axes, keepdims); });
  add_reduction(calls, "mean", [](const auto& x, const Axes& axes, bool keepdims) { return mean(x, axes, keepdims); });
  return calls;
}

}  // namespace torch_reference
